"""What devices send comes in bursts: a connection is kept for one, and not for longer."""

from __future__ import annotations

import time

import pytest
from django.db import close_old_connections, connection

from fournets.database import HIGH, IDLE, LOW, keep_connection
from fournets.interop.models import FieldForm, Submission
from tests.apps.interop.conftest import Device, filled


@pytest.mark.django_db(transaction=True)
def test_a_connection_is_kept_for_a_while_and_ended_by_the_server_when_nobody_uses_it() -> None:
    before, held = connection.connection, connection.close_at
    connection.close_at = time.monotonic() - 1  # as a request ends
    try:
        keep_connection(60)
        close_old_connections()
        assert connection.connection is before
        with connection.cursor() as cursor:
            cursor.execute("SHOW idle_session_timeout")
            assert cursor.fetchone()[0] == f"{IDLE // 60}min"
            cursor.execute("RESET idle_session_timeout")
    finally:
        connection.close_at = held


@pytest.mark.django_db(transaction=True)
def test_a_kept_connection_that_went_meanwhile_is_made_anew() -> None:
    """The server was started again, or ended what nobody used: the next request is not the one that notices."""
    held = connection.close_at
    connection.close_at = time.monotonic() - 1
    try:
        keep_connection()
        connection.connection.close()
        close_old_connections()
        with connection.cursor() as cursor:
            cursor.execute("SHOW idle_session_timeout")
            assert cursor.fetchone()[0] == "0"
    finally:
        connection.close_at = held


@pytest.mark.django_db
def test_nothing_of_one_request_is_open_to_the_next(household: FieldForm, device: Device) -> None:
    """The scope ends with the transaction of the request, whatever becomes of the connection."""
    assert device.send(filled()).status_code == 201
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true), current_setting(%s, true)", [LOW, HIGH])
        assert set(cursor.fetchone()) <= {"", None}
    assert not Submission.objects.exists()
