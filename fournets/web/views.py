"""The pages that stand until the workbench: health, and the day's coverage."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from fournets.organization.selectors import task_sums
from fournets.places.selectors import find_area
from fournets.screening.selectors import AreaCoverage, coverage
from fournets.web.access import needs, public, reader_of


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
    """Who has not been reached yet: the reader's area first, then a line for each community of it; sums only."""
    now = timezone.localtime()
    context = _coverage(reader_of(request).area_code, now)
    return render(request, "web/coverage.html", context | {"as_of": f"{now:%Y-%m-%d %H:%M}"})


def _coverage(area_code: str, now: datetime) -> dict[str, Any]:
    """The figures of the page, below the reader's area."""
    whole = find_area(area_code)
    if whole is None:
        raise Http404
    lines = coverage(whole.code, on=now.date(), down_to="community")
    tasks = task_sums(whole.code, at=now)
    first, communities = lines[0], lines[1:]
    return {
        "area": whole.short_name,
        "town": first,
        "missing": first.households - first.surveyed,
        "enterprises_missing": first.enterprises - first.enterprises_surveyed,
        "rows": [(line, _state(line)) for line in sorted(communities, key=_urgency)],
        "open": sum(one.open for one in tasks),
        "gaps": sum(one.open for one in tasks if not one.worker),
        "empty": not (first.households or first.enterprises),
    }


def _urgency(line: AreaCoverage) -> tuple[int, str]:
    return line.surveyed - line.households, line.area_code


def _state(line: AreaCoverage) -> str:
    if line.complete:
        return "good"
    return "late" if line.unreached or line.refused else "todo"
