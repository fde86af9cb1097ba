"""An audit with commits, keys and anchors of its own, and a database administrator who is not honest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from fournets.audit.services import record
from fournets.database import APP_ROLE
from tests.conftest import guard_audit

AT = datetime(2020, 2, 5, 9, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
Tamper = Callable[..., None]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Path:
    """The data folder; its chain begins with nothing."""
    monkeypatch.setenv("FOURNETS_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def ten(folder: Path) -> list[int]:
    """The numbers of ten lines, one every quarter of an hour: three hours are begun, so there are three anchors."""
    return [act(number) for number in range(10)]


@pytest.fixture
def tamper() -> Tamper:
    """Runs statements as the owner, past every trigger."""

    def run(*statements: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
            guard_audit(cursor, "DISABLE")
            for statement in statements:
                cursor.execute(statement)
            guard_audit(cursor, "ENABLE ALWAYS")
            cursor.execute(f"SET ROLE {APP_ROLE}")

    return run


def act(number: int = 0, **words: str) -> int:
    """One act, a quarter of an hour after the last; gives the number of its line."""
    at = AT + timedelta(minutes=15 * number)
    said = {"act": "close_task", "actor": "mei", "area_code": "440605123018", **words}
    return record(at=at, details={"task": number}, **said).pk
