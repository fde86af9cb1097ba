"""The open tasks of an area as a list: whose, about whom, until when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from fournets.audit.services import record_read
from fournets.organization.selectors import ONLY, OpenTask, open_tasks_below
from fournets.people.services.canary import touched
from fournets.places.selectors import area_labels, areas_of_levels
from fournets.web.access import needs, reader_of
from fournets.web.acts import ring
from fournets.web.errors import trouble

PAGE = 100  # tasks a page shows
LEVELS = ("town", "community", "cell")


@needs("people.see")
@require_safe
def tasks_page(request: HttpRequest) -> HttpResponse:
    """``?area=CODE`` within the reader's own, ``?only=late|uncovered``, ``?after=AREA:TASK`` for what follows."""
    reader, now = reader_of(request), timezone.localtime()
    asked, only = request.GET.get("area") or reader.area_code, request.GET.get("only", "")
    start, _, number = request.GET.get("after", ":0").partition(":")
    if not reader.covers(asked) or only not in ONLY or not number.isdecimal():
        return trouble(request, "page_unknown", 404)
    found = open_tasks_below(asked, after=(start, int(number)), limit=PAGE + 1, only=only, at=now)
    shown = found[:PAGE]
    people = [one.person for one in shown]
    record_read("list_shown", actor=reader.login, area_code=asked, at=now, list="tasks", shown=len(shown))
    touched(people, how="opened", ring=ring(), actor=reader.login, at=now)
    context = {
        "lines": _lines(shown, now),
        "areas": areas_of_levels(reader.area_code, levels=LEVELS),
        "asked": asked,
        "only": only,
        "now": now,
        "next": f"{shown[-1].area_code}:{shown[-1].id}" if len(found) > PAGE else "",
        "begun": number == "0",
    }
    return render(request, "web/tasks.html", context)


def _lines(tasks: Sequence[OpenTask], now: Any) -> list[dict[str, Any]]:
    labels = area_labels({one.area_code for one in tasks})
    return [
        {"task": one, "area": labels[one.area_code], "state": "late" if one.due_at < now else "todo"}
        for one in tasks
    ]
