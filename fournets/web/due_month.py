"""The deadlines of forms as a month: per day what is due by when, and whether it was handed out."""

from __future__ import annotations

from calendar import Calendar
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from fournets.organization.access import Reader
from fournets.reporting.forms.deadlines import DONE, LATE, WEEK, Due, due_between
from fournets.reporting.forms.kept import FILL
from fournets.web.access import needs, reader_of
from fournets.web.filling_words import STANDS

WEEKS = Calendar()  # from Monday


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the page: what is due with how it is shown; a day of another month is there to fill its week."""

    on: date
    due: Sequence[tuple[Due, str]]
    inside: bool
    today: bool


@needs(FILL)
@require_safe
def month_page(request: HttpRequest) -> HttpResponse:
    """``?month=2020-02``; the month of today without it."""
    now = timezone.localtime()
    first = _first(request.GET.get("month") or f"{now:%Y-%m}")
    weeks = _weeks(reader_of(request), first, now)
    days = [day for week in weeks for day in week if day.inside]
    sums = Counter(one.stands for day in days for one, _ in day.due)
    context = {
        "first": first,
        "weeks": weeks,
        "days": [day for day in days if day.due or day.today],
        "week": WEEK,
        "previous": f"{first - timedelta(days=1):%Y-%m}",
        "next": f"{_next(first):%Y-%m}",
        "is_now": (first.year, first.month) == (now.year, now.month),
        "total": sums.total(),
        "done": sums[DONE],
        "late": sums[LATE],
        "now": now,
    }
    return render(request, "web/forms_month.html", context)


def _weeks(reader: Reader, first: date, now: datetime) -> list[list[Day]]:
    dates = WEEKS.monthdatescalendar(first.year, first.month)
    due = due_between(reader, first, _next(first) - timedelta(days=1), now=now)
    return [
        [
            Day(
                on,
                [(one, STANDS[one.stands]) for one in due.get(on, ())],
                on.month == first.month,
                on == now.date(),
            )
            for on in week
        ]
        for week in dates
    ]


def _next(first: date) -> date:
    """The first day of the month after."""
    return (first + timedelta(days=31)).replace(day=1)


def _first(text: str) -> date:
    """The first day of a month written 2020-02; ``Http404`` for what is none, or lies beyond the years anybody plans."""
    try:
        first = datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 a month has no zone
    except ValueError as error:
        raise Http404 from error
    if not date(2000, 1, 1) <= first < date(2100, 1, 1):
        raise Http404
    return first
