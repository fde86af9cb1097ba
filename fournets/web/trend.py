"""How the day went, hour by hour: what has been surveyed and not reached of the area shown."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from fournets.places.rules.codes import WIDTHS
from fournets.screening.selectors import AreaSums, HourSums, coverage_hours
from fournets.web.charts import day_chart

KINDS = (("surveyed", "good"), ("unreached", "late"))


def trend_shown(whole: AreaSums, now: datetime) -> dict[str, Any]:
    """A line for each of what is counted and the numbers behind it; nothing below the cell, where no hour is kept."""
    if len(whole.area_code) > WIDTHS.cell:
        return {}
    begins = now.replace(hour=0, minute=0, second=0, microsecond=0)
    hours = coverage_hours(whole, since=begins, now=now)
    first, last = hours[0], hours[-1]
    return {
        "hours": hours[1:],
        "begins": first,
        "moved": any(one.done_more or one.unreached_more for one in hours),
        "lines": [
            (kind, tone, getattr(last, kind), getattr(last, kind) - getattr(first, kind), day_chart(_values(hours, kind, begins)))
            for kind, tone in KINDS
        ],
    }  # fmt: skip


def _values(hours: list[HourSums], kind: str, begins: datetime) -> list[tuple[float, int]]:
    return [
        (round((timezone.localtime(one.at) - begins) / timedelta(hours=1), 2), getattr(one, kind))
        for one in hours
    ]
