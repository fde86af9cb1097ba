"""Frozen figures read back, and the list behind each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Q

from fournets.language import Refusal
from fournets.reporting.figures.definitions import definitions
from fournets.reporting.figures.lists import PUBLIC
from fournets.reporting.models import DayClose, DayFigure


@dataclass(frozen=True, slots=True)
class Figure:
    """One frozen figure of one area."""

    figure: str
    area_code: str
    value: int


def closed_day(on: date) -> DayClose:
    """The newest close of ``on``; raises `Refusal` when the day is not closed."""
    day = DayClose.objects.filter(on=on).order_by("-correction").first()
    if day is None:
        raise Refusal("day_not_closed", on=on.isoformat())
    return day


def closes(*, on: date, first: datetime, before: datetime) -> tuple[bool, datetime | None]:
    """Whether a day is closed, and when any was closed last within a span (None where none was); one statement."""
    found = DayClose.objects.filter(Q(on=on) | Q(at__gte=first, at__lt=before)).values_list("on", "at")
    rows = list(found)
    return any(day == on for day, _ in rows), max(
        (at for _, at in rows if first <= at < before), default=None
    )


def day_figures(on: date) -> list[Figure]:
    """The figures of ``on`` by area and in the order of the definitions; of several closes, the newest."""
    order = {name: place for place, name in enumerate(definitions())}
    rows = DayFigure.objects.filter(day=closed_day(on)).values_list("figure", "area_code", "value")
    figures = [Figure(*row) for row in rows]
    return sorted(figures, key=lambda one: (one.area_code, order.get(one.figure, len(order))))


def rows_behind(on: date, area_code: str, figure: str) -> list[str]:
    """The public ids of what ``figure`` counted in ``area_code``; those no longer filed are left out. Raises `Refusal`."""
    known = definitions()
    if figure not in known:
        raise Refusal("figure_unknown", figure=figure, known="、".join(known))
    found = DayFigure.objects.filter(day=closed_day(on), area_code=area_code, figure=figure).first()
    with connection.cursor() as cursor:
        cursor.execute(
            f"{PUBLIC[known[figure].of]} WHERE id = ANY(%s) ORDER BY id", [found.behind if found else []]
        )
        return [row[1] for row in cursor.fetchall()]
