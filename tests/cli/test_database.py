"""The embedded server's own note of its state, read while another command starts or stops it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fournets.database import is_settled

NOTE = "postmaster.pid"


def test_no_note_is_no_server(tmp_path: Path) -> None:
    assert is_settled(tmp_path)


@pytest.mark.parametrize("written", ["", f"{os.getpid()}\n", f"{os.getpid()}\n/data\n17"])
def test_a_note_that_is_being_written_is_waited_for(tmp_path: Path, written: str) -> None:
    (tmp_path / NOTE).write_text(written)
    assert not is_settled(tmp_path)
