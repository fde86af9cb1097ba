"""Tests run on a real PostgreSQL, with the application's role and, until they set one, no scope."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import pytest

from fournets.database import APP_ROLE, CHAIN, HIGH, LOW

# A test that commits leaves its database empty, without the row the migrations made.
FIRST_EVENT = """
INSERT INTO keeping_event (uuid, begun_at, reason, asked_by, decided_by, deletions)
SELECT gen_random_uuid(), now(), '', '', '', 0 WHERE NOT EXISTS (SELECT FROM keeping_event)
"""
LATELY = "3.days"  # in CI, what changed this lately is tried whole
AUDIT = (
    ("audit_auditline", "audit_lines_stay"),
    ("audit_chainlink", "audit_links_stay"),
    ("audit_waitingline", "audit_waiting_stay"),
    ("audit_waitingline", "audit_waiting_leave"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leaves a test marked ``slow`` to ``make test-all``, and to CI when the code it names was changed lately."""
    for item in items:
        marker = item.get_closest_marker("slow")
        if marker and not (
            os.environ.get("FOURNETS_SLOW_TESTS") or (os.environ.get("CI") and _changed(marker.args))
        ):
            item.add_marker(pytest.mark.skip(reason="slow: make test-all runs it"))


@cache
def _changed(paths: Sequence[str]) -> bool:
    words = ["git", "log", "-1", f"--since={LATELY}", "--format=%h", "--", *paths]
    return bool(subprocess.run(words, capture_output=True, text=True, check=True).stdout)


@pytest.fixture(autouse=True)
def _application_role(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test that uses the database does so as the application's role, never as the owner.

    A test may read the audit itself; what a page shows of it `opened` says (see test_audit_refused.py).
    """
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
        cursor.execute(FIRST_EVENT)
        cursor.execute(f"SET ROLE {APP_ROLE}")
        cursor.execute("SELECT set_config(%s, 'on', false)", [CHAIN])
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute(
            "SELECT set_config(name, '', false) FROM unnest(%s::text[]) AS name", [[LOW, HIGH, CHAIN]]
        )
        if _wants_commits(request):
            guard_audit(cursor, "DISABLE")  # the tables are emptied next


def guard_audit(cursor: Any, how: str) -> None:
    """Switches on or off the triggers that keep the audit from being emptied."""
    for table, trigger in AUDIT:
        cursor.execute(f"ALTER TABLE {table} {how} TRIGGER {trigger}")


def _wants_commits(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    return "transactional_db" in request.fixturenames or bool(marker and marker.kwargs.get("transaction"))
