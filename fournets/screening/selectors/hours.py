"""How coverage changed hour by hour: what is counted now, less what each later hour has changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from fournets.places.scope import code_range
from fournets.screening.selectors.sums import AreaSums

HOUR = timedelta(hours=1)
CHANGES = """
SELECT hour, sum(done)::bigint, sum(unreached)::bigint, sum(refused)::bigint FROM screening_coveragehour
WHERE area_code >= %s AND area_code < %s AND hour >= %s AND hour <= %s GROUP BY hour
"""
BEFORE = """
SELECT left(area_code, %s), sum(households_known)::bigint, sum(households)::bigint, sum(done)::bigint
FROM screening_coveragehour WHERE area_code >= %s AND area_code < %s AND hour >= %s GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class HourSums:
    """How an area stood at a moment, the end of an hour; ``done_more``: households surveyed in that hour."""

    at: datetime
    surveyed: int
    unreached: int
    refused: int
    done_more: int = 0
    unreached_more: int = 0


def coverage_hours(whole: AreaSums, *, since: datetime, now: datetime) -> list[HourSums]:
    """How an area stood at ``since`` and at the end of each hour up to ``now``; ``whole``: how it stands now.

    ``since`` is the beginning of an hour. A few rows a cell that changed are read, no table is counted.
    """
    with connection.cursor() as cursor:
        cursor.execute(CHANGES, [*code_range(whole.area_code), since, now])
        changes = {hour: tuple(more) for hour, *more in cursor.fetchall()}
    hours = [since + HOUR * ahead for ahead in range(int((now - since) / HOUR) + 1)]
    stands, found = (whole.surveyed, whole.unreached, whole.refused), []
    for hour in reversed(hours):
        done, unreached, refused = changes.get(hour, (0, 0, 0))
        found.append(HourSums(min(hour + HOUR, now), *stands, done, unreached))
        stands = (stands[0] - done, stands[1] - unreached, stands[2] - refused)
    return [HourSums(since, *stands), *reversed(found)]


def missing_then(sums: list[AreaSums], area_code: str, *, since: datetime) -> dict[str, int]:
    """Of areas of one level, how many households were missing at ``since``, the beginning of an hour, by code."""
    if not sums:
        return {}
    width = len(sums[0].area_code)
    with connection.cursor() as cursor:
        cursor.execute(BEFORE, [width, *code_range(area_code), since])
        changes = {code: more for code, *more in cursor.fetchall()}
    found = {}
    for one in sums:
        known, households, done = changes.get(one.area_code, (0, 0, 0))
        then = max((one.households_register or 0) - known, one.households_found - households)
        found[one.area_code] = then - (one.surveyed - done)
    return found
