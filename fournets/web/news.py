"""What concerns the reader: what waits for his word, what was decided on what he asked for, which of his jobs ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from fournets.accounts.services import see_news
from fournets.audit.selectors import open_alarms
from fournets.care.selectors.alarms import untaken_alarms, waited
from fournets.jobs.selectors import jobs_ended
from fournets.keeping.selectors import forgettings_answered, forgettings_asked
from fournets.language import Lang, say
from fournets.organization.access import Reader, sight_of
from fournets.organization.task_list import tasks_late
from fournets.reporting.exports.selectors import exports_answered, exports_to_decide
from fournets.screening.selectors.overrides import overrides_answered, overrides_asked
from fournets.web.access import needs, reader_of
from fournets.web.moments import written

SEE, KEPT, MOST = "news.see", timedelta(days=3), 50
LATE = 100  # late tasks are counted so far
JOB_STATES = {"done": "good", "failed": "danger", "cancelled": "late"}
DECIDED = {"approved": "good", "made": "good", "refused": "late"}


@dataclass(frozen=True, slots=True)
class News:
    """One thing: when, the message that says it with its values, how it stands, where it leads."""

    at: datetime
    code: str
    values: dict[str, Any]
    state: str
    address: str


@needs(SEE)
@require_safe
def news_page(request: HttpRequest) -> HttpResponse:
    """Everything of the last days, newest first; what he has not seen is marked."""
    lang: Lang = request.lang  # type: ignore[attr-defined]
    seen = _seen(request)
    found = news_of(reader_of(request), timezone.now())
    lines = [(one, say(one.code, lang, **one.values), one.at > seen) for one in found]
    return render(request, "web/news.html", {"lines": lines, "fresh": sum(new for *_, new in lines)})


@needs(SEE)
@require_safe
def bell_part(request: HttpRequest) -> HttpResponse:
    """How many of them are new; asked for by the frame of every page, once a minute."""
    seen = _seen(request)
    fresh = sum(one.at > seen for one in news_of(reader_of(request), timezone.now()))
    return render(request, "web/bell.html", {"fresh": fresh})


@needs(SEE)
@require_POST
def seen_page(request: HttpRequest) -> HttpResponse:
    """He has seen them all."""
    see_news(reader_of(request).user_id, at=timezone.now())
    return redirect("news")


def _seen(request: HttpRequest) -> datetime:
    at: datetime | None = request.user.news_seen_at  # type: ignore[union-attr]
    return at or timezone.now() - KEPT


def news_of(reader: Reader, now: datetime) -> list[News]:
    """All that concerns a reader, in his own scope, the newest first."""
    found = [one for right, find in SOURCES if reader.may(right) for one in find(reader, now)]
    return sorted(found, key=lambda one: one.at, reverse=True)[:MOST]


def _exports_waiting(reader: Reader, now: datetime) -> Iterator[News]:
    for one in exports_to_decide(reader):
        values = {"serial": one.serial, "count": f"{one.count:,}"}
        yield News(one.asked_at, "news_export_waits", values, "todo", reverse("export_approvals"))


def _exports_answered(reader: Reader, now: datetime) -> Iterator[News]:
    for one in exports_answered(reader.login, since=now - KEPT):
        word = "refused" if one.state == "refused" else "approved"
        at = one.decided_at or now
        yield News(at, f"news_export_{word}", {"serial": one.serial}, DECIDED[one.state], reverse("exports"))


def _overrides_waiting(reader: Reader, now: datetime) -> Iterator[News]:
    for one in overrides_asked(reader.area_code, reader.login, on=now.date()):
        yield News(one.asked_at, "news_override_waits", {"number": one.pk}, "todo", reverse("overrides"))


def _overrides_answered(reader: Reader, now: datetime) -> Iterator[News]:
    for one in overrides_answered(reader.login, since=now - KEPT):
        at, code = one.decided_at or now, f"news_override_{one.state}"
        yield News(at, code, {"number": one.pk}, DECIDED.get(one.state, "todo"), reverse("overrides"))


def _forgettings_waiting(reader: Reader, now: datetime) -> Iterator[News]:
    for one in forgettings_asked(reader.area_code, reader.login):
        yield News(one.asked_at, "news_forgetting_waits", {"number": one.pk}, "todo", reverse("forgettings"))


def _forgettings_answered(reader: Reader, now: datetime) -> Iterator[News]:
    for one in forgettings_answered(reader.login, since=now - KEPT):
        at, code = one.decided_at or now, f"news_forgetting_{one.state}"
        yield News(at, code, {"number": one.pk}, DECIDED[one.state], reverse("forgettings"))


def _jobs_ended(reader: Reader, now: datetime) -> Iterator[News]:
    for one in jobs_ended(reader.login, since=now - KEPT, most=MOST):
        at, code = one.ended_at or now, f"news_job_{one.state}"
        address = reverse("forms" if one.kind == "fill_form" else "intake")
        yield News(at, code, {"number": one.pk, "total": one.total}, JOB_STATES[one.state], address)


def _alarms(reader: Reader, now: datetime) -> Iterator[News]:
    for one in open_alarms(sight_of(reader)):
        yield News(one.at, "news_alarm", {"number": one.id}, "danger", reverse("audit"))


def _fevers(reader: Reader, now: datetime) -> Iterator[News]:
    for number, at in untaken_alarms(reader.area_code, most=MOST):
        address = reverse("isolation_order", args=[number])
        yield News(at, "news_fever", {"number": number, "minutes": waited(at, now)}, "danger", address)


def _late_tasks(reader: Reader, now: datetime) -> Iterator[News]:
    """One line however many: it is new again when another one falls late."""
    count, last = tasks_late(reader.area_code, since=now - KEPT, at=now, most=LATE + 1)
    if last:
        late = f"{min(count, LATE)}{'+' if count > LATE else ''}"
        yield News(
            last,
            "news_late_tasks",
            {"late": late},
            "late",
            f"{reverse('tasks')}?overdue={written(now - KEPT)}",
        )


SOURCES: tuple[tuple[str, Callable[[Reader, datetime], Iterator[News]]], ...] = (
    ("exports.approve", _exports_waiting),
    ("exports.make", _exports_answered),
    ("overrides.decide", _overrides_waiting),
    ("overrides.ask", _overrides_answered),
    ("forgetting.decide", _forgettings_waiting),
    ("forgetting.ask", _forgettings_answered),
    ("jobs.see", _jobs_ended),
    ("audit.see", _alarms),
    ("isolation.observe", _fevers),
    ("people.see", _late_tasks),
)
