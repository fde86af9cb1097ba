"""The last outcome somebody gave, taken back: the call stands as before, in his hand, and what followed is undone."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from fournets.audit.services import record
from fournets.calls.models import Attempt, Call, WrongNumber
from fournets.calls.rules import desk
from fournets.calls.services.claim import LAPSED, held_call
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.organization.services import reopen_task, withdraw_task
from fournets.screening.services import withdraw_visit


@transaction.atomic
def undo_attempt(reader: Reader, number: int, *, at: datetime) -> Call:
    """Takes back an outcome of the reader's own. A `Refusal` when it is not the call's last, its answers are rows already,
    somebody else has the person by now, or the reader holds somebody else."""
    attempt = Attempt.objects.filter(pk=number, by=reader.login).exclude(outcome__in=["", LAPSED]).first()
    call = Call.objects.select_for_update().filter(pk=attempt.call_id).first() if attempt else None
    if attempt is None or call is None or _too_late(call, attempt, reader, at):
        raise Refusal("calls_undo")
    Attempt.objects.filter(
        call=call, ended_at=None
    ).delete()  # the next number of the same person, in his own hand
    WrongNumber.objects.filter(attempt_id=attempt.pk).delete()
    _take_back(attempt, at)
    before = attempt.before
    call.closed_at, call.outcome, call.rounds = None, before["outcome"], before["rounds"]
    call.call_at = datetime.fromisoformat(before["call_at"])
    call.held_from = datetime.fromisoformat(before["held_from"])
    call.held_by, call.held_until = reader.login, at + desk().claim
    call.save()
    attempt.ended_at, attempt.outcome, attempt.before = None, "", {}
    attempt.answers_sealed = attempt.note_sealed = attempt.passed_task = attempt.visit_id = None
    attempt.tasks = []
    attempt.save()
    details = {"call": call.pk}
    record(act="call_undone", actor=reader.login, area_code=call.area_code, at=at, details=details)
    return call


def _too_late(call: Call, attempt: Attempt, reader: Reader, at: datetime) -> bool:
    held = held_call(reader, at=at)
    another = Call.objects.filter(person_id=call.person_id, closed_at=None).exclude(pk=call.pk).exists()
    later = Attempt.objects.filter(call=call, pk__gt=attempt.pk).exclude(by=reader.login, ended_at=None)
    return (
        (held is not None and held.pk != call.pk)
        or call.held_by not in ("", reader.login)
        or attempt.taken_at is not None
        or another
        or later.exists()
    )


def _take_back(attempt: Attempt, at: datetime) -> None:
    for number in attempt.tasks:
        reopen_task(number, closed_at=attempt.ended_at)
    if attempt.passed_task is not None:
        withdraw_task(attempt.passed_task, at=at)
    if attempt.visit_id is not None:
        withdraw_visit(attempt.visit_id)
