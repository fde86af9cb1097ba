"""The page of an administrator's morning: whether the installation is sound, and what to do where it is not."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from fournets.keeping.health import health_signs
from fournets.language import Lang, say
from fournets.web.access import needs

WORST_FIRST = {"danger": 0, "late": 1, "good": 2}


@needs("system.see")
@require_safe
def system_page(request: HttpRequest) -> HttpResponse:
    """What is looked at, what is wrong first; asked for again every ten seconds."""
    lang: Lang = request.lang  # type: ignore[attr-defined]
    now = timezone.localtime()
    signs = sorted(health_signs(at=now), key=lambda one: WORST_FIRST[one.state])
    context = {
        "signs": [
            (one.state, say(f"health_of_{one.check}", lang), say(one.code, lang, **one.values))
            for one in signs
        ],
        "wrong": sum(one.state != "good" for one in signs),
        "worst": signs[0].state,
        "as_of": f"{now:%Y-%m-%d %H:%M:%S}",
    }
    page = "web/system_signs.html" if request.htmx else "web/system.html"  # type: ignore[attr-defined]
    return render(request, page, context)
