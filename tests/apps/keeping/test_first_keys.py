"""The first keys of an installation are made once, however many processes ask for them at once."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from fournets.crypto import load_ring

ASKERS, TIMES = 8, 10


def test_all_who_ask_at_once_have_the_same_keys(tmp_path: Path) -> None:
    barrier = Barrier(ASKERS)

    def ask(path: Path) -> bytes:
        barrier.wait()
        return load_ring(path).index_secret

    with ThreadPoolExecutor(ASKERS) as threads:
        for number in range(TIMES):
            path = tmp_path / f"{number}.toml"
            made = set(threads.map(ask, [path] * ASKERS))
            assert made == {load_ring(path).index_secret}
    assert sorted(tmp_path.iterdir()) == sorted(tmp_path / f"{number}.toml" for number in range(TIMES))
    assert all(one.stat().st_mode & 0o777 == 0o600 for one in tmp_path.iterdir())


def test_a_disk_without_hard_links_keeps_keys_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    path = tmp_path / "keys.toml"
    assert load_ring(path).index_secret == load_ring(path).index_secret
    assert list(tmp_path.iterdir()) == [path]
