"""The first page of a demo: one account per role, what each sees, and how to sign in. Elsewhere it is not there."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fournets.language import Lang, say
from fournets.organization.rights import roles
from fournets.organization.tour import Guest, tour
from fournets.web.access import public


@public
def tour_page(request: HttpRequest) -> HttpResponse:
    """Every account of the demo in the order of the roles."""
    guests = tour()
    if not guests:
        raise Http404
    return _page(request, guests)


@require_safe
def _page(request: HttpRequest, guests: list[Guest]) -> HttpResponse:
    lang: Lang = request.lang  # type: ignore[attr-defined]
    order = list(roles())
    lines = [
        (one, roles()[one.role], roles()[one.role].text(lang), say(f"tour_{one.role}", lang))
        for one in sorted(guests, key=lambda one: order.index(one.role))
    ]
    return render(request, "web/tour.html", {"lines": lines})
