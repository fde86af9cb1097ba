"""Manual overrides as pages and the daily report show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from fournets.crypto import KeyRing
from fournets.people.models import Person
from fournets.screening.models import Override

SEAL = "reason"
SHOWN = 200  # the most a page lists


@dataclass(frozen=True, slots=True)
class OverrideLine:
    """One override: for whom, what, why, until when, who asked and who decided."""

    number: int
    person: str
    name: str
    area_code: str
    risk_class: str
    reason: str
    from_on: date
    until_on: date
    state: str
    asked_by: str
    asked_at: datetime
    decided_by: str
    decided_at: datetime | None
    ended_by: str

    def holds(self, on: date) -> bool:
        """Whether it counts on a day."""
        return self.state == "approved" and self.from_on <= on < self.until_on


def overrides(area_code: str, *, on: date, ring: KeyRing, limit: int = SHOWN) -> list[OverrideLine]:
    """What waits or counts on a day in an area, those that wait first; at most ``limit``."""
    found = (
        Override.objects.filter(area_code__startswith=area_code)
        .filter(Q(state="asked") | Q(state="approved", from_on__lte=on), until_on__gt=on)
        .order_by("-state", "id")[:limit]
    )
    return _lines(list(found), ring)


def waiting_overrides(area_code: str, *, on: date) -> int:
    """How many wait to be decided in an area, counted up to what a page lists."""
    return Override.objects.filter(area_code__startswith=area_code, state="asked", until_on__gt=on)[
        :SHOWN
    ].count()


def overrides_answered(login: str, *, since: datetime) -> list[Override]:
    """What an account asked for that somebody else has decided on since a moment, newest first."""
    answered = Override.objects.filter(asked_by=login, decided_at__gt=since)
    return list(answered.order_by("-decided_at")[:SHOWN])


def overrides_asked(area_code: str, login: str, *, on: date) -> list[Override]:
    """What waits in an area for somebody else's word than ``login``'s, newest first."""
    asked = Override.objects.filter(area_code__startswith=area_code, state="asked", until_on__gt=on)
    return list(asked.exclude(asked_by=login).order_by("-id")[:SHOWN])


def overrides_of(person: Person, *, ring: KeyRing) -> list[OverrideLine]:
    """Every override there ever was for a person, the newest first."""
    found = Override.objects.filter(person_id=person.pk).order_by("-id")
    return _lines(list(found), ring, {person.pk: person})


def _lines(
    found: list[Override], ring: KeyRing, people: Mapping[int, Person] | None = None
) -> list[OverrideLine]:
    people = people or Person.objects.in_bulk([one.person_id for one in found])
    return [
        OverrideLine(
            one.pk,
            people[one.person_id].public_id,
            people[one.person_id].name,
            one.area_code,
            one.risk_class,
            ring.unseal(SEAL, one.reason_sealed),
            one.from_on,
            one.until_on,
            one.state,
            one.asked_by,
            one.asked_at,
            one.decided_by,
            one.decided_at,
            one.ended_by,
        )
        for one in found
        if one.person_id in people
    ]
