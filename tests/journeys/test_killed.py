"""Killed in the middle and run again, an intake ends where an undisturbed one ends."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.journeys.conftest import DAY, Home, new_home

FILING = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'fournets_app' AND backend_xid IS NOT NULL"


@pytest.fixture(scope="session")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("invented")
    folder.chmod(0o755)
    Home(folder).run("town", "make", "--people", "1500", "--seed", "7", "--out", folder / "town")
    return folder / "town" / "in"


def links_of(home: Home, inbox: Path) -> str:
    home.run("intake", inbox, "--on", DAY, codes=(0, 1))
    table = home.folder / "links.csv"
    home.run("people", "links", "--out", table)
    return table.read_text(encoding="utf-8-sig")


@pytest.fixture(scope="session")
def undisturbed(inbox: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    return links_of(new_home(tmp_path_factory.mktemp("undisturbed")), inbox)


def kill_when(home: Home, inbox: Path, ripe: Callable[[], bool]) -> None:
    """Starts an intake and ends it, and all it started, the moment ``ripe`` says so."""
    process = home.popen("intake", inbox, "--on", DAY, stdout=subprocess.DEVNULL, start_new_session=True)
    while not ripe():
        assert process.poll() is None, "the intake was over before it could be killed"
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_killed_while_files_are_read_nothing_is_in_and_the_next_run_takes_all(
    inbox: Path, undisturbed: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = new_home(tmp_path_factory.mktemp("reading"))
    server = psycopg.connect(home.server(), autocommit=True)
    with server:
        connected = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'fournets_app'"
        kill_when(home, inbox, lambda: bool(server.execute(connected).fetchone()[0]))  # type: ignore[index]
    assert links_of(home, inbox) == undisturbed


def test_killed_while_rows_are_filed_nothing_is_half_done(
    inbox: Path, undisturbed: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = new_home(tmp_path_factory.mktemp("filing"))
    server = psycopg.connect(home.server(), autocommit=True)
    with server:
        kill_when(home, inbox, lambda: bool(server.execute(FILING).fetchone()[0]))  # type: ignore[index]
        left = server.execute("SELECT count(*) FROM people_person").fetchone()
    assert left == (0,)
    assert links_of(home, inbox) == undisturbed
