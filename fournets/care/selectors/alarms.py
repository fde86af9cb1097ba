"""Open alarms, whose they are and how long they have waited; and those of one order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import QuerySet

from fournets.care.models import Alarm
from fournets.care.rules.alarms import CLOSED, HOSPITAL, RAISED, due_at
from fournets.crypto import KeyRing
from fournets.isolation.services.orders import REASON
from fournets.people.models import Person
from fournets.places.scope import code_range

PAGE = 100
# How he was when it was an alarm, also by an order since withdrawn; and how he was last, where that was none.
# Responsible until somebody takes it: at a site whoever runs it, elsewhere whoever covers the area that day.
OPEN = """
SELECT a.id, o.number, p.public_id, p.name, a.area_code, o.state, a.state, a.raised_at, a.taken_at, a.decided_at, a.owner,
    coalesce(place.name, cover.worker, ''), coalesce(place.label, ''), seen.temperature, coalesce(seen.symptoms, '{}'), seen.at,
    newest.temperature, newest.at
FROM (
    SELECT * FROM care_alarm WHERE state <> 'closed' AND area_code >= %(low)s AND area_code < %(high)s
    ORDER BY raised_at, id LIMIT %(limit)s
) AS a JOIN isolation_order o ON o.id = a.order_id JOIN people_person p ON p.id = o.person_id
LEFT JOIN LATERAL (
    SELECT s.temperature, s.symptoms, s.at FROM isolation_observation s JOIN isolation_order his ON his.id = s.order_id
    WHERE his.person_id = o.person_id AND s.alarm ORDER BY s.on DESC, s.id DESC LIMIT 1
) AS seen ON true
LEFT JOIN LATERAL (
    SELECT s.temperature, s.at, s.alarm FROM isolation_observation s WHERE s.order_id = o.id ORDER BY s.on DESC, s.id DESC LIMIT 1
) AS newest ON NOT newest.alarm
LEFT JOIN LATERAL bed_of_order(o.id) AS place ON true
LEFT JOIN LATERAL (
    SELECT c.worker FROM organization_cover c
    WHERE c.area_code IN (o.area_code, left(o.area_code, 18), left(o.area_code, 15), left(o.area_code, 12), left(o.area_code, 9))
        AND c.from_on <= %(on)s AND (c.until_on IS NULL OR c.until_on > %(on)s)
        AND NOT EXISTS (SELECT FROM organization_absence b WHERE b.cover_id = c.id AND b.from_on <= %(on)s AND b.until_on > %(on)s)
    ORDER BY length(c.area_code) DESC, c.rank LIMIT 1
) AS cover ON true
ORDER BY a.raised_at, a.id
"""


@dataclass(frozen=True, slots=True)
class AlarmLine:
    """An open alarm: about whom, since when, whose, and how he was; ``newest``, where he has been well since.

    ``owner``: the login of who took it; ``responsible``: the site or the cover, before; both empty: nobody.
    """

    id: int
    number: str
    person: str
    name: str
    area_code: str
    place: str
    state: str
    raised_at: datetime
    taken_at: datetime | None
    decided_at: datetime | None
    owner: str
    responsible: str
    bed: str
    temperature: Decimal | None
    symptoms: Sequence[str]
    seen_at: datetime | None
    newest: Decimal | None
    newest_at: datetime | None

    @property
    def due_at(self) -> datetime:
        """Until when the next step has to be done."""
        return due_at(self.state, self.raised_at, self.taken_at, self.decided_at)


@dataclass(frozen=True, slots=True)
class AlarmTold:
    """An alarm of one order, with what was decided in words."""

    alarm: Alarm
    reason: str
    hospital: str


def open_alarms_of(area_code: str, *, on: date, limit: int = PAGE) -> list[AlarmLine]:
    """Open alarms below an area, the oldest first."""
    low, high = code_range(area_code)
    with connection.cursor() as cursor:
        cursor.execute(OPEN, {"low": low, "high": high, "on": on, "limit": limit})
        return [AlarmLine(*row) for row in cursor.fetchall()]


def waiting_alarms(area_code: str, *, untaken: bool = False) -> QuerySet[Alarm]:
    """Open alarms below an area, or those nobody has taken, to be counted."""
    low, high = code_range(area_code)
    found = Alarm.objects.filter(area_code__gte=low, area_code__lt=high).exclude(state=CLOSED)
    return found.filter(state=RAISED) if untaken else found


def untaken_alarms(area_code: str, *, most: int) -> list[tuple[str, datetime]]:
    """Alarms nobody has taken, the newest first: number of the order, and when they were raised."""
    found = waiting_alarms(area_code, untaken=True)
    return list(found.order_by("-raised_at").values_list("order__number", "raised_at")[:most])


def alarms_of_order(order_id: int, *, ring: KeyRing) -> list[AlarmTold]:
    """Every alarm of an order, the newest first."""
    return [
        AlarmTold(one, _plain(ring, REASON, one.reason_sealed), _plain(ring, HOSPITAL, one.hospital_sealed))
        for one in Alarm.objects.filter(order_id=order_id).order_by("-id")
    ]


def lives_with(person: Person) -> list[str]:
    """The names of those who live with somebody."""
    if person.household_id is None:
        return []
    others = Person.objects.filter(household_id=person.household_id).exclude(pk=person.pk)
    return list(others.order_by("id").values_list("name", flat=True))


def waited(since: datetime, now: datetime) -> int:
    """Whole minutes somebody has waited."""
    return max(0, (now - since) // timedelta(minutes=1))


def _plain(ring: KeyRing, field: str, sealed: bytes | memoryview | None) -> str:
    return ring.unseal(field, bytes(sealed)) if sealed else ""
