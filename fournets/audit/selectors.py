"""Reads of the audit: its lines, newest first, page by page, and the alarms nobody has answered.

The database shows no line but those the reader's connection is opened to (migration 0004); the conditions here find indexes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec
from django.db import connection
from django.utils import timezone

PAGE = 50  # lines a page shows
ALARMING = ["canary_touched", "guarded_account"]  # acts somebody who audits must answer
ALARMS = 20  # alarms a page shows; more are told by number
LINES = """
SELECT line.id, at, actor, act, area_code, details, link.position
FROM audit_auditline line LEFT JOIN audit_chainlink link ON link.line_id = line.id
WHERE {conditions} ORDER BY line.id DESC LIMIT %(limit)s
"""
OPEN_ALARMS = """
SELECT line.id, at, actor, act, area_code, details, NULL FROM audit_auditline line
WHERE act = ANY(%(alarming)s) AND {seen} AND NOT EXISTS (SELECT FROM audit_auditline answer
    WHERE answer.act = 'canary_answered' AND (answer.details->>'line')::bigint = line.id)
ORDER BY line.id DESC LIMIT %(limit)s
"""
# Lines of no area concern the installation as a whole: who audits all of it sees them.
IN_AREA = """(area_code COLLATE "C" >= %(low)s AND area_code COLLATE "C" < %(high)s OR area_code = '' AND %(without)s)"""


@dataclass(frozen=True, slots=True)
class Sight:
    """How far somebody who audits may see: his area and below; lines of no area if he sees the whole town."""

    area_code: str
    without_area: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """What of the audit is asked for; empty means everything. ``until`` is the last day itself."""

    act: str = ""
    actor: str = ""
    from_on: date | None = None
    until_on: date | None = None
    area_code: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it is shown; ``place`` is its place in the chain, None while it waits."""

    id: int
    at: datetime
    actor: str
    act: str
    area_code: str
    details: Mapping[str, Any]
    place: int | None


def lines(
    sight: Sight, wish: Wish, *, before: int | None = None, limit: int = PAGE
) -> tuple[list[Line], bool]:
    """The newest lines (before the line ``before``) that fit the wish, and whether there are older ones."""
    values = _sight_values(sight) | {"limit": limit + 1}
    conditions = [IN_AREA]
    for condition, name, value in (
        ("line.id < %(before)s", "before", before),
        ("act = %(act)s", "act", wish.act),
        ("actor = %(actor)s", "actor", wish.actor),
        ("at >= %(from)s", "from", wish.from_on and _start(wish.from_on)),
        ("at < %(until)s", "until", wish.until_on and _start(wish.until_on + timedelta(days=1))),
        ("area_code COLLATE \"C\" >= %(inside)s AND area_code COLLATE \"C\" < %(outside)s", "inside", wish.area_code),
    ):  # fmt: skip
        if value:
            conditions.append(condition)
            values[name] = value
    values["outside"] = wish.area_code + ":"
    found = _lines(LINES.format(conditions=" AND ".join(conditions)), values)
    return found[:limit], len(found) > limit


def open_alarms(sight: Sight, *, limit: int = ALARMS) -> list[Line]:
    """The newest alarms nobody has answered."""
    return _lines(
        OPEN_ALARMS.format(seen=IN_AREA), _sight_values(sight) | {"limit": limit, "alarming": ALARMING}
    )


def open_alarm(number: int, sight: Sight) -> Line | None:
    """An alarm that waits for an answer, by its number."""
    seen = f"{IN_AREA} AND line.id = %(number)s"
    found = _lines(
        OPEN_ALARMS.format(seen=seen),
        _sight_values(sight) | {"limit": 1, "number": number, "alarming": ALARMING},
    )
    return found[0] if found else None


def _sight_values(sight: Sight) -> dict[str, Any]:
    low = sight.area_code
    return {"low": low or "0", "high": low + ":", "without": sight.without_area}


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _lines(statement: str, values: dict[str, Any]) -> list[Line]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: Sequence[Any] = cursor.fetchall()
    return [Line(*(*row[:5], msgspec.json.decode(row[5]), row[6])) for row in rows]
