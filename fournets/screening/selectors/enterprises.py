"""Enterprises with staff from the outbreak area, and the survey and roster rows behind each."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from fournets.crypto import KeyRing
from fournets.places.rules.codes import WIDTHS
from fournets.places.rules.regions import find_region
from fournets.places.scope import code_range
from fournets.policy import outbreak_areas

COUNTY = 6  # digits of a division code, with which every resident ID number begins
OUTBREAK = """
WITH staff AS (
    SELECT DISTINCT w.enterprise_id, w.person_id, f.file_id, f.sheet, f.row
    FROM people_employment w JOIN people_person p ON p.id = w.person_id JOIN people_fact f ON f.id = w.fact_id
    WHERE p.values->>'been_to_outbreak_area' = 'yes' OR p.values->>'from_place' ~ %(listed)s
        OR p.values->>'via_place' ~ %(via)s OR p.values->>'native_place' ~ %(listed)s
), behind AS (
    SELECT enterprise_id, count(DISTINCT person_id) AS people,
        jsonb_agg(jsonb_build_array(file_id, sheet, row) ORDER BY file_id, sheet, row) AS rows
    FROM staff GROUP BY 1
), stated AS (
    SELECT id, CASE WHEN values->>'outbreak_headcount' ~ '^[0-9]+([.]0+)?$'
        THEN (values->>'outbreak_headcount')::numeric::int ELSE 0 END AS people
    FROM places_enterprise
), survey AS (
    SELECT enterprise_id, jsonb_agg(jsonb_build_array(file_id, sheet, row) ORDER BY file_id, sheet, row) AS rows
    FROM places_enterprisefact WHERE values->>'outbreak_headcount' ~ '^[0-9]*[1-9]' GROUP BY 1
)
SELECT e.id, e.public_id, e.name, e.area_code, s.people, coalesce(b.people, 0), coalesce(b.rows, '[]'::jsonb)::text,
    coalesce(v.rows, '[]'::jsonb)::text
FROM places_enterprise e JOIN stated s ON s.id = e.id LEFT JOIN behind b ON b.enterprise_id = e.id
LEFT JOIN survey v ON v.enterprise_id = e.id
WHERE e.area_code >= %(low)s AND e.area_code < %(high)s AND (s.people > 0 OR b.people > 0) ORDER BY e.area_code, e.id
"""


STAFF = """
SELECT w.enterprise_id, w.person_id, f.file_id, f.sheet, f.row, p.id_number_sealed, p.values_sealed
FROM people_employment w JOIN people_person p ON p.id = w.person_id JOIN people_fact f ON f.id = w.fact_id
WHERE w.enterprise_id = ANY(%s) ORDER BY w.enterprise_id, f.file_id, f.sheet, f.row
"""
Place = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class OutbreakEnterprise:
    """An enterprise with staff from the outbreak area: how many its survey states (in the rows ``survey``), how many
    the lists show (``on_roster``), how many more are registered there by ID number or address (``registered``, only
    where it was traced), and the roster rows of these people; a row is (file, sheet, row)."""

    id: int
    public_id: str
    name: str
    area_code: str
    stated: int
    on_roster: int
    rows: tuple[Place, ...]
    survey: tuple[Place, ...] = ()
    registered: int = 0

    def as_json(self) -> dict[str, object]:
        """The enterprise for scripts."""
        return {
            "enterprise": self.public_id,
            "name": self.name,
            "area": self.area_code,
            "stated": self.stated,
            "on_roster": self.on_roster,
            "registered": self.registered,
            "rows": self.rows,
            "survey": self.survey,
        }


def outbreak_enterprises(area_code: str = "", *, on: date) -> list[OutbreakEnterprise]:
    """The enterprises in ``area_code`` with staff from an area that is on the list on ``on``."""
    low, high = code_range(area_code)
    every, via = outbreak_patterns(area_code, on=on)
    with connection.cursor() as cursor:
        cursor.execute(OUTBREAK, {"low": low, "high": high, "listed": every, "via": via})
        found: list[Any] = cursor.fetchall()
    return [
        OutbreakEnterprise(number, public_id, name, area, stated, on_roster, _places(rows), _places(survey))
        for number, public_id, name, area, stated, on_roster, rows, survey in found
    ]


def outbreak_patterns(area_code: str, *, on: date) -> tuple[str, str]:
    """Patterns for the codes on the list of ``on``: of those that count wherever somebody was, and of those on the way."""
    listed = outbreak_areas(on=on, area=area_code[: WIDTHS.town] or _town())
    via = [one.code for one in listed if one.via_counts]
    return _starting_with([one.code for one in listed]), _starting_with(via)


def registered_staff(
    enterprises: Sequence[int], *, on: date, ring: KeyRing
) -> dict[int, list[tuple[int, Place]]]:
    """For each enterprise, the roster rows (person, row) of staff whose ID number or registered address begins in an
    area that is on the list on ``on``. Opens both."""
    pattern = re.compile(_starting_with([one.code for one in outbreak_areas(on=on, area=_town())]))
    with connection.cursor() as cursor:
        cursor.execute(STAFF, [list(enterprises)])
        staff: list[Any] = cursor.fetchall()
    numbers = ring.unseal_many("id_number", [row[5] for row in staff])
    hidden = ring.unseal_many("values", [row[6] for row in staff])
    found: dict[int, list[tuple[int, Place]]] = {}
    for (enterprise, person, *place, _, _), number, values in zip(staff, numbers, hidden, strict=True):
        if pattern.match(_registered(number, values)):
            found.setdefault(enterprise, []).append((person, (place[0], place[1], place[2])))
    return found


def _registered(number: str | None, values: str | None) -> str:
    """The region an ID number begins with, else the one of the registered address."""
    if number and number[:COUNTY].isdigit():
        return number[:COUNTY]
    address = json.loads(values).get("registered_address") if values else None
    return find_region(address or "") or ""


def _places(text: str) -> tuple[Place, ...]:
    return tuple((file, sheet, row) for file, sheet, row in json.loads(text))


def _starting_with(codes: list[str]) -> str:
    """A pattern for region codes joined by ``|`` of which one begins with one of ``codes``; it matches nothing without."""
    return rf"(^|\|)({'|'.join(codes)})" if codes else "^$x"


def _town() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT code FROM places_area WHERE length(code) = 9 ORDER BY code LIMIT 1")
        row = cursor.fetchone()
    return row[0] if row else ""
