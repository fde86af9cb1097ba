"""The next person, in one hand alone: claimed under a lock that lapses by itself, his number shown and on record."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from fournets.audit.services import record
from fournets.calls.models import Attempt, Call
from fournets.calls.rules import IN_ISOLATION, PUT_BACK, WRONG_NUMBER, Number, desk
from fournets.calls.selectors.numbers import numbers_of
from fournets.calls.services.follow import follow
from fournets.crypto import KeyRing
from fournets.isolation.models import IsolationOrder
from fournets.isolation.rules import IN_FORCE
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.people.models import Person
from fournets.people.services.canary import touched
from fournets.places.scope import code_range

CALL = "calls.make"
LAPSED = "lapsed"  # how an attempt ends when its time has passed and nobody said anything
TRIES = 20  # people without a number that is right are passed by, so many at a time
ONE_CALLER = "SELECT pg_advisory_xact_lock(hashtext('call'), hashtext(%s))"  # one account's claims, one after the other
# The first in line whom nobody holds; whoever claims at the same moment passes by what is locked.
TAKE = """
WITH next AS (
    SELECT id FROM calls_call AS waiting WHERE closed_at IS NULL AND call_at <= %(at)s
        AND (held_until IS NULL OR held_until <= %(at)s) AND area_code >= %(low)s AND area_code < %(high)s
        AND EXISTS (SELECT FROM people_person WHERE id = waiting.person_id) {only}
    ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
)
UPDATE calls_call AS call SET held_by = %(by)s, held_from = %(at)s, held_until = %(until)s FROM next WHERE call.id = next.id
RETURNING call.id
"""
TAKES = tuple(
    TAKE.format(only=only) for only in ("AND outcome = 'call_back'", "")
)  # who asked for this hour comes first
# What this account let lapse is nobody's; what somebody else let lapse is taken over with his attempt.
LET_GO = """
UPDATE calls_call SET held_by = '', held_from = NULL, held_until = NULL
WHERE held_by = %(by)s AND held_until <= %(at)s RETURNING id
"""


@transaction.atomic
def next_call(reader: Reader, *, ring: KeyRing, at: datetime) -> Call | None:
    """The call in the reader's hand, else the next that is due in his area; None when there is nobody to call now.

    Held for so many minutes. Its first number is shown to him from now on, which is on record. A `Refusal` when he may
    not, or was given as many people within the hour as one account may.
    """
    if not reader.may_in(CALL, reader.area_code):
        raise Refusal("calls_right")
    with connection.cursor() as cursor:
        cursor.execute(ONE_CALLER, [reader.login])
    mine = held_call(reader, at=at)
    if mine is not None:
        return mine
    _check_limit(reader, at)
    return _claim(reader, ring, at)


def isolates(person_id: int) -> bool:
    """Whether somebody isolates under an order: where he is, is known, and others look after him."""
    return IsolationOrder.objects.filter(person_id=person_id, state__in=IN_FORCE).exists()


def held_call(reader: Reader, *, at: datetime, lock: bool = False) -> Call | None:
    """The call in the reader's hand at a moment."""
    calls = Call.objects.select_for_update() if lock else Call.objects.all()
    return calls.filter(held_by=reader.login, held_until__gt=at, closed_at=None).first()


def last_held(reader: Reader) -> Call | None:
    """The call the reader was given last and nobody else since, though its time be over: what came of it still counts."""
    return Call.objects.filter(held_by=reader.login, closed_at=None).first()


@transaction.atomic
def show_number(reader: Reader, *, ring: KeyRing, at: datetime) -> Number:
    """The next number of the person in the reader's hand, without an outcome for this one; on record.

    A `Refusal` when he holds nobody any more, or there is no other number.
    """
    call = held_call(reader, at=at, lock=True)
    if call is None:
        raise Refusal("calls_lapsed")
    attempt = Attempt.objects.get(call=call, ended_at=None)
    others = numbers_left(call, ring, besides={attempt.mark})
    if not others:
        raise Refusal("calls_no_other_number")
    attempt.ended_at, attempt.outcome = at, PUT_BACK
    attempt.save(update_fields=["ended_at", "outcome"])
    return begin_attempt(call, others[0], reader, ring=ring, at=at)


def numbers_left(call: Call, ring: KeyRing, *, besides: set[int]) -> list[tuple[Number, int]]:
    """The numbers of a call that were not tried since it was claimed, the best first."""
    tried = set(
        Attempt.objects.filter(call=call, by=call.held_by, from_at__gte=call.held_from).values_list(
            "mark", flat=True
        )
    )
    person = Person.objects.get(pk=call.person_id)
    return [one for one in numbers_of(person, ring) if one[1] not in tried | besides]


def begin_attempt(
    call: Call, number: tuple[Number, int], reader: Reader, *, ring: KeyRing, at: datetime
) -> Number:
    """A number in the reader's hand from now on, which is on record; who is called anew has the time anew."""
    shown, mark = number
    Attempt.objects.create(call=call, area_code=call.area_code, by=reader.login, mark=mark, from_at=at)
    person = Person.objects.values_list("public_id", flat=True).get(pk=call.person_id)
    details = {"call": call.pk, "person": person, "whose": shown.whose}
    record(act="call_number_shown", actor=reader.login, area_code=call.area_code, at=at, details=details)
    touched([person], how="unmasked", ring=ring, actor=reader.login, at=at)
    return shown


def _claim(reader: Reader, ring: KeyRing, at: datetime) -> Call | None:
    low, high = code_range(reader.area_code)
    values: dict[str, Any] = {
        "at": at, "until": at + desk().claim, "by": reader.login, "low": low, "high": high,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(LET_GO, values)
        _lapse([row[0] for row in cursor.fetchall()], at)
        for _ in range(TRIES):
            row = _taken(cursor, values)
            if row is None:
                return None
            _lapse([row[0]], at)
            call = Call.objects.get(pk=row[0])
            if isolates(call.person_id):
                follow(call, None, desk().outcomes[IN_ISOLATION], reader, at=at)
                continue
            numbers = numbers_of(Person.objects.get(pk=call.person_id), ring)
            if numbers:
                begin_attempt(call, numbers[0], reader, ring=ring, at=at)
                return call
            follow(call, None, desk().outcomes[WRONG_NUMBER], reader, at=at)
    return None


def _taken(cursor: Any, values: dict[str, Any]) -> tuple[int] | None:
    for take in TAKES:
        cursor.execute(take, values)
        row: tuple[int] | None = cursor.fetchone()
        if row is not None:
            return row
    return None


def _lapse(calls: list[int], at: datetime) -> None:
    Attempt.objects.filter(call__in=calls, ended_at=None).update(ended_at=at, outcome=LAPSED)


def _check_limit(reader: Reader, at: datetime) -> None:
    since, most = at - timedelta(hours=1), desk().per_hour
    if Attempt.objects.filter(by=reader.login, from_at__gt=since)[:most].count() >= most:
        raise Refusal("calls_limit", most=most)
