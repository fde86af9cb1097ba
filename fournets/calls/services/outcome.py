"""What came of an attempt: said by whoever holds the person, once; what he answered waits, sealed, to become a row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from fournets.audit.services import record
from fournets.calls.models import Attempt, Call, WrongNumber
from fournets.calls.rules import (
    CALL_BACK,
    REACHED,
    UNREACHABLE,
    WRONG_NUMBER,
    Judged,
    Number,
    Question,
    WrongAnswer,
    answered,
    desk,
    judge,
    scripts,
)
from fournets.calls.selectors.numbers import numbers_of
from fournets.calls.services.claim import CALL, begin_attempt, numbers_left
from fournets.calls.services.follow import follow
from fournets.calls.services.take import ask_take_when_due
from fournets.crypto import KeyRing
from fournets.isolation.rules.reading import Unlikely, temperature_of
from fournets.language import Lang, Refusal
from fournets.organization.access import Reader
from fournets.people.models import Person
from fournets.policy import in_force, is_fever

ATTEMPTS = "screening.call_attempts"
NOTHING = frozenset(
    {"无", "没有", "无症状", "正常", "none", "no", "否"}
)  # how people say that they have no symptoms


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody at the telephone says of an attempt; ``back_at``: when to call back, ``answers`` by field."""

    attempt: int
    outcome: str
    answers: Mapping[str, str] = field(default_factory=dict)
    back_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of it; ``number``: the next number of the same person, still in the same hand. ``alarm``: fever or symptoms."""

    call: Call
    judged: Judged
    attempt: int
    number: Number | None = None
    alarm: bool = False


class WrongWord(Refusal):
    """An answer that is none; says to which question, and nothing was kept."""

    def __init__(self, question: Question, why: str) -> None:
        self.field = question.field
        words: dict[Lang, str] = {"zh": question.zh, "en": question.en}
        super().__init__(f"calls_answer_{why}", **words)


@transaction.atomic
def end_attempt(reader: Reader, said: Said, *, ring: KeyRing, at: datetime) -> Ended:
    """Ends the attempt in the reader's hand. A `Refusal`, and nothing is changed, when somebody else was given the
    person since, when the outcome is unknown, a moment to call back is none, or an answer is none (`WrongWord`)."""
    call, attempt = _in_hand(reader, said)
    outcome = desk().outcomes.get(said.outcome)
    if outcome is None or not outcome.key:
        raise Refusal("calls_outcome")
    _check_back(said, at)
    on = timezone.localdate(at)
    answers = _answers(call, said, on) if said.outcome == REACHED else {}
    alarm = _alarm(answers, call.area_code, on)
    if said.outcome == WRONG_NUMBER:
        _mark_wrong(call, attempt, reader, at)
    left = numbers_left(call, ring, besides={attempt.mark})
    most = int(in_force(on=on, area=call.area_code).number(ATTEMPTS))
    judged = judge(
        _counts_as(said.outcome, call, ring, len(left)), rounds=call.rounds, most=most, left=len(left),
        back_at=said.back_at, at=timezone.localtime(at), desk=desk(),
    )  # fmt: skip
    attempt.before = _before(call)
    attempt.ended_at, attempt.outcome = at, said.outcome
    if answers:
        attempt.answers_sealed = ring.seal("answers", json.dumps(answers, ensure_ascii=False))
    if said.note.strip():
        attempt.note_sealed = ring.seal("note", " ".join(said.note.split())[: desk().note_most])
    attempt.save()
    number = _go_on(call, attempt, judged, reader, left, ring, at, alarm)
    attempt.save(update_fields=["tasks", "passed_task", "visit_id", "before"])
    details = {"call": call.pk, "outcome": said.outcome, "ends": judged.ends, "state": call.outcome}
    record(act="call_ended", actor=reader.login, area_code=call.area_code, at=at, details=details)
    ask_take_when_due(reader, at=at, now=alarm)
    return Ended(call, judged, attempt.pk, number, alarm)


def _counts_as(outcome: str, call: Call, ring: KeyRing, left: int) -> str:
    """A wrong number is the end only where it was the last: one that is right, and did not answer, is called again."""
    if outcome == WRONG_NUMBER and not left and numbers_of(Person.objects.get(pk=call.person_id), ring):
        return UNREACHABLE
    return outcome


def _go_on(
    call: Call,
    attempt: Attempt,
    judged: Judged,
    reader: Reader,
    left: list[Any],
    ring: KeyRing,
    at: datetime,
    alarm: bool,
) -> Number | None:
    """The call is over, goes on with the next number, or waits until later."""
    if judged.ends:
        call.rounds += judged.round_over
        call.save(update_fields=["rounds"])
        follow(call, attempt, desk().outcomes[judged.outcome], reader, at=at, alarm=alarm)
        return None
    call.outcome = judged.outcome
    if judged.stays:
        call.held_until = max(call.held_until or at, at + desk().claim)
        call.save(update_fields=["outcome", "held_until"])
        return begin_attempt(call, left[0], reader, ring=ring, at=at)
    call.rounds += judged.round_over
    call.call_at = judged.call_at or at
    call.held_by, call.held_from, call.held_until = "", None, None
    call.save(update_fields=["outcome", "rounds", "call_at", "held_by", "held_from", "held_until"])
    return None


def _in_hand(reader: Reader, said: Said) -> tuple[Call, Attempt]:
    """A long talk may outlast the time: as long as nobody else was given the person, what came of it counts."""
    if not reader.may_in(CALL, reader.area_code):
        raise Refusal("calls_right")
    mine = Attempt.objects.filter(by=reader.login, ended_at=None, pk=said.attempt)
    found = mine.values_list("call_id", flat=True).first()
    held = Call.objects.select_for_update().filter(held_by=reader.login, closed_at=None)
    call = held.filter(pk=found).first() if found else None
    attempt = mine.first() if call else None  # under the call's lock: the same said twice counts once
    if call is None or attempt is None:
        raise Refusal("calls_lapsed")
    return call, attempt


def _before(call: Call) -> dict[str, Any]:
    """How a call stood, for whoever takes the outcome back."""
    return {
        "rounds": call.rounds,
        "call_at": call.call_at.isoformat(),
        "outcome": call.outcome,
        "held_from": call.held_from.isoformat() if call.held_from else "",
    }


def _check_back(said: Said, at: datetime) -> None:
    if said.outcome != CALL_BACK:
        return
    if said.back_at is None or not at < said.back_at <= at + desk().retry.back:
        raise Refusal("calls_back", days=desk().retry.back.days)


def _answers(call: Call, said: Said, on: date) -> dict[str, str]:
    try:
        found = answered(scripts()[call.purpose], said.answers, on=on)
    except WrongAnswer as wrong:
        raise WrongWord(wrong.question, wrong.why) from None
    if text := found.get("temperature"):
        question = next(one for one in scripts()[call.purpose].questions if one.field == "temperature")
        try:
            found["temperature"] = str(temperature_of(text))
        except Unlikely:
            raise WrongWord(question, "number") from None
    return found


def _alarm(answers: Mapping[str, str], area: str, on: date) -> bool:
    """Whether somebody has fever by the rules of the day, or names a symptom."""
    told = answers.get("symptoms", "").strip().lower()
    temperature = temperature_of(answers.get("temperature", ""))
    fever = temperature is not None and is_fever(temperature, in_force(on=on, area=area))
    return fever or bool(told and told not in NOTHING)


def _mark_wrong(call: Call, attempt: Attempt, reader: Reader, at: datetime) -> None:
    WrongNumber.objects.bulk_create(
        [
            WrongNumber(
                person_id=call.person_id, origin_id=call.person_id, area_code=call.area_code, mark=attempt.mark,
                attempt_id=attempt.pk, by=reader.login, at=at,
            )
        ],
        ignore_conflicts=True,
    )  # fmt: skip
