"""Somebody's own page: his posts, and the way to his password, second factors and sessions."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from fournets.accounts.services import has_second_factor
from fournets.web.access import POST, own, set_reader


@own
@require_safe
def account_page(request: HttpRequest) -> HttpResponse:
    """Who somebody is here: his posts with their rights, and what guards his account."""
    set_reader(request)
    return render(request, "web/account.html", {"second_factor": has_second_factor(request.user.pk)})


@own
@require_POST
def choose_post(request: HttpRequest) -> HttpResponse:
    """Acts under another of one's own appointments from now on."""
    chosen = request.POST.get("appointment", "")
    held = {str(one.appointment_id): one.appointment_id for one in set_reader(request)}
    if chosen in held:
        request.session[POST] = held[chosen]
    return redirect("coverage")
