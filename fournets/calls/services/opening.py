"""A list becomes calls: one open call a person, whoever sent the list; who was reached lately is not called again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from fournets.audit.services import record
from fournets.calls.rules import desk, scripts
from fournets.intake.models import SourceFile
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.organization.services import Wanted, add_tasks, end_tasks
from fournets.places.scope import code_range

MANAGE = "calls.manage"
PASSED = "call_no_number"  # why somebody is visited who has no number
TASK = "call"  # the purpose of the tasks that ask for a call
# Whom a list names, or whose task to call is open. Not who isolates under an order: it is known where he is.
LISTED = """
SELECT DISTINCT person.id, person.area_code, person.household_id, person.phone_sealed IS NOT NULL AS phone,
    NULL::timestamptz AS due_at
FROM people_fact AS fact JOIN people_person AS person ON person.id = fact.person_id
WHERE fact.file_id = %(file)s AND person.area_code >= %(low)s AND person.area_code < %(high)s
"""
TASKED = """
SELECT person.id, person.area_code, person.household_id, person.phone_sealed IS NOT NULL AS phone, task.due_at
FROM organization_task AS task JOIN people_person AS person ON person.id = task.person_id
WHERE task.closed_at IS NULL AND task.purpose = %(task)s AND task.area_code >= %(low)s AND task.area_code < %(high)s
    AND person.area_code >= %(low)s AND person.area_code < %(high)s
"""
WANTED = """
CREATE TEMP TABLE wanted_call ON COMMIT DROP AS
SELECT one.id AS person_id, one.area_code, one.due_at,
    one.phone OR EXISTS (SELECT FROM people_person AS other WHERE other.household_id = one.household_id
        AND other.phone_sealed IS NOT NULL) AS callable,
    EXISTS (SELECT FROM calls_call AS done WHERE done.person_id = one.id AND done.closed_at > %(since)s
        AND done.purpose = %(purpose)s AND done.outcome IN ('reached', 'in_isolation')) AS reached,
    EXISTS (SELECT FROM isolation_order AS held WHERE held.person_id = one.id
        AND held.state IN ('home', 'point', 'site', 'hospital')) AS isolates
FROM ({people}) AS one
"""
OPEN = """
INSERT INTO calls_call (person_id, origin_id, area_code, purpose, due_at, call_at, opened_by, opened_at, by_task, rounds,
    held_by, outcome)
SELECT person_id, person_id, area_code, %(purpose)s, coalesce(due_at, %(due)s), %(at)s, %(by)s, %(at)s, %(by_task)s, 0, '', ''
FROM wanted_call WHERE callable AND NOT reached AND NOT isolates
ON CONFLICT (person_id) WHERE closed_at IS NULL DO UPDATE SET due_at = least(calls_call.due_at, EXCLUDED.due_at),
    by_task = calls_call.by_task OR EXCLUDED.by_task,
    purpose = CASE WHEN calls_call.held_by = '' AND array_position(%(ranks)s::text[], EXCLUDED.purpose)
        < array_position(%(ranks)s::text[], calls_call.purpose) THEN EXCLUDED.purpose ELSE calls_call.purpose END
RETURNING xmax = 0  -- made, not found
"""
# The list asks for the open call of each, or for the one in which he was reached.
ASK = """
INSERT INTO calls_asked (call_id, area_code, file_id)
SELECT call.id, call.area_code, %(file)s FROM wanted_call AS wanted CROSS JOIN LATERAL (
    SELECT id, area_code FROM calls_call AS call WHERE call.person_id = wanted.person_id
        AND (call.closed_at IS NULL OR wanted.reached AND call.purpose = %(purpose)s
            AND call.outcome IN ('reached', 'in_isolation') AND call.closed_at > %(since)s)
    ORDER BY call.closed_at DESC NULLS FIRST, call.id LIMIT 1) AS call
ON CONFLICT DO NOTHING
"""
COUNTS = """
SELECT count(*), count(*) FILTER (WHERE NOT callable AND NOT reached AND NOT isolates) FROM wanted_call
"""
SPEECHLESS = (
    "SELECT person_id, area_code FROM wanted_call WHERE NOT callable AND NOT reached AND NOT isolates"
)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a list became: people it names, calls made, people somebody is calling already, reached lately or who isolate, and
    those without a number, who are visited."""

    people: int
    opened: int
    known: int
    without_number: int


@transaction.atomic
def open_calls(
    reader: Reader, file_id: int | None, purpose: str, *, due_at: datetime, on: date, at: datetime
) -> Opened:
    """Calls for whom a list names in the reader's area; without a list, for whom a task to call is open (its own deadline).

    Done again, it adds only who is new. A `Refusal` when the reader may not, for an unknown purpose or list, a deadline that
    has passed, or when nobody would be called.
    """
    if not reader.may_in(MANAGE, reader.area_code):
        raise Refusal("calls_right")
    if purpose not in scripts():
        raise Refusal("calls_purpose")
    if due_at <= at:
        raise Refusal("calls_due_passed")
    if file_id is not None and not SourceFile.objects.filter(pk=file_id, state="taken").exists():
        raise Refusal("calls_list")
    opened = _open(_values(reader, file_id, purpose, due_at, at), file_id)
    if not opened.people:
        raise Refusal("calls_nobody")
    _visit_the_rest(reader, on, at, by_task=file_id is None)
    details = {
        "people": opened.people,
        "opened": opened.opened,
        "known": opened.known,
        "without_number": opened.without_number,
        "purpose": purpose,
    }
    details |= {"file": file_id} if file_id is not None else {}
    record(act="calls_opened", actor=reader.login, area_code=reader.area_code, at=at, details=details)
    return opened


def _values(
    reader: Reader, file_id: int | None, purpose: str, due_at: datetime, at: datetime
) -> dict[str, Any]:
    low, high = code_range(reader.area_code)
    return {
        "file": file_id, "low": low, "high": high, "task": TASK, "purpose": purpose, "due": due_at, "at": at,
        "by": reader.login, "by_task": file_id is None, "since": at - desk().retry.reached,
        "ranks": sorted(scripts(), key=lambda code: scripts()[code].rank),
    }  # fmt: skip


def _open(values: dict[str, Any], file_id: int | None) -> Opened:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS wanted_call")
        cursor.execute(WANTED.format(people=TASKED if file_id is None else LISTED), values)
        cursor.execute(OPEN, values)
        fresh = sum(row[0] for row in cursor.fetchall())
        if file_id is not None:
            cursor.execute(ASK, values)
        cursor.execute(COUNTS)
        people, speechless = cursor.fetchone()
    return Opened(people, fresh, people - fresh - speechless, speechless)


def _visit_the_rest(reader: Reader, on: date, at: datetime, *, by_task: bool) -> None:
    """Whoever has no number is visited by whoever covers his cell; the task to call him is answered by that."""
    with connection.cursor() as cursor:
        cursor.execute(SPEECHLESS)
        found = cursor.fetchall()
    due_at = at + desk().passed_within
    wanted = [Wanted(person, area, "visit", PASSED, due_at) for person, area in found]
    if wanted:
        add_tasks(wanted, on=on, area_code=reader.area_code, actor=reader.login, at=at)
    if wanted and by_task:
        people = [person for person, _ in found]
        end_tasks(people, TASK, result="passed_on", area_code=reader.area_code, actor=reader.login, at=at)
