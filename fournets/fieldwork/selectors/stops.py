"""Where there is a visit to make: dwelling by dwelling, in the order of a walk, with everybody who lives there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection

from fournets.crypto import KeyRing
from fournets.fieldwork.rules.doors import floor_of, walk_key
from fournets.places.scope import code_range

CELL = 15  # digits of a cell's code: within one, houses are walked by their names
# A door is that of the person, else of his household. Tried: to no avail since the task was opened.
OPEN = """
SELECT t.id, t.due_at, t.reason, p.id, p.area_code, p.household_id, d.id, coalesce(b.name, ''), d.door_sealed, p.address_sealed,
    tried.times, last."on", coalesce(last.outcome, '')
FROM organization_task t JOIN people_person p ON p.id = t.person_id
LEFT JOIN people_household h ON h.id = p.household_id
LEFT JOIN places_dwelling d ON d.id = coalesce(p.dwelling_id, h.dwelling_id)
LEFT JOIN places_building b ON b.code = d.building_id
LEFT JOIN LATERAL (SELECT count(*) AS times FROM screening_visit v
    WHERE v.person_id = p.id AND v.outcome = 'unreached' AND v."on" >= t.opened_on AND v."row" IS NOT NULL) tried ON true
LEFT JOIN LATERAL (SELECT v."on", v.outcome FROM screening_visit v WHERE v.person_id = p.id
    ORDER BY v."on" DESC, v.id DESC LIMIT 1) last ON true
WHERE t.closed_at IS NULL AND t.purpose = 'visit' AND t.area_code >= %s AND t.area_code < %s ORDER BY t.due_at, t.id LIMIT %s
"""
MEMBERS = """
SELECT id, household_id FROM people_person WHERE household_id = ANY(%s) ORDER BY household_id, id
"""


@dataclass(frozen=True, slots=True)
class Task:
    """A visit to make to a person: by when, why, how often tried, and how the last visit ended."""

    number: int
    due_at: datetime
    reason: str
    tried: int
    last_on: date | None
    last: str


@dataclass(slots=True)
class Stop:
    """A dwelling, or where none is known a household or a person: who lives there, by number, and each one's visit to make."""

    key: str
    area_code: str
    building: str
    door: str
    address: str
    people: dict[int, Task | None] = field(default_factory=dict)

    @property
    def floor(self) -> int | None:
        """The floor, where the door says it."""
        return floor_of(self.door)


def stops(area_code: str, *, most: int, ring: KeyRing) -> tuple[list[Stop], bool]:
    """The dwellings of an area with open visits, in the order of a walk; and whether there are more than ``most`` visits."""
    with connection.cursor() as cursor:
        cursor.execute(OPEN, [*code_range(area_code), most + 1])
        rows = cursor.fetchall()
        shown = rows[:most]
        cursor.execute(MEMBERS, [list({row[5] for row in shown if row[5]})])
        members = cursor.fetchall()
    found = _grouped(shown, ring)
    homes = {row[5]: found[_key(row)] for row in shown if row[5]}
    asked_for = {row[3] for row in shown}
    for person, household in members:
        if person not in asked_for:
            homes[household].people[person] = None
    ordered = sorted(
        found.values(), key=lambda one: (one.area_code[:CELL], walk_key(one.building, one.door), one.key)
    )
    return ordered, len(rows) > most


def _grouped(rows: Sequence[Any], ring: KeyRing) -> dict[str, Stop]:
    doors = ring.unseal_many("door", [row[8] for row in rows])
    addresses = ring.unseal_many("address", [None if row[8] else row[9] for row in rows])
    found: dict[str, Stop] = {}
    for row, door, address in zip(rows, doors, addresses, strict=True):
        key = _key(row)
        stop = found.setdefault(key, Stop(key, row[4], row[7], door or "", address or ""))
        stop.people[row[3]] = Task(row[0], row[1], row[2], *row[10:])
    return found


def _key(row: Sequence[Any]) -> str:
    """The dwelling, else the household, else the person."""
    person, household, dwelling = row[3], row[5], row[6]
    if dwelling:
        return f"d{dwelling}"
    return f"h{household}" if household else f"p{person}"
