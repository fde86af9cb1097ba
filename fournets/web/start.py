"""The first page of all: whoever has the one-time address makes himself the first administrator."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from fournets.accounts.entry import sign_in_new
from fournets.language import Refusal
from fournets.organization.first_start import first_start_is_open, found_administrator
from fournets.web.access import public, refused
from fournets.web.forms import FirstForm


@public
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
def first_start(request: HttpRequest, token: str) -> HttpResponse:
    """Login, name and a password of his own; then signed in, on to the second factor."""
    if not first_start_is_open(token, at=timezone.now()):
        return refused(request, "first_start_over", status=404, title="page_absent_title")
    form = FirstForm(request.POST or None, lang=request.lang)  # type: ignore[attr-defined]
    if form.is_valid():
        words = {name: form.cleaned_data[name] for name in ("login", "name", "password")}
        try:
            user = found_administrator(token, **words, at=timezone.now())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return sign_in_new(request, user, to=reverse("mfa_index"))
    return render(request, "web/start.html", {"form": form})
