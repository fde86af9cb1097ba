"""Acts do not wait for each other's audit lines, and there is one chain whoever writes at the same time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection, transaction

from fournets.audit.models import ChainLink, WaitingLine
from fournets.audit.services import record
from fournets.audit.verify import verify
from tests.apps.audit.conftest import AT, act

WRITERS, EACH = 8, 25


def elsewhere(work: Callable[[], object]) -> None:
    """Does something on a connection of its own; whatever waits for a lock there fails after five seconds."""

    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = '5s'")
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(run).result()


def test_an_act_that_goes_on_for_long_keeps_nobody_waiting(folder: Path) -> None:
    with transaction.atomic():
        record(act="take_in", actor="mei", area_code="44", at=AT, details={"files": 1})
        elsewhere(lambda: act(1))
        assert ChainLink.objects.count() == 1
    assert ChainLink.objects.count() == 2
    assert verify().fine


def test_an_act_does_not_fail_while_another_process_holds_the_chain(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    act(0)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [0x466F75726E657473])
        elsewhere(lambda: act(1))
    assert "LockNotAvailable" in caplog.text  # after two seconds, before the five of the connection
    assert list(WaitingLine.objects.values_list("line_id", flat=True)) == [act(2) - 1]
    assert (ChainLink.objects.count(), verify().fine) == (3, True)


def test_many_writers_make_one_chain(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    def write(writer: int) -> None:
        try:
            for number in range(EACH):
                with transaction.atomic():
                    act(number, actor=f"writer{writer}")
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as threads:
        list(threads.map(write, range(WRITERS)))
    verdict = verify()
    assert (verdict.fine, verdict.lines) == (True, WRITERS * EACH)
    assert caplog.text == ""  # nobody tried for a place another had taken
    assert not WaitingLine.objects.exists()
