"""The coverage ledger: for each area, how much is known, how much is surveyed, and what is not, since when and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection

from fournets.places.scope import code_range
from fournets.screening.selectors.states import ENTERPRISES, HOUSEHOLDS, RESPONSIBLE
from fournets.screening.selectors.sums import AreaSums, widths_down_to

COVERAGE = f"""
WITH {HOUSEHOLDS}, {ENTERPRISES},
building_sum AS (
    SELECT left(area_code, 15) AS cell, sum(dwellings_known) AS dwellings, sum(households_known) AS households,
        sum(persons_known) AS persons
    FROM places_building WHERE area_code >= %(low)s AND area_code < %(high)s GROUP BY 1
), piece AS (
    SELECT area_code, 'known' AS what, dwellings_known AS dwellings, households_known AS households,
        persons_known AS persons, NULL::date AS since
    FROM places_building WHERE area_code >= %(low)s AND area_code < %(high)s
    UNION ALL
    SELECT a.code, 'known', CASE WHEN b.dwellings IS NULL THEN a.dwellings_known END,
        CASE WHEN b.households IS NULL THEN a.households_known END,
        CASE WHEN b.persons IS NULL THEN a.persons_known END, NULL
    FROM places_area a LEFT JOIN building_sum b ON b.cell = a.code
    WHERE length(a.code) = 15 AND a.code >= %(low)s AND a.code < %(high)s
    UNION ALL
    SELECT area_code, 'dwellings', count(*), 0, 0, NULL FROM places_dwelling
    WHERE area_code >= %(low)s AND area_code < %(high)s GROUP BY 1
    UNION ALL
    SELECT area_code, state, 0, count(*), sum(members), min(since) FILTER (WHERE state <> 'done')
    FROM household_state GROUP BY 1, 2
    UNION ALL
    SELECT p.area_code, 'persons', 0, 0, count(*), NULL FROM people_person p
    WHERE p.area_code >= %(low)s AND p.area_code < %(high)s GROUP BY 1
    UNION ALL
    SELECT area_code, 'enterprises', count(*), count(*) FILTER (WHERE surveyed), count(*) FILTER (WHERE roster_missing),
        min(since) FILTER (WHERE NOT surveyed)
    FROM enterprise_state GROUP BY 1
), rolled AS (
    SELECT left(p.area_code, w) AS area_code,
        sum(dwellings) FILTER (WHERE what = 'known') AS dwellings_known,
        sum(households) FILTER (WHERE what = 'known') AS households_known,
        sum(persons) FILTER (WHERE what = 'known') AS persons_known,
        coalesce(sum(dwellings) FILTER (WHERE what = 'dwellings'), 0) AS dwellings,
        coalesce(sum(households) FILTER (WHERE what = 'done'), 0) AS surveyed,
        coalesce(sum(households) FILTER (WHERE what = 'unreached'), 0) AS unreached,
        coalesce(sum(households) FILTER (WHERE what = 'refused'), 0) AS refused,
        coalesce(sum(households) FILTER (WHERE what = 'not_started'), 0) AS not_started,
        coalesce(sum(persons) FILTER (WHERE what = 'persons'), 0) AS persons,
        coalesce(sum(persons) FILTER (WHERE what = 'done'), 0) AS persons_surveyed,
        coalesce(sum(dwellings) FILTER (WHERE what = 'enterprises'), 0) AS enterprises,
        coalesce(sum(households) FILTER (WHERE what = 'enterprises'), 0) AS enterprises_surveyed,
        coalesce(sum(persons) FILTER (WHERE what = 'enterprises'), 0) AS rosters_missing,
        min(since) AS since
    FROM piece p CROSS JOIN unnest(%(widths)s::int[]) w WHERE length(p.area_code) >= w GROUP BY 1
), area AS (
    SELECT code AS area_code, official_name AS name, kind FROM places_area
    WHERE code >= %(low)s AND code < %(high)s AND length(code) = ANY(%(widths)s)
    UNION ALL
    SELECT code, name, 'building' FROM places_building
    WHERE code >= %(low)s AND code < %(high)s AND 22 = ANY(%(widths)s)
)
SELECT a.area_code, a.name, a.kind, r.households_known::bigint, coalesce(r.surveyed, 0)::bigint,
    coalesce(r.unreached, 0)::bigint, coalesce(r.refused, 0)::bigint, coalesce(r.not_started, 0)::bigint,
    coalesce(r.persons, 0)::bigint, coalesce(r.enterprises, 0)::bigint, coalesce(r.enterprises_surveyed, 0)::bigint,
    r.dwellings_known::bigint, r.persons_known::bigint, coalesce(r.dwellings, 0)::bigint,
    coalesce(r.persons_surveyed, 0)::bigint, coalesce(r.rosters_missing, 0)::bigint, r.since, coalesce(c.worker, '')
FROM area a LEFT JOIN rolled r USING (area_code) {RESPONSIBLE} ORDER BY a.area_code
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class AreaCoverage(AreaSums):
    """One line of the ledger. The ``_register`` totals come from the register of buildings and cells, None where it says
    nothing. ``since`` is the oldest day of what is missing, ``responsible`` whoever covers the area on the day, empty
    where nobody does."""

    dwellings_register: int | None
    persons_register: int | None
    dwellings_found: int
    persons_surveyed: int
    rosters_missing: int
    since: date | None
    responsible: str

    @property
    def dwellings(self) -> int:
        """The known total of dwellings."""
        return max(self.dwellings_register or 0, self.dwellings_found)

    @property
    def persons(self) -> int:
        """The known total of persons."""
        return max(self.persons_register or 0, self.persons_found)

    def as_json(self) -> dict[str, object]:
        """The line for scripts."""
        return {
            "area": self.area_code,
            "name": self.name,
            "kind": self.kind,
            "dwellings": {"known": self.dwellings, "found": self.dwellings_found},
            "households": {
                "known": self.households,
                "known_from": self.households_from,
                "surveyed": self.surveyed,
                "unreached": self.unreached,
                "refused": self.refused,
                "not_started": self.not_started,
            },
            "persons": {
                "known": self.persons,
                "found": self.persons_found,
                "surveyed": self.persons_surveyed,
            },
            "enterprises": {
                "known": self.enterprises,
                "surveyed": self.enterprises_surveyed,
                "rosters_missing": self.rosters_missing,
            },
            "complete": self.complete,
            "since": self.since.isoformat() if self.since else None,
            "responsible": self.responsible or None,
        }


def coverage(area_code: str = "", *, on: date, down_to: str = "building") -> list[AreaCoverage]:
    """The ledger of every area in ``area_code``, from the town down to ``down_to``, as it stands on ``on``."""
    low, high = code_range(area_code)
    widths = widths_down_to(down_to)
    with connection.cursor() as cursor:
        cursor.execute(COVERAGE, {"low": low, "high": high, "on": on, "widths": widths})
        return [AreaCoverage(*row) for row in cursor.fetchall()]
