"""The close of a day: every figure of every community and of the town frozen, with the list behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from fournets.audit.services import record
from fournets.language import Refusal
from fournets.places.scope import code_range
from fournets.reporting.figures.definitions import Definition, definitions, definitions_digest
from fournets.reporting.figures.lists import LISTS
from fournets.reporting.models import DayClose
from fournets.screening.selectors import outbreak_enterprises

FREEZE = """
WITH list AS MATERIALIZED ({list}), chosen AS (
    SELECT area_code, id FROM list WHERE {where}
), summed AS (
    SELECT left(area_code, w) AS area_code, count(*) AS value, array_agg(id ORDER BY id) AS behind
    FROM chosen CROSS JOIN unnest(ARRAY[9, 12]) w WHERE length(area_code) >= w GROUP BY 1
)
INSERT INTO reporting_dayfigure (day_id, area_code, figure, value, behind)
SELECT %(day)s, a.code, %(figure)s, coalesce(s.value, 0), coalesce(s.behind, '{{}}'::bigint[])
FROM places_area a LEFT JOIN summed s ON s.area_code = a.code
WHERE length(a.code) IN (9, 12) AND a.code >= %(low)s AND a.code < %(high)s
"""


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A day that was closed: the close itself, how many figures and for how many areas. Correction 0 is the first close."""

    day: DayClose
    figures: int
    areas: int


@transaction.atomic
def close_day(*, on: date, at: datetime, actor: str, area_code: str = "", again: bool = False) -> ClosedDay:
    """Freezes the figures of ``on`` as the register stands at ``at``; zero is frozen as zero.

    A closed day stays closed: raises `Refusal` unless ``again``, which adds a numbered correction beside what was closed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('close_day'), %s)", [on.toordinal()])
    before = DayClose.objects.filter(on=on).order_by("-correction").first()
    if before and not again:
        raise Refusal("day_closed_already", on=on.isoformat())
    number = before.correction + 1 if before else 0
    day = DayClose.objects.create(on=on, at=at, correction=number, definitions_digest=definitions_digest())
    rows = _freeze_all(day, area_code)
    figures = len(definitions())
    closed = ClosedDay(day, figures, rows // figures)
    details = {
        "on": on.isoformat(),
        "correction": number,
        "definitions": day.definitions_digest,
        "rows": rows,
    }
    record(act="close_day", actor=actor, area_code=area_code, at=at, details=details)
    return closed


def _freeze_all(day: DayClose, area_code: str) -> int:
    low, high = code_range(area_code)
    flagged = [one.id for one in outbreak_enterprises(area_code, on=day.on)]
    values = {
        "day": day.id,
        "on": day.on,
        "low": low,
        "high": high,
        "outbreak": flagged,
        "zone": settings.TIME_ZONE,
    }
    with connection.cursor() as cursor:
        return sum(_freeze(cursor, definition, values) for definition in definitions().values())


def _freeze(cursor: Any, definition: Definition, values: dict[str, Any]) -> int:
    sql, columns = LISTS[definition.list]
    wanted = {f"where_{name}": value for name, value in definition.where.items()}
    tests = [f"{columns[columns.index(name)]} = %(where_{name})s" for name in definition.where]
    statement = FREEZE.format(list=sql, where=" AND ".join(tests) or "true")
    cursor.execute(statement, {**values, **wanted, "figure": definition.name})
    return int(cursor.rowcount)
