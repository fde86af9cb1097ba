"""What runs for a while: how far it is, how long it will take, and a button to call it off."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from fournets.accounts.selectors import names_of
from fournets.jobs.selectors import JobLine, jobs
from fournets.jobs.services import cancel_job
from fournets.language import Lang
from fournets.places.selectors import short_names_of
from fournets.web.access import lang_of, needs, reader_of
from fournets.web.acts import act
from fournets.web.intake_words import duration, job_words

RIGHT, MOST = "jobs.see", 40
STATES = {"waiting": "todo", "running": "todo", "done": "good", "failed": "danger", "cancelled": "late"}


@needs(RIGHT)
@require_safe
def jobs_page(request: HttpRequest) -> HttpResponse:
    """The newest jobs of the reader's area, asked for again each second while one of them goes on."""
    before, lang = request.GET.get("before", ""), lang_of(request)
    after = int(before[:18]) if before.isdecimal() and before.isascii() else None
    found = jobs(at=timezone.now(), before=after, most=MOST + 1)
    context = {
        "lines": _lines(found[:MOST], lang),
        "going": any(one.open for one in found[:MOST]),
        "older": found[MOST - 1].number if len(found) > MOST else None,
        "before": after,
    }
    page = "web/jobs_list.html" if request.htmx else "web/jobs.html"  # type: ignore[attr-defined]
    return render(request, page, context)


@needs(RIGHT)
@require_POST
def cancel_page(request: HttpRequest, number: int) -> HttpResponse:
    """Calls a job off: what is done stays."""
    reader, at = reader_of(request), timezone.now()
    return act(request, "jobs", "job_cancelling", lambda: cancel_job(number, actor=reader.login, at=at))


def _lines(found: list[JobLine], lang: Lang) -> list[dict[str, Any]]:
    people, areas = names_of({one.actor for one in found}), short_names_of({one.area_code for one in found})
    return [
        {
            "job": one,
            "state": STATES[one.state],
            "who": people.get(one.actor, one.actor),
            "area": areas.get(one.area_code, one.area_code),
            "left": duration(one.left, lang),
            "why": job_words(one, lang),
        }
        for one in found
    ]
