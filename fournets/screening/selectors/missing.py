"""What is not covered: one row each, with its area, who is responsible and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection

from fournets.places.scope import code_range
from fournets.screening.selectors.states import ENTERPRISES, HOUSEHOLDS, RESPONSIBLE

MISSING = f"""
WITH {HOUSEHOLDS}, {ENTERPRISES}, found AS (
    SELECT left(area_code, w) AS area_code, count(*) AS households FROM household_state
    CROSS JOIN unnest(ARRAY[15, 22]) w WHERE length(area_code) >= w GROUP BY 1
), a AS (
    SELECT 'household' AS kind, public_id AS id, '' AS name, area_code, state, 1 AS count, since FROM household_state
    WHERE state <> 'done'
    UNION ALL
    SELECT 'enterprise', public_id, name, area_code, 'not_started', 1, since FROM enterprise_state WHERE NOT surveyed
    UNION ALL
    SELECT 'roster', public_id, name, area_code, 'not_started', 1, since FROM enterprise_state WHERE roster_missing
    UNION ALL
    SELECT 'building', b.code, b.name, b.code, 'not_started', b.households_known - coalesce(f.households, 0), NULL
    FROM places_building b LEFT JOIN found f ON f.area_code = b.code
    WHERE b.code >= %(low)s AND b.code < %(high)s AND b.households_known > coalesce(f.households, 0)
    UNION ALL
    SELECT 'cell', c.code, c.official_name, c.code, 'not_started', c.households_known - coalesce(f.households, 0), NULL
    FROM places_area c LEFT JOIN found f ON f.area_code = c.code
    WHERE length(c.code) = 15 AND c.code >= %(low)s AND c.code < %(high)s
        AND c.households_known > coalesce(f.households, 0)
        AND NOT EXISTS (SELECT 1 FROM places_building b WHERE left(b.code, 15) = c.code AND b.households_known > 0)
    UNION ALL
    SELECT 'community', c.code, c.official_name, c.code, 'not_started', 0, NULL FROM places_area c
    WHERE length(c.code) = 12 AND c.code >= %(low)s AND c.code < %(high)s
        AND NOT EXISTS (SELECT 1 FROM household_state h WHERE left(h.area_code, 12) = c.code)
        AND NOT EXISTS (SELECT 1 FROM places_building b WHERE left(b.code, 12) = c.code)
)
SELECT a.kind, a.id, a.name, a.area_code, a.state, a.count, a.since, coalesce(c.worker, ''), a.every
FROM (SELECT a.*, count(*) OVER () AS every FROM a ORDER BY a.area_code, a.kind, a.id LIMIT %(most)s) AS a {RESPONSIBLE}
ORDER BY a.area_code, a.kind, a.id
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing not covered: a household, an enterprise without survey, a roster not handed in; or a building, cell or
    community with ``count`` more households than anybody has been to. ``since`` is None where nobody ever listed it."""

    kind: str
    id: str
    name: str
    area_code: str
    state: str
    count: int
    since: date | None
    responsible: str

    def as_json(self) -> dict[str, object]:
        """The row for scripts."""
        return {
            "kind": self.kind,
            "id": self.id,
            "name": self.name,
            "area": self.area_code,
            "state": self.state,
            "count": self.count,
            "since": self.since.isoformat() if self.since else None,
            "responsible": self.responsible or None,
        }


def missing(area_code: str = "", *, on: date) -> list[Missing]:
    """Everything in ``area_code`` that is not covered on ``on``."""
    return first_missing(area_code, on=on, most=None)[0]


def first_missing(area_code: str, *, on: date, most: int | None) -> tuple[list[Missing], int]:
    """The first ``most`` of what is not covered in an area on a day, and how many there are in all."""
    low, high = code_range(area_code)
    with connection.cursor() as cursor:
        cursor.execute(MISSING, {"low": low, "high": high, "on": on, "most": most})
        rows = cursor.fetchall()
    return [Missing(*row[:-1]) for row in rows], rows[0][-1] if rows else 0
