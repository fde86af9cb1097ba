"""Tests run on a real PostgreSQL, with the application's role and, until they set one, no scope."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fournets.database import APP_ROLE, HIGH, LOW


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
        cursor.execute(f"SET ROLE {APP_ROLE}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("SELECT set_config(%s, '', false), set_config(%s, '', false)", [LOW, HIGH])


def _wants_commits(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    return "transactional_db" in request.fixturenames or bool(marker and marker.kwargs.get("transaction"))
