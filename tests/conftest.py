"""Tests run on a real PostgreSQL, with the application's role and, until they set one, no scope."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from fournets.database import APP_ROLE, HIGH, LOW

AUDIT = (
    ("audit_auditline", "audit_lines_stay"),
    ("audit_chainlink", "audit_links_stay"),
    ("audit_waitingline", "audit_waiting_stay"),
    ("audit_waitingline", "audit_waiting_leave"),
)


@pytest.fixture(autouse=True)
def _application_role(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test that uses the database does so as the application's role, never as the owner."""
    marker = request.node.get_closest_marker("django_db")
    names = {"db", "transactional_db"} & set(request.fixturenames)
    if marker is None and not names:
        yield
        return
    request.getfixturevalue("transactional_db" if _wants_commits(request) else "db")
    from django.db import connection

    with connection.cursor() as cursor:
        if _wants_commits(request):
            guard_audit(cursor, "ENABLE ALWAYS")
        cursor.execute(f"SET ROLE {APP_ROLE}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("SELECT set_config(%s, '', false), set_config(%s, '', false)", [LOW, HIGH])
        if _wants_commits(request):
            guard_audit(cursor, "DISABLE")  # the tables are emptied next


def guard_audit(cursor: Any, how: str) -> None:
    """Switches on or off the triggers that keep the audit from being emptied."""
    for table, trigger in AUDIT:
        cursor.execute(f"ALTER TABLE {table} {how} TRIGGER {trigger}")


def _wants_commits(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    return "transactional_db" in request.fixturenames or bool(marker and marker.kwargs.get("transaction"))
