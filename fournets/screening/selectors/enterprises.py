"""Enterprises with staff from the outbreak area, and the roster rows behind each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from fournets.places.scope import code_range
from fournets.policy import outbreak_areas
from fournets.screening.services.assess import TOWN

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
)
SELECT e.id, e.public_id, e.name, e.area_code, s.people, coalesce(b.people, 0), coalesce(b.rows, '[]'::jsonb)::text
FROM places_enterprise e JOIN stated s ON s.id = e.id LEFT JOIN behind b ON b.enterprise_id = e.id
WHERE e.area_code >= %(low)s AND e.area_code < %(high)s AND (s.people > 0 OR b.people > 0) ORDER BY e.area_code, e.id
"""


@dataclass(frozen=True, slots=True)
class OutbreakEnterprise:
    """An enterprise with staff from the outbreak area: how many its survey states, how many its rosters show, and the
    rows (file, sheet, row) these stand in."""

    id: int
    public_id: str
    name: str
    area_code: str
    stated: int
    on_roster: int
    rows: tuple[tuple[int, int, int], ...]


def outbreak_enterprises(area_code: str = "", *, on: date) -> list[OutbreakEnterprise]:
    """The enterprises in ``area_code`` with staff from an area that is on the list on ``on``."""
    low, high = code_range(area_code)
    listed = outbreak_areas(on=on, area=area_code[:TOWN] or _town())
    every = _starting_with([one.code for one in listed])
    via = _starting_with([one.code for one in listed if one.via_counts])
    with connection.cursor() as cursor:
        cursor.execute(OUTBREAK, {"low": low, "high": high, "listed": every, "via": via})
        rows: list[Any] = cursor.fetchall()
    return [
        OutbreakEnterprise(
            number, public_id, name, area, stated, on_roster, tuple(map(tuple, json.loads(places)))
        )
        for number, public_id, name, area, stated, on_roster, places in rows
    ]


def _starting_with(codes: list[str]) -> str:
    """A pattern for region codes joined by ``|`` of which one begins with one of ``codes``; it matches nothing without."""
    return rf"(^|\|)({'|'.join(codes)})" if codes else "^$x"


def _town() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT code FROM places_area WHERE length(code) = 9 ORDER BY code LIMIT 1")
        row = cursor.fetchone()
    return row[0] if row else ""
