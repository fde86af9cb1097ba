"""Who is to be seen in the windows of a day, who was, and how he was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from fournets.isolation.models import Observation
from fournets.isolation.rules import IN_FORCE
from fournets.isolation.rules.windows import Window
from fournets.places.scope import code_range

PAGE = 100
DUE, MISSED, SEEN, ALARM = "due", "missed", "seen", "alarm"
HERE = """
o.state = ANY(%(in_force)s) AND o.from_on <= %(on)s AND (o.until_on IS NULL OR o.until_on > %(on)s)
    AND o.area_code >= %(low)s AND o.area_code < %(high)s
"""
NEWEST = """
SELECT DISTINCT ON (s.order_id, s.window) s.order_id, s.window, s.temperature, s.symptoms, s.alarm
FROM isolation_observation s WHERE s.on = %(on)s AND s.order_id = ANY(%(orders)s) ORDER BY s.order_id, s.window, s.id DESC
"""
PEOPLE = f"""
SELECT o.id, o.number, p.public_id, p.name, o.area_code, o.state, o.from_on, o.until_on
FROM isolation_order o JOIN people_person p ON p.id = o.person_id
WHERE {HERE} AND (%(after)s = '' OR (o.area_code, o.id) > (SELECT area_code, id FROM isolation_order WHERE number = %(after)s))
ORDER BY o.area_code, o.id LIMIT %(limit)s
"""  # noqa: S608
COUNTS = f"""
SELECT count(*), count(*) FILTER (WHERE alarm), count(*) FILTER (WHERE alarm IS NULL) FROM (
    SELECT o.id, (SELECT s.alarm FROM isolation_observation s WHERE s.order_id = o.id AND s.on = %(on)s AND s.window = %(window)s
        ORDER BY s.id DESC LIMIT 1) AS alarm
    FROM isolation_order o WHERE {HERE}
) AS seen
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Seen:
    """How somebody was in a window: one of due, missed, seen, alarm; °C and symptoms where he was seen."""

    state: str
    temperature: Decimal | None = None
    symptoms: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class RoundLine:
    """Somebody of a round, and how he was in each window by its code."""

    number: str
    person: str
    name: str
    area_code: str
    state: str
    from_on: date
    until_on: date | None
    seen: Mapping[str, Seen]


@dataclass(frozen=True, slots=True)
class Sums:
    """Of one window: how many are to be seen, how many gave an alarm, how many nobody has seen."""

    people: int
    alarms: int
    unseen: int


def round_of(
    area_code: str, windows: Sequence[Window], *, on: date, now: datetime, after: str
) -> list[RoundLine]:
    """Who isolates in an area on a day, by place, one more than `PAGE`; behind the order of the number ``after``."""
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE, _given(area_code, on) | {"after": after, "limit": PAGE + 1})
        people = cursor.fetchall()
        cursor.execute(NEWEST, {"on": on, "orders": [row[0] for row in people]})
        seen = {
            (order, window): Seen(ALARM if alarm else SEEN, temperature, symptoms)
            for order, window, temperature, symptoms, alarm in cursor.fetchall()
        }
    blank = {one.code: Seen(MISSED if one.is_over(on, now) else DUE) for one in windows}
    found = []
    for number, *row in people:
        of_windows = {code: seen.get((number, code), blank[code]) for code in blank}
        found.append(RoundLine(*(*row, of_windows)))
    return found


def sums_of(area_code: str, window: str, *, on: date) -> Sums:
    """How a window of a day stands in an area."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, _given(area_code, on) | {"window": window})
        return Sums(*cursor.fetchone())


def observations_of(order: int) -> list[Observation]:
    """What was noted of an order, the newest of each window alone, the latest day first."""
    newest = (
        Observation.objects.filter(order_id=order).order_by("on", "window", "-id").distinct("on", "window")
    )
    return sorted(newest, key=lambda one: (one.on, one.window), reverse=True)


def _given(area_code: str, on: date) -> dict[str, Any]:
    low, high = code_range(area_code)
    return {"low": low, "high": high, "on": on, "in_force": list(IN_FORCE)}
