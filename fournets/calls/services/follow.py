"""What follows when a call is over: its person's task to call is closed, he is visited instead, and what was found stands."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from fournets.calls.models import Attempt, Call
from fournets.calls.rules import Outcome, desk
from fournets.calls.services.opening import TASK
from fournets.organization.access import Reader
from fournets.organization.models import Task
from fournets.organization.services import Wanted, add_tasks, close_task, hasten_task
from fournets.people.models import Person
from fournets.screening.services import visit_found

ALARM = "call_alarm"  # why somebody is visited who has fever or symptoms


def follow(
    call: Call,
    attempt: Attempt | None,
    outcome: Outcome,
    reader: Reader,
    *,
    at: datetime,
    alarm: bool = False,
) -> None:
    """Ends a call with an outcome, in the caller's transaction, and does what the desk's settings have follow from it.

    ``alarm``: whatever the outcome, somebody goes to see the person.
    """
    call.outcome, call.closed_at = outcome.code, at
    call.held_by, call.held_from, call.held_until = "", None, None
    call.save(update_fields=["outcome", "closed_at", "held_by", "held_from", "held_until"])
    tasks = _close_tasks(call, outcome, reader, at) if outcome.task else []
    passed = _pass_on(call, outcome, reader, at, alarm) if outcome.passed or alarm else None
    hastened = _hasten(call, reader, at) if alarm and passed is None else None
    visit = _note_visit(call, outcome, reader, at) if outcome.visit else None
    if attempt is not None:
        attempt.tasks, attempt.passed_task, attempt.visit_id = tasks, passed, visit
        attempt.before |= {"hastened": hastened} if hastened else {}


def _close_tasks(call: Call, outcome: Outcome, reader: Reader, at: datetime) -> list[int]:
    open_ones = Task.objects.filter(person_id=call.person_id, purpose=TASK, closed_at=None)
    numbers = list(open_ones.values_list("pk", flat=True))
    for number in numbers:  # one at most: the database keeps it so
        close_task(number, result=outcome.task, actor=reader.login, at=at)
    return numbers


def _pass_on(call: Call, outcome: Outcome, reader: Reader, at: datetime, alarm: bool) -> int | None:
    """A visit by whoever covers his cell; None where one is open already."""
    reason = ALARM if alarm else f"call_{outcome.code}"
    due_at = at + (desk().alarm_within if alarm else desk().passed_within)
    wanted = Wanted(call.person_id, call.area_code, "visit", reason, due_at)
    opened = add_tasks(
        [wanted], on=timezone.localdate(at), area_code=call.area_code, actor=reader.login, at=at
    )
    if not opened.opened:
        return None
    task = Task.objects.get(person_id=call.person_id, purpose="visit", closed_at=None)
    return task.pk


def _hasten(call: Call, reader: Reader, at: datetime) -> tuple[int, str, str] | None:
    """The visit that is open already is for fever now, and due sooner; how it stood, for whoever takes the outcome back."""
    due_at = at + desk().alarm_within
    stood = hasten_task(call.person_id, "visit", reason=ALARM, due_at=due_at, actor=reader.login, at=at)
    return (stood.pk, stood.reason, stood.due_at.isoformat()) if stood else None


def _note_visit(call: Call, outcome: Outcome, reader: Reader, at: datetime) -> int | None:
    household = Person.objects.values_list("household_id", flat=True).get(pk=call.person_id)
    return visit_found(
        call.person_id,
        household,
        call.area_code,
        outcome.visit,
        on=timezone.localdate(at),
        by=reader.name,
    )
