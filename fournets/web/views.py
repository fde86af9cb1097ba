"""The pages that stand until the workbench: health, and the day's coverage."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from fournets.organization.access import Reader
from fournets.organization.selectors import task_sums
from fournets.places.rules.codes import WIDTHS
from fournets.places.selectors import find_area, path, shapes_of
from fournets.screening.selectors import AreaSums, coverage, coverage_sums, listed_level
from fournets.web.access import needs, public, reader_of
from fournets.web.errors import trouble
from fournets.web.map import area_map
from fournets.web.trend import trend_shown


@public
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 when the register answers, 503 when it does not."""
    try:
        connection.ensure_connection()
    except DatabaseError:
        return JsonResponse({"register": "down"}, status=503)
    return JsonResponse({"register": "up"})


@needs("coverage.see")
@require_safe
def coverage_page(request: HttpRequest) -> HttpResponse:
    """Who has not been reached yet: the area's number first, then a line for each area in it; sums only.

    ``?area=CODE`` asks for an area within the reader's own, which is shown without it.
    """
    reader, now = reader_of(request), timezone.localtime()
    code = request.GET.get("area") or reader.area_code
    found = find_area(code) if code.isdigit() and reader.covers(code) else None
    if found is None:
        return trouble(request, "page_area_unknown", 404, area=code[:30])
    context = _coverage(found, reader, now) | {"as_of": f"{now:%Y-%m-%d %H:%M}"}
    return render(request, "web/coverage.html", context)


def _coverage(area: Any, reader: Reader, now: datetime) -> dict[str, Any]:
    """The figures of the page, below an area."""
    level = listed_level(area.code)
    first, *below = _sums(area.code, level, now)
    tasks = task_sums(area.code, at=now)
    above = [one for one in path(area.code) if reader.covers(one.code)]
    shapes = shapes_of(line.area_code for line in below) if len(area.code) < WIDTHS.cell else {}
    drawn = area_map({code: one.boundary for code, one in shapes.items()})
    return {
        "area": area,
        "level": "building" if len(area.code) >= WIDTHS.cell else level,
        "above": above[:-1],
        "whole": first,
        "missing": first.households - first.surveyed,
        "enterprises_missing": first.enterprises - first.enterprises_surveyed,
        "rows": [(line, _state(line)) for line in sorted(below, key=_urgency)],
        "open": sum(one.open for one in tasks),
        "gaps": sum(one.open for one in tasks if not one.worker),
        "tiles": [(line, _state(line)) for line in below] if level == "community" and not drawn else [],
        "map": drawn,
        "mapped": [
            (line, shapes[line.area_code].name, _state(line), drawn.areas[line.area_code])
            for line in below
            if drawn and line.area_code in drawn.areas
        ],
        "may_draw": reader.may("intake.take") and len(area.code) < WIDTHS.cell,
        "trend": trend_shown(first, now),
        "may_list": len(area.code) >= WIDTHS.community,
        "empty": not (first.households or first.enterprises),
    }


def _sums(code: str, level: str, now: datetime) -> list[AreaSums]:
    """An area and what is listed of it: sums that are kept, and within one cell its groups and buildings, counted now."""
    if len(code) >= WIDTHS.cell:
        return list(coverage(code, on=now.date(), down_to="building"))
    return coverage_sums(code, on=now.date(), down_to=level)


def _urgency(line: AreaSums) -> tuple[int, str]:
    return line.surveyed - line.households, line.area_code


def _state(line: AreaSums) -> str:
    if line.complete:
        return "good"
    return "late" if line.unreached or line.refused else "todo"
