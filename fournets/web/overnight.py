"""What changed overnight: since the last close of a day, or the evening before. Counted so far and no further; each figure opens its list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from fournets.intake.selectors.pages import files_since
from fournets.organization.access import Reader
from fournets.organization.hours import evening_before
from fournets.organization.task_list import HAPPENED, tasks_since
from fournets.places.rules.codes import WIDTHS
from fournets.reporting.exports.selectors import forms_since
from fournets.reporting.figures.selectors import closes
from fournets.screening.selectors import AreaSums, coverage_sums, listed_level, missing_then
from fournets.screening.selectors.people import changes_since
from fournets.web.duties import Duty
from fournets.web.moments import written

SEE = "coverage.see"
MOST = 100  # of one kind are counted; more are told as 100+


@dataclass(frozen=True, slots=True)
class Night:
    """What a morning looks back to: since when, whether that was a close, whether today is closed already, and coverage now."""

    since: datetime
    closed: bool
    today_closed: bool
    sums: list[AreaSums]


def night_of(reader: Reader, now: datetime) -> Night:
    """Since the last close of yesterday, else since yesterday's evening; and how the reader's area is covered now."""
    begins, evening = now.replace(hour=0, minute=0, second=0, microsecond=0), evening_before(now)
    today_closed, closed = closes(on=now.date(), first=evening.replace(hour=0, minute=0), before=begins)
    level = listed_level(reader.area_code)
    sums = coverage_sums(reader.area_code, on=now.date(), down_to=level) if reader.may(SEE) else []
    return Night(timezone.localtime(closed) if closed else evening, bool(closed), today_closed, sums)


def overnight_shown(reader: Reader, now: datetime, night: Night) -> dict[str, Any]:
    """Since when, whether that was a close, and what the reader may open the list of."""
    found = [one for right, find in KINDS if reader.may(right) for one in find(reader, night, now)]
    return {"since": night.since, "since_close": night.closed, "changes": found}


def _limited(code: str, count: int, state: str, address: str) -> Duty:
    return Duty(code, min(count, MOST), state if count else "good", address, more=count > MOST)


def _files(reader: Reader, night: Night, now: datetime) -> Iterator[Duty]:
    count = files_since(reader.area_code, night.since, most=MOST + 1)
    yield _limited("files", count, "todo", f"{reverse('intake')}?since={written(night.since)}#files-list")


def _classes(reader: Reader, night: Night, now: datetime) -> Iterator[Duty]:
    count = changes_since(reader.area_code, night.since, most=MOST + 1)
    yield _limited("classes", count, "late", f"{reverse('people')}?changed={written(night.since)}")


def _tasks(reader: Reader, night: Night, now: datetime) -> Iterator[Duty]:
    counts = tasks_since(reader.area_code, night.since, now, most=MOST + 1)
    for kind, state in (("opened", "todo"), ("overdue", "late"), ("closed", "good")):
        address = f"{reverse('tasks')}?{kind}={written(night.since)}"
        yield _limited(f"tasks_{kind}", counts[HAPPENED.index(kind)], state, address)


def _behind(reader: Reader, night: Night, now: datetime) -> Iterator[Duty]:
    """Of which areas more is missing than then; only where several are listed below the reader's own."""
    level = listed_level(reader.area_code)
    if len(reader.area_code) >= WIDTHS.cell:
        return
    listed = [one for one in night.sums if len(one.area_code) == WIDTHS.of(level)]
    # kept by the hour: what changed in the hour of the close itself is told too
    then = missing_then(
        listed, reader.area_code, since=night.since.replace(minute=0, second=0, microsecond=0)
    )
    behind = [one for one in listed if one.households - one.surveyed > then[one.area_code]]
    # one alone is opened itself
    address = reverse("coverage") + (f"?area={behind[0].area_code}" if len(behind) == 1 else "")
    yield Duty(f"behind_{level}", len(behind), "late" if behind else "good", address)


def _forms(reader: Reader, night: Night, now: datetime) -> Iterator[Duty]:
    made, refused = forms_since(night.since, most=MOST + 1)
    yield _limited("forms_made", made, "good", f"{reverse('forms')}?since={written(night.since)}#handed")
    yield _limited(
        "forms_refused", refused, "late", f"{reverse('forms')}?since={written(night.since)}#handed"
    )


KINDS: tuple[tuple[str, Callable[[Reader, Night, datetime], Iterator[Duty]]], ...] = (
    ("intake.take", _files),
    ("people.see", _classes),
    ("people.see", _tasks),
    (SEE, _behind),
    ("forms.fill", _forms),
)
