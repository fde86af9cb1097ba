"""Forgettings that are asked for, as pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from fournets.crypto import KeyRing
from fournets.keeping.due import OPEN_ACTS
from fournets.keeping.models import Forgetting
from fournets.people.models import Person
from fournets.places.scope import code_range

SEAL = "reason"
SHOWN = 200  # the most a page lists
OPEN = ("asked", "approved")
GOING_ON = f"""
SELECT who, {", ".join(f"EXISTS ({one.format(who='who')})" for one in OPEN_ACTS.values())}
FROM unnest(%(people)s::bigint[]) AS who
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class ForgettingLine:
    """One forgetting that is not done: of whom, why, who asked, who decided, and what holds it up (names of `OPEN_ACTS`)."""

    number: int
    person: str
    name: str
    reason: str
    state: str
    asked_by: str
    asked_at: datetime
    decided_by: str
    held_by: tuple[str, ...]


def forgettings(area_code: str, *, on: date, ring: KeyRing) -> list[ForgettingLine]:
    """What waits for a decision or to be done in an area, those to decide first; at most `SHOWN`."""
    low, high = code_range(area_code)
    found = Forgetting.objects.filter(area_code__gte=low, area_code__lt=high, state__in=OPEN)
    return _lines(list(found.order_by("-state", "id")[:SHOWN]), on, ring)


def forgetting_of(person: str, *, on: date, ring: KeyRing) -> ForgettingLine | None:
    """What waits about the person with this public id; None where nothing does."""
    of = Person.objects.filter(public_id=person).values("pk")
    found = _lines(list(Forgetting.objects.filter(person_id__in=of, state__in=OPEN)), on, ring)
    return found[0] if found else None


def forgettings_asked(area_code: str, login: str) -> list[Forgetting]:
    """What waits in an area for somebody else's word than ``login``'s, newest first."""
    low, high = code_range(area_code)
    asked = Forgetting.objects.filter(area_code__gte=low, area_code__lt=high, state="asked")
    there = asked.filter(person_id__in=Person.objects.values("pk"))
    return list(there.exclude(asked_by=login).order_by("-id")[:SHOWN])


def forgettings_answered(login: str, *, since: datetime) -> list[Forgetting]:
    """What an account asked for that somebody else has decided on since a moment, newest first; done, it is gone."""
    answered = Forgetting.objects.filter(asked_by=login, decided_at__gt=since)
    return list(answered.order_by("-decided_at")[:SHOWN])


def _lines(found: list[Forgetting], on: date, ring: KeyRing) -> list[ForgettingLine]:
    """Those of people who are there; somebody who was merged into another, or moved away, is not."""
    people = Person.objects.in_bulk([one.person_id for one in found])
    held = _going_on(people, on)
    return [
        ForgettingLine(
            one.pk,
            people[one.person_id].public_id,
            people[one.person_id].name,
            ring.unseal(SEAL, one.reason_sealed),
            one.state,
            one.asked_by,
            one.asked_at,
            one.decided_by,
            held[one.person_id],
        )
        for one in found
        if one.person_id in people
    ]


def _going_on(people: Iterable[int], on: date) -> dict[int, tuple[str, ...]]:
    """What is going on about each of some people."""
    with connection.cursor() as cursor:
        cursor.execute(GOING_ON, {"people": list(people), "on": on})
        return {
            who: tuple(name for name, goes_on in zip(OPEN_ACTS, each, strict=True) if goes_on)
            for who, *each in cursor.fetchall()
        }
