"""Somebody's own page: his posts, and the way to his password, second factors and sessions."""

from __future__ import annotations

from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fournets.accounts.services import has_second_factor
from fournets.language import say
from fournets.organization.tokens import tokens_of, withdraw_token
from fournets.organization.tour import tour
from fournets.places.selectors import area_labels
from fournets.web.access import POST, View, barred, own, reader_of, set_reader
from fournets.web.acts import act
from fournets.web.frame import PAGES


def _tour_first(view: View) -> View:
    """On a demo whoever is not signed in is shown its tour."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **words: Any) -> HttpResponse:
        if not request.user.is_authenticated and tour():
            return redirect("tour")
        return view(request, *args, **words)

    return guarded


@_tour_first
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
    """Who somebody is here: his posts with their rights, what guards his account, and which programs act for him."""
    posts, user = set_reader(request), cast(Any, request.user)
    labels = area_labels({one.area_code for one in posts})
    context = {
        "second_factor": has_second_factor(request.user.pk),
        "held": [(one, labels[one.area_code]) for one in posts],
        "providers": bool(settings.SOCIALACCOUNT_PROVIDERS),
        "tokens": tokens_of(user.pk, at=timezone.now()),
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


@own
@require_http_methods(["GET", "POST"])
def stop_token(request: HttpRequest, number: int) -> HttpResponse:
    """Ends one of one's own tokens from the program's next request on, after a question."""
    user: Any = request.user
    at = timezone.now()
    if request.method == "GET":
        one = next((held for held in tokens_of(user.pk, at=at) if held.number == number), None)
        if one is None:
            messages.error(request, say("token_unknown", request.lang))  # type: ignore[attr-defined]
            return redirect("account")
        return render(request, "web/programs/ask.html", {"one": one, "back": "account"})
    return act(
        request,
        "account",
        "token_withdrawn",
        lambda: withdraw_token(user.pk, number, actor=user.login, at=at),
    )
