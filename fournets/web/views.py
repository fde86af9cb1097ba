"""The pages that stand until the workbench: health, and the day's coverage."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from fournets.language import Lang
from fournets.organization.selectors import task_sums
from fournets.places.scope import scope
from fournets.places.selectors import town
from fournets.screening.selectors import AreaCoverage, coverage

COOKIE = "language"


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """200 when the register answers, 503 when it does not."""
    try:
        connection.ensure_connection()
    except DatabaseError:
        return JsonResponse({"register": "down"}, status=503)
    return JsonResponse({"register": "up"})


@require_safe
@never_cache
def coverage_page(request: HttpRequest) -> HttpResponse:
    """Who has not been reached yet: the town's number first, then a line for each community; sums only."""
    lang = _language(request)
    now = timezone.localtime()
    try:
        context = _coverage(now)
    except DatabaseError:
        context, status = {"down": True}, 503
    else:
        status = 200
    context |= {
        "lang": lang,
        "other_language": f"lang={'en' if lang == 'zh' else 'zh'}",
        "as_of": f"{now:%Y-%m-%d %H:%M}",
    }
    response = render(request, "web/coverage.html", context, status=status)
    response.set_cookie(COOKIE, lang, samesite="Lax", httponly=True)
    return response


def _coverage(now: datetime) -> dict[str, Any]:
    """The figures of the page. The page shows no person, so it may look at the whole town."""
    with scope(""):
        whole = town()
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


def _language(request: HttpRequest) -> Lang:
    wish = (
        request.GET.get("lang") or request.COOKIES.get(COOKIE) or request.headers.get("Accept-Language", "zh")
    )
    return "en" if wish.lower().startswith("en") else "zh"
