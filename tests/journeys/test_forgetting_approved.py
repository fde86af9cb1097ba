"""What two people have approved on the pages is done by the worker by itself: in the whole register nothing of him is left."""

from __future__ import annotations

import subprocess
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest

from fournets.crypto import load_ring
from tests.apps.intake.conftest import MEI
from tests.journeys.conftest import DAY, HOUSEHOLDS, Home, new_home, write_book
from tests.journeys.test_back_up_replays import BIN

AT = datetime(2020, 2, 6, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
HIM = "SELECT id, public_id, area_code FROM people_person WHERE name = '区美兰'"
ASK = """
INSERT INTO keeping_forgetting (person_id, area_code, reason_sealed, state, asked_by, asked_at, decided_by, decided_at)
VALUES (%s, %s, %s, 'approved', 'protector', %s, 'boss', %s)
"""
DONE = "SELECT actor, details FROM audit_auditline WHERE act = 'person_forgotten'"


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = new_home(tmp_path_factory.mktemp("forgetting"))
    home.server()
    book = write_book(home.folder / "银河户册.xlsx", HOUSEHOLDS)
    home.run("intake", book, "--on", DAY, "--area", "银河", codes=(0, 1))
    return home


def originals(home: Home) -> list[Path]:
    return list((home.folder / "files").glob("*/*.sealed"))


def test_the_worker_does_what_is_approved(home: Home) -> None:
    assert "Nothing is approved" in home.run("people", "forget-approved")
    with psycopg.connect(home.server(), autocommit=True) as link:
        number, public_id, area = link.execute(HIM).fetchone() or (0, "", "")
        reason = load_ring(home.folder / "keys.toml").seal("reason", "本人申请,受理号 17")
        link.execute(ASK, [number, area, reason, AT, AT])
        assert originals(home)
        worker = home.popen("worker", stdout=subprocess.DEVNULL)
        try:
            while link.execute(HIM).fetchone() or originals(home):
                assert worker.poll() is None, "the worker ended"
        finally:
            worker.terminate()
            worker.wait()
        actor, details = link.execute(DONE).fetchone() or ("", {})
    assert (actor, details["asked_by"], details["person"]) == ("boss", "protector", public_id)
    dump = subprocess.run([BIN / "pg_dump", home.server()], capture_output=True, check=True).stdout.decode()
    assert [said for said in ("区美兰", MEI) if said in dump] == []
    assert "解小兰" in dump
    assert "no deletion to do again" in home.run("retention", "replay")
