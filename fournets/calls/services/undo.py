"""The last outcome somebody gave, taken back: the call stands as before, in his hand, and what followed is undone."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from fournets.audit.services import record
from fournets.calls.models import JOINED, WITHDRAWN, Attempt, Call, WrongNumber
from fournets.calls.rules import PUT_BACK, desk
from fournets.calls.services.claim import CALL, LAPSED, held_call
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.organization.services import answer_task, set_task, withdraw_task
from fournets.screening.services import withdraw_visit

UNDO_FOR = timedelta(minutes=30)  # so long somebody may take back what he said came of a call


@transaction.atomic
def undo_attempt(reader: Reader, number: int, *, at: datetime) -> Call:
    """Takes back an outcome of the reader's own. A `Refusal` when it is not the call's last, its answers are rows already,
    somebody else has the person by now, or the reader holds somebody else."""
    if not reader.may_in(CALL, reader.area_code):
        raise Refusal("calls_right")
    mine = Attempt.objects.filter(pk=number, by=reader.login, ended_at__gt=at - UNDO_FOR)
    mine = mine.exclude(outcome__in=["", LAPSED, PUT_BACK])
    found = mine.values_list("call_id", flat=True).first()
    call = Call.objects.select_for_update().filter(pk=found).first() if found else None
    attempt = mine.select_for_update().first()  # under the call's lock: nobody makes a row of it meanwhile
    if attempt is None or call is None or _too_late(call, attempt, reader, at):
        raise Refusal("calls_undo")
    Attempt.objects.filter(
        call=call, ended_at=None
    ).delete()  # the next number of the same person, in his own hand
    WrongNumber.objects.filter(attempt_id=attempt.pk).delete()
    _take_back(attempt, call, reader, at)
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
        or call.outcome in (JOINED, WITHDRAWN)
        or another
        or later.exists()
    )


def _take_back(attempt: Attempt, call: Call, reader: Reader, at: datetime) -> None:
    """``call`` as the outcome left it: what it ended with is what its task was closed with."""
    if call.closed_at is not None and attempt.ended_at is not None:
        stood = (desk().outcomes[call.outcome].task, attempt.ended_at)
        for number in attempt.tasks:
            answer_task(number, stood=stood, ends=None, actor=reader.login, at=at)
    if attempt.before.get("hastened"):
        task, reason, due_at = attempt.before["hastened"]
        set_task(task, reason=reason, due_at=datetime.fromisoformat(due_at), actor=reader.login, at=at)
    if attempt.passed_task is not None:
        withdraw_task(attempt.passed_task, at=at)
    if attempt.visit_id is not None:
        withdraw_visit(attempt.visit_id)
