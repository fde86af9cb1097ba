"""The first page of a post: what has to be done today, until when, and what is late. Every figure opens its list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from fournets.care.selectors.alarms import waiting_alarms
from fournets.care.selectors.needs import waiting_needs
from fournets.database import counted
from fournets.intake.selectors.pages import any_file
from fournets.keeping.selectors import forgettings_asked
from fournets.organization.access import Reader
from fournets.organization.selectors import task_sums
from fournets.people.selectors import doubts_to_decide
from fournets.policy import in_force
from fournets.reporting.exports.selectors import exports_to_decide
from fournets.reporting.forms.deadlines import DONE, LATE, OFFICIAL, due_on
from fournets.screening.selectors import AreaSums
from fournets.screening.selectors.overrides import waiting_overrides
from fournets.web.access import needs, reader_of
from fournets.web.duties import Duty
from fournets.web.overnight import night_of, overnight_shown

MOST = 1000  # rows that wait are counted so far


@dataclass(frozen=True, slots=True)
class CutOff:
    """A time of day at which something is due, by the policy in force, and how it stands: ``ahead``, ``over``, ``done``."""

    at: time
    word: str
    stands: str

    @property
    def state(self) -> str:
        return {"ahead": "todo", "over": "late", "done": "good"}[self.stands]


@needs("coverage.see")
@require_safe
def today_page(request: HttpRequest) -> HttpResponse:
    """Read by everybody with an area to look after; each line only for whoever may open its list."""
    reader, now = reader_of(request), timezone.localtime()
    night = night_of(reader, now)
    duties = [duty for right, find in DUTIES if reader.may(right) for duty in find(reader, now)]
    duties += [*_waiting(reader), *_coverage(night.sums[0])]
    order = {"danger": 0, "late": 1, "todo": 2, "good": 3}
    context = {
        "duties": sorted(duties, key=lambda one: order[one.state]),
        "cut_offs": _cut_offs(reader, now, closed=night.today_closed),
        "now": now,
        **overnight_shown(reader, now, night),
        "empty": not any(one.count for one in duties) and not any_file(reader.area_code),
        "may_take": reader.may("intake.take"),
    }
    return render(request, "web/today.html", context)


def _cut_offs(reader: Reader, now: datetime, *, closed: bool) -> list[CutOff]:
    policy = in_force(on=now.date(), area=reader.area_code)
    found = [(time.fromisoformat(policy.text(name)), name.partition(".")[2]) for name in OFFICIAL]
    done = {"cut_off"} if closed else set()
    return [CutOff(at, word, _stands(at, word in done, now)) for at, word in sorted(found)]


def _stands(at: time, done: bool, now: datetime) -> str:
    if done:
        return "done"
    return "over" if now.time() >= at else "ahead"


def _tasks(reader: Reader, now: datetime) -> Iterator[Duty]:
    sums, address = task_sums(reader.area_code, at=now), reverse("tasks")
    uncovered = sum(one.open for one in sums if not one.worker)
    late, every = sum(one.late for one in sums), sum(one.open for one in sums)
    yield Duty("uncovered", uncovered, "danger" if uncovered else "good", f"{address}?only=uncovered")
    yield Duty("late_tasks", late, "late" if late else "good", f"{address}?only=late")
    yield Duty("tasks", every, "todo" if every else "good", address)


def _coverage(whole: AreaSums) -> Iterator[Duty]:
    missing, firms = whole.households - whole.surveyed, whole.enterprises - whole.enterprises_surveyed
    yield Duty("households", missing, "todo" if missing else "good", reverse("coverage"))
    yield Duty("enterprises", firms, "todo" if firms else "good", reverse("coverage"))


def _waiting(reader: Reader) -> Iterator[Duty]:
    """What waits to be done, each as it stands where there is any: counted in one statement, however many kinds there are."""
    queues = [one for one in QUEUES if reader.may(one[0])]
    counts = counted([find(reader.area_code) for *_, find in queues], MOST + 1)
    stands: dict[str, tuple[int, str, str]] = {}
    for (_, code, address, state, _), count in zip(queues, counts, strict=True):
        if code not in stands or count:  # a worse kind of the same stands for all of them
            stands[code] = (max(count, stands.get(code, (0,))[0]), state if count else "good", address)
    for code, (count, state, address) in stands.items():
        yield Duty(code, min(count, MOST), state, reverse(address), more=count > MOST)


def _exports(reader: Reader, now: datetime) -> Iterator[Duty]:
    count = len(exports_to_decide(reader))
    yield Duty("exports", count, "todo" if count else "good", reverse("export_approvals"))


def _overrides(reader: Reader, now: datetime) -> Iterator[Duty]:
    count = waiting_overrides(reader.area_code, on=now.date())
    yield Duty("overrides", count, "todo" if count else "good", reverse("overrides"))


def _forgettings(reader: Reader, now: datetime) -> Iterator[Duty]:
    count = len(forgettings_asked(reader.area_code, reader.login))
    yield Duty("forgettings", count, "todo" if count else "good", reverse("forgettings"))


def _forms(reader: Reader, now: datetime) -> Iterator[Duty]:
    due = [one for one in due_on(reader, now.date(), now=now) if one.stands != DONE]
    late = any(one.stands == LATE for one in due)
    yield Duty("forms", len(due), "late" if late else "todo" if due else "good", reverse("forms"))


# right, word, page, how it stands where there is any, which rows; of one word the last that has any counts
QUEUES: tuple[tuple[str, str, str, str, Callable[[str], QuerySet[Any]]], ...] = (
    ("isolation.see", "alarms", "alarms", "late", waiting_alarms),
    ("isolation.see", "alarms", "alarms", "danger", partial(waiting_alarms, untaken=True)),
    ("isolation.see", "care", "care", "todo", waiting_needs),
    ("isolation.see", "care", "care", "late", partial(waiting_needs, late=True)),
    ("people.review", "doubts", "review", "todo", lambda _: doubts_to_decide()),
)
DUTIES: tuple[tuple[str, Callable[[Reader, datetime], Iterator[Duty]]], ...] = (
    ("people.see", _tasks),
    ("forms.fill", _forms),
    ("exports.approve", _exports),
    ("overrides.decide", _overrides),
    ("forgetting.decide", _forgettings),
)
