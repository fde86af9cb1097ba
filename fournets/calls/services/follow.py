"""What follows when a call is over: its person's task to call is closed, he is visited instead, and what was found stands."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from fournets.calls.models import Attempt, Call
from fournets.calls.rules import Outcome, desk
from fournets.calls.services.opening import TASK
from fournets.organization.access import Reader
from fournets.organization.models import Task
from fournets.organization.services import Wanted, add_tasks, close_task
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
    visit = _note_visit(call, outcome, reader, at) if outcome.visit else None
    if attempt is not None:
        attempt.tasks, attempt.passed_task, attempt.visit_id = tasks, passed, visit


def _close_tasks(call: Call, outcome: Outcome, reader: Reader, at: datetime) -> list[int]:
    open_ones = Task.objects.filter(person_id=call.person_id, purpose=TASK, closed_at=None)
    numbers = list(open_ones.values_list("pk", flat=True))
    for number in numbers:  # one at most: the database keeps it so
        close_task(number, result=outcome.task, actor=reader.login, at=at)
    return numbers


def _pass_on(call: Call, outcome: Outcome, reader: Reader, at: datetime, alarm: bool) -> int | None:
    """A visit by whoever covers his cell; None where one is open already."""
    reason = ALARM if alarm else f"call_{outcome.code}"
    wanted = Wanted(call.person_id, call.area_code, "visit", reason, at + desk().passed_within)
    opened = add_tasks(
        [wanted], on=timezone.localdate(at), area_code=call.area_code, actor=reader.login, at=at
    )
    if not opened.opened:
        return None
    task = Task.objects.get(person_id=call.person_id, purpose="visit", closed_at=None)
    return task.pk


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
