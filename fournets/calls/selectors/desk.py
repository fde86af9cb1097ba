"""The call in somebody's hand, with all he needs to make it; and what waits for him."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from fournets.calls.models import Attempt, Call
from fournets.calls.rules import Number
from fournets.calls.selectors.numbers import numbers_of
from fournets.crypto import KeyRing
from fournets.intake.models import SourceFile
from fournets.isolation.rules import IN_FORCE
from fournets.people.models import Person
from fournets.places.scope import code_range

EARLIER = 8  # attempts before this one that are shown
LINES = """
SELECT count(*) FILTER (WHERE call_at <= %(at)s AND (held_until IS NULL OR held_until <= %(at)s)),
    count(*) FILTER (WHERE held_until > %(at)s), count(*) FILTER (WHERE call_at > %(at)s),
    min(call_at) FILTER (WHERE call_at > %(at)s), count(*) FILTER (WHERE due_at <= %(at)s), min(due_at)
FROM calls_call WHERE closed_at IS NULL AND area_code >= %(low)s AND area_code < %(high)s
"""
ISOLATES = "SELECT number, until_on FROM isolation_order WHERE person_id = %s AND state = ANY(%s) LIMIT 1"


@dataclass(frozen=True, slots=True)
class Earlier:
    """An attempt before this one."""

    at: datetime
    by: str
    outcome: str
    note: str


@dataclass(frozen=True, slots=True)
class InHand:
    """A call with its person, the number to dial and whose it is, how many others there are, and what was tried before.

    ``lists``: the names of the lists that asked for it. ``order``: number and free day of his isolation, where he isolates.
    """

    call: Call
    attempt: int
    person: Person
    number: Number
    others: int
    lists: list[str]
    earlier: list[Earlier]
    order: tuple[str, Any] | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many calls of an area can be made now, are in somebody's hand, are to be made later and when the first of these;
    how many are overdue, and the next deadline."""

    now: int
    held: int
    later: int
    next_at: datetime | None
    overdue: int
    due_at: datetime | None

    @property
    def left(self) -> int:
        """Every open call."""
        return self.now + self.held + self.later


def in_hand(call: Call, ring: KeyRing) -> InHand | None:
    """All there is to a call somebody holds; None when its person left the register meanwhile."""
    attempt = Attempt.objects.filter(call=call, ended_at=None).first()
    person = Person.objects.filter(pk=call.person_id).first()
    if attempt is None or person is None:
        return None
    numbers = numbers_of(person, ring)
    shown = next((one for one, mark in numbers if mark == attempt.mark), None)
    if shown is None:
        return None
    asked = SourceFile.objects.filter(pk__in=call.asked_set.values("file_id"))
    before = Attempt.objects.filter(call=call, ended_at__isnull=False).order_by("-id")[:EARLIER]
    notes = [ring.unseal("note", one.note_sealed) if one.note_sealed else "" for one in before]
    return InHand(
        call,
        attempt.pk,
        person,
        shown,
        len(numbers) - 1,
        list(asked.order_by("id").values_list("name", flat=True)),
        [Earlier(one.from_at, one.by, one.outcome, note) for one, note in zip(before, notes, strict=True)],
        _order(person.pk),
    )


def waiting_in(area_code: str, *, at: datetime) -> Waiting:
    """What there is to call in an area at a moment."""
    low, high = code_range(area_code)
    with connection.cursor() as cursor:
        cursor.execute(LINES, {"at": at, "low": low, "high": high})
        return Waiting(*cursor.fetchone())


def last_attempt(login: str, *, since: datetime) -> tuple[int, str, str] | None:
    """The last outcome an account gave since a moment: the attempt, the outcome, and the person's name; for taking it back."""
    found = (
        Attempt.objects.filter(by=login, ended_at__gte=since, taken_at=None)
        .exclude(outcome__in=["", "lapsed", "put_back"])
        .select_related("call")
        .order_by("-ended_at", "-id")
        .first()
    )
    if found is None:
        return None
    name = Person.objects.filter(pk=found.call.person_id).values_list("name", flat=True).first()
    return (found.pk, found.outcome, name) if name else None


def _order(person: int) -> tuple[str, Any] | None:
    with connection.cursor() as cursor:
        cursor.execute(ISOLATES, [person, list(IN_FORCE)])
        row = cursor.fetchone()
    return (row[0], row[1]) if row else None
