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
from fournets.reporting.figures.selectors import last_close
from fournets.screening.selectors import coverage_sums, listed_level, missing_then
from fournets.screening.selectors.people import changes_since
from fournets.web.moments import written

MOST = 100  # of one kind are counted; more are told as 100+


@dataclass(frozen=True, slots=True)
class Change:
    """One figure: how many of what, how it stands, where its list is; ``more``: the limit was reached."""

    code: str
    count: int
    state: str
    address: str
    more: bool = False


def overnight_shown(reader: Reader, now: datetime) -> dict[str, Any]:
    """Since when, whether that was a close, and what the reader may open the list of."""
    since, closed = since_of(now)
    found = [one for right, find in KINDS if reader.may(right) for one in find(reader, since, now)]
    return {"since": since, "since_close": closed, "changes": found}


def since_of(now: datetime) -> tuple[datetime, bool]:
    """The moment a morning looks back to: the last close of yesterday, else yesterday's evening; whether it was a close."""
    begins = now.replace(hour=0, minute=0, second=0, microsecond=0)
    evening = evening_before(now)
    closed = last_close(evening.replace(hour=0, minute=0), begins)
    return (timezone.localtime(closed), True) if closed else (evening, False)


def _limited(code: str, count: int, state: str, address: str) -> Change:
    return Change(code, min(count, MOST), state if count else "good", address, more=count > MOST)


def _files(reader: Reader, since: datetime, now: datetime) -> Iterator[Change]:
    count = files_since(reader.area_code, since, most=MOST + 1)
    yield _limited("files", count, "todo", f"{reverse('intake')}?since={written(since)}#files-list")


def _classes(reader: Reader, since: datetime, now: datetime) -> Iterator[Change]:
    count = changes_since(reader.area_code, since, most=MOST + 1)
    yield _limited("classes", count, "late", f"{reverse('people')}?changed={written(since)}")


def _tasks(reader: Reader, since: datetime, now: datetime) -> Iterator[Change]:
    counts = tasks_since(reader.area_code, since, now, most=MOST + 1)
    for kind, state in (("opened", "todo"), ("overdue", "late"), ("closed", "good")):
        address = f"{reverse('tasks')}?{kind}={written(since)}"
        yield _limited(f"tasks_{kind}", counts[HAPPENED.index(kind)], state, address)


def _behind(reader: Reader, since: datetime, now: datetime) -> Iterator[Change]:
    """Of which areas more is missing than then; only where several are listed below the reader's own."""
    level = listed_level(reader.area_code)
    if len(reader.area_code) >= WIDTHS.cell:
        return
    below = coverage_sums(reader.area_code, on=now.date(), down_to=level)
    listed = [one for one in below if len(one.area_code) == WIDTHS.of(level)]
    # kept by the hour: what changed in the hour of the close itself is told too
    then = missing_then(listed, reader.area_code, since=since.replace(minute=0, second=0, microsecond=0))
    behind = [one for one in listed if one.households - one.surveyed > then[one.area_code]]
    # one alone is opened itself
    address = reverse("coverage") + (f"?area={behind[0].area_code}" if len(behind) == 1 else "")
    yield Change(f"behind_{level}", len(behind), "late" if behind else "good", address)


def _forms(reader: Reader, since: datetime, now: datetime) -> Iterator[Change]:
    made, refused = forms_since(since, most=MOST + 1)
    yield _limited("forms_made", made, "good", f"{reverse('forms')}?since={written(since)}#handed")
    yield _limited("forms_refused", refused, "late", f"{reverse('forms')}?since={written(since)}#handed")


KINDS: tuple[tuple[str, Callable[[Reader, datetime, datetime], Iterator[Change]]], ...] = (
    ("intake.take", _files),
    ("people.see", _classes),
    ("people.see", _tasks),
    ("coverage.see", _behind),
    ("forms.fill", _forms),
)
