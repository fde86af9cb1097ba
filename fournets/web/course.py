"""How somebody in isolation has been, day by day: a chart with the threshold, and the same as a table with who noted what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from fournets.isolation.rules.said import word_in
from fournets.isolation.rules.windows import Window, windows_of
from fournets.isolation.selectors.rounds import observations_of
from fournets.isolation.services import OWN
from fournets.isolation.services.own import NOTE
from fournets.language import Lang, say
from fournets.policy import in_force
from fournets.web.acts import ring
from fournets.web.charts import course_chart

MOST = 30  # days that are shown, the last of them
Missed = Callable[[date, Window], bool]


def course_shown(order: Any, now: datetime, lang: Lang) -> dict[str, Any]:
    """The days of an order until today (or its end) with a chart and the lines of a table, the latest first."""
    noted = observations_of(order.pk)
    rules = in_force(on=now.date(), area=order.area_code)
    windows, found = windows_of(rules), {(one.on, one.window): one for one in noted}
    days, missed = _days(order, [one.on for one in noted], now), _missed_by(order, now)
    if not noted and not any(missed(day, one) for day in days for one in windows):
        return {"course_lines": []}
    seen = {(day, one): found.get((day, one.code)) for day in days for one in windows}
    chart = course_chart(
        [(f"{day:%m-%d}", [_entry(seen[day, one], missed(day, one)) for one in windows]) for day in days],
        threshold=float(rules.number("fever.threshold")),
        alarms=frozenset(at for at, one in enumerate(seen.values()) if one and one.alarm),
    )
    lines = [
        (day, [_cell(seen[day, one], missed(day, one), lang) for one in windows]) for day in reversed(days)
    ]
    return {
        "course": chart if noted else None,
        "course_lines": lines,
        "course_windows": [one.zh if lang == "zh" else one.en for one in windows],
        "threshold": f"{rules.number('fever.threshold')} ℃",
    }


def _days(order: Any, noted: list[date], now: datetime) -> list[date]:
    """From the first day (or what was noted before) to today, or the last day of an order that is over."""
    ends = [now.date(), *([timezone.localdate(order.ended_at)] if order.ended_at else [])]
    last = max([min(ends), *noted])
    first = max(min([order.from_on, last, *noted]), last - timedelta(days=MOST - 1))
    return [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]


def _missed_by(order: Any, now: datetime) -> Missed:
    """A window is missed that ended while he was to isolate and had been told so."""
    begins, ends = (
        timezone.localtime(order.issued_at),
        timezone.localtime(order.ended_at) if order.ended_at else now,
    )

    def missed(day: date, window: Window) -> bool:
        moment = datetime.combine(day, window.ends, begins.tzinfo)
        return day >= order.from_on and begins < moment <= ends

    return missed


def _entry(seen: Any, missed: bool) -> float | str | None:
    if seen is not None:
        return float(seen.temperature) if seen.temperature is not None else None
    return "" if missed else None


def _cell(seen: Any, missed: bool, lang: Lang) -> dict[str, str]:
    """What a cell of the table says: how he was, who noted it, what he wrote beside it."""
    if seen is None:
        return {"state": "missed" if missed else ""}
    parts = [f"{seen.temperature} ℃"] if seen.temperature is not None else []
    return {
        "state": "seen",
        "text": " ".join([*parts, *(word_in(one, lang) for one in seen.symptoms)]),
        "tone": "danger" if seen.alarm else "good",
        "by": say("own_by", lang) if seen.by == OWN else seen.by,
        "note": ring().unseal(NOTE, bytes(seen.note_sealed)) if seen.note_sealed else "",
    }
