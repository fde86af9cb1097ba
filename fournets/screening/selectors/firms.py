"""Enterprises as a list shows them, and one as its page does: what each owes, who works there and from where."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from fournets.places.scope import code_range
from fournets.screening.models import Reminder

PAGE = 50
OWED = ("survey", "roster")
ONLY = ("", *OWED, "outbreak", "resuming", "all")
SURVEYED = "(e.surveyed_on IS NOT NULL AND e.headcount IS NOT NULL)"
STAFF = "SELECT w.person_id FROM people_employment w WHERE w.enterprise_id = e.id"
ROSTER_MISSING = f"(coalesce(e.headcount, 0) > 0 AND NOT EXISTS ({STAFF}))"
STATED = "(CASE WHEN e.values->>'outbreak_headcount' ~ '^[0-9]+([.]0+)?$' THEN (e.values->>'outbreak_headcount')::numeric::int ELSE 0 END)"
# Of the outbreak area by what the lists say of where somebody comes from; what only his number says is traced apart.
FROM_OUTBREAK = """
people_employment w JOIN people_person p ON p.id = w.person_id
WHERE w.enterprise_id = e.id AND (p.values->>'been_to_outbreak_area' = 'yes' OR p.values->>'from_place' ~ %(listed)s
    OR p.values->>'via_place' ~ %(via)s OR p.values->>'native_place' ~ %(listed)s)
"""
WANTED = {
    "": f"(NOT {SURVEYED} OR {ROSTER_MISSING})",
    "all": "true",
    "survey": f"NOT {SURVEYED}",
    "roster": ROSTER_MISSING,
    "outbreak": f"({STATED} > 0 OR EXISTS (SELECT FROM {FROM_OUTBREAK}))",
    "resuming": "e.resume_on IS NOT NULL AND e.resume_on <= %(on)s",
}
AFTER = "(e.area_code, e.id) > (SELECT area_code, id FROM places_enterprise WHERE public_id = %(after)s)"
LINE = f"""
SELECT e.id, e.public_id, e.name, e.area_code, {SURVEYED}, {ROSTER_MISSING}, e.surveyed_on, e.headcount,
    (SELECT count(DISTINCT person_id) FROM ({STAFF}) staff), {STATED},
    (SELECT count(DISTINCT p.id) FROM {FROM_OUTBREAK}), e.resume_on, coalesce(r.times, 0), r.at
FROM places_enterprise e LEFT JOIN LATERAL (
    SELECT count(*) AS times, max(at) AS at FROM screening_reminder WHERE enterprise_id = e.id
) r ON true
"""  # noqa: S608
ORIGINS = """
SELECT left(coalesce(p.values->>'from_place', p.values->>'native_place', ''), 2) AS province, count(DISTINCT p.id)
FROM people_employment w JOIN people_person p ON p.id = w.person_id WHERE w.enterprise_id = %s GROUP BY 1 ORDER BY 2 DESC, 1
"""
CLASSES = """
SELECT coalesce(d.risk_class, ''), count(DISTINCT w.person_id) FROM people_employment w
LEFT JOIN screening_assessment a ON a.person_id = w.person_id AND a.superseded_on IS NULL
LEFT JOIN screening_decision d ON d.id = a.decision_id WHERE w.enterprise_id = %s GROUP BY 1 ORDER BY 2 DESC, 1
"""
ROWS = """
SELECT f.file_id, s.name, f.sheet, f.row, f.seen_on, f.name, f.values FROM places_enterprisefact f
JOIN intake_sourcefile s ON s.id = f.file_id WHERE f.enterprise_id = %s ORDER BY f.seen_on DESC, f.id DESC LIMIT 50
"""


@dataclass(frozen=True, slots=True)
class FirmLine:
    """One enterprise of a list. ``on_file``: people the lists say work there; ``stated`` and ``from_outbreak``: staff from
    the outbreak area by its survey, and by the lists; of people elsewhere than in the reader's area he is shown none."""

    number: int
    public_id: str
    name: str
    area_code: str
    surveyed: bool
    roster_missing: bool
    surveyed_on: date | None
    headcount: int | None
    on_file: int
    stated: int
    from_outbreak: int
    resume_on: date | None
    reminded: int
    reminded_at: datetime | None

    @property
    def owes(self) -> list[str]:
        """What it has not handed in, of `OWED`."""
        return [*([] if self.surveyed else ["survey"]), *(["roster"] if self.roster_missing else [])]


@dataclass(frozen=True, slots=True)
class Firms:
    """Which enterprises a list is of: below an area, and ``only`` one of `ONLY`."""

    area_code: str
    only: str = ""


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """One row of a workbook that speaks of the enterprise: its cell's place, and what it says."""

    file_id: int
    file_name: str
    sheet: int
    row: int
    seen_on: date
    name: str
    values: dict[str, Any]


def firms_of(
    wish: Firms, *, on: date, listed: str, via: str, after: str = "", limit: int = PAGE + 1
) -> list[FirmLine]:
    """The enterprises wished for, ``limit`` at most, behind the one with the public id ``after``; ``listed`` and ``via``
    are patterns of the outbreak area (`outbreak_patterns`)."""
    low, high = code_range(wish.area_code)
    wanted = ["e.area_code >= %(low)s AND e.area_code < %(high)s", WANTED[wish.only]]
    if after:
        wanted.append(AFTER)
    sql = f"{LINE} WHERE {' AND '.join(wanted)} ORDER BY e.area_code, e.id LIMIT %(limit)s"
    given = {"low": low, "high": high, "on": on, "listed": listed, "via": via, "after": after, "limit": limit}
    return _lines(sql, given)


def firms_named(public_ids: Sequence[str], *, listed: str, via: str) -> list[FirmLine]:
    """The enterprises with these public ids."""
    sql = f"{LINE} WHERE e.public_id = ANY(%(ids)s) ORDER BY e.area_code, e.id"
    return _lines(sql, {"ids": list(public_ids), "listed": listed, "via": via})


def origins_of(number: int) -> list[tuple[str, int]]:
    """How many of an enterprise's people come from each province (two digits; empty: not known), the most first."""
    return _pairs(ORIGINS, number)


def classes_of(number: int) -> list[tuple[str, int]]:
    """How many of an enterprise's people are in each risk class (empty: not assessed), the most first."""
    return _pairs(CLASSES, number)


def survey_rows(number: int) -> list[SurveyRow]:
    """The newest 50 rows that speak of an enterprise."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [number])
        found: list[Any] = cursor.fetchall()
    return [
        SurveyRow(file_id, file_name, sheet, row, seen_on, name, json.loads(values))
        for file_id, file_name, sheet, row, seen_on, name, values in found
    ]


def reminders_of(number: int) -> list[Reminder]:
    """When an enterprise was reminded, of what and by whom, the newest first."""
    return list(Reminder.objects.filter(enterprise_id=number).order_by("-id")[:PAGE])


def _lines(sql: str, given: dict[str, Any]) -> list[FirmLine]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return [FirmLine(*row) for row in cursor.fetchall()]


def _pairs(sql: str, number: int) -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [number])
        found: list[tuple[str, int]] = cursor.fetchall()
    return found
