"""Somebody's own page: his posts, and the way to his password, second factors and sessions."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from fournets.accounts.services import has_second_factor
from fournets.places.selectors import area_labels
from fournets.web.access import POST, barred, own, reader_of, set_reader
from fournets.web.frame import PAGES


@own
@require_safe
def front_page(request: HttpRequest) -> HttpResponse:
    """Leads to the first page the reader's post opens; to his own when it opens none."""
    if request.user.is_authenticated and not set_reader(request):
        return redirect("account")
    found = barred(request)
    if found is not None:
        return found
    return redirect(next((name for name, right, _ in PAGES if reader_of(request).may(right)), "account"))


@own
@require_safe
def account_page(request: HttpRequest) -> HttpResponse:
    """Who somebody is here: his posts with their rights, and what guards his account."""
    posts = set_reader(request)
    labels = area_labels({one.area_code for one in posts})
    context = {
        "second_factor": has_second_factor(request.user.pk),
        "held": [(one, labels[one.area_code]) for one in posts],
        "providers": bool(settings.SOCIALACCOUNT_PROVIDERS),
    }
    return render(request, "web/account.html", context)


@own
@require_POST
def choose_post(request: HttpRequest) -> HttpResponse:
    """Acts under another of one's own appointments from now on."""
    chosen = request.POST.get("appointment", "")
    held = {str(one.appointment_id): one.appointment_id for one in set_reader(request)}
    if chosen in held:
        request.session[POST] = held[chosen]
    return redirect("front")
