"""A worker killed half way: what was sent is still there, the next worker takes it in, and nothing is in twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.journeys.conftest import DAY, Home, new_home

SEND = f"""
import sys
from datetime import date
from pathlib import Path
from fournets.cli.console import open_register
open_register()
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from fournets.crypto import load_ring
from fournets.home import home
from fournets.intake.services.uploads import send_files
files = [SimpleUploadedFile(one.name, one.read_bytes()) for one in sorted(Path(sys.argv[1]).rglob("*.xlsx"))[:6]]
send_files(files, area_code="440605123", on=date.fromisoformat("{DAY}"), actor="liang", at=timezone.now(),
           ring=load_ring(home() / "keys.toml"))
"""
FILING = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'fournets_app' AND query LIKE '%staged%'"
STATE = "SELECT state, done, total FROM jobs_job"
LEFT = "SELECT count(*) FROM intake_upload WHERE state = 'waiting'"
TWICE = "SELECT count(*) - count(DISTINCT sha256) FROM intake_sourcefile WHERE state = 'taken'"
LOST = "SELECT count(*) FROM intake_sourcesheet s WHERE rows <> (SELECT count(*) FROM intake_sourcerow r WHERE (r.file_id, r.sheet) = (s.file_id, s.number))"


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sent-invented")
    folder.chmod(0o755)
    Home(folder).run("town", "make", "--people", "1500", "--seed", "7", "--out", folder / "town")
    return folder / "town" / "in"


def one_line(link: psycopg.Connection, sql: str) -> tuple:
    row = link.execute(sql).fetchone()
    assert row
    return row


def waiting_files(home: Home) -> int:
    return len(list((home.folder / "files" / "waiting").glob("*.sealed")))


def test_killed_in_the_middle_nothing_is_lost_and_nothing_is_in_twice(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = new_home(tmp_path_factory.mktemp("killed-worker"))
    link = psycopg.connect(home.server(), autocommit=True)
    environment = {**os.environ, "FOURNETS_HOME": str(home.folder)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    subprocess.run([sys.executable, "-c", SEND, folder], env=environment, check=True, cwd=home.folder)
    sent = one_line(link, LEFT)[0]
    assert waiting_files(home) == sent > 2
    first = home.popen("worker", stdout=subprocess.DEVNULL, start_new_session=True)
    while not (one_line(link, STATE)[1] >= 1 and one_line(link, FILING)[0]):
        assert first.poll() is None and one_line(link, STATE)[0] != "done", (
            "it was over before it could be killed"
        )
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    left = one_line(link, LEFT)[0]
    assert 0 < left < sent and waiting_files(home) >= left
    second = home.popen("worker", stdout=subprocess.DEVNULL)
    try:
        while one_line(link, STATE)[0] in ("waiting", "running"):
            assert second.poll() is None, "the second worker ended"
    finally:
        second.terminate()
        second.wait()
    assert one_line(link, STATE) == ("done", sent, sent)
    assert (waiting_files(home), one_line(link, LEFT)[0]) == (0, 0)
    assert (one_line(link, TWICE)[0], one_line(link, LOST)[0]) == (0, 0)
    link.close()
