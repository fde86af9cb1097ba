"""The first pages of all: whoever has the one-time address says which town it is and makes himself its administrator."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from fournets.accounts.entry import sign_in_new
from fournets.home import home
from fournets.language import Refusal
from fournets.organization.first_start import (
    first_start_is_open,
    found_administrator,
    plant_town,
    town_is_known,
)
from fournets.web.access import public, refused
from fournets.web.forms import FirstForm, TownForm


@public
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
def first_start(request: HttpRequest, token: str) -> HttpResponse:
    """Login, name and a password of his own; then signed in, on to the second factor."""
    if not first_start_is_open(token, at=timezone.now()):
        return refused(request, "first_start_over", status=404, title="page_absent_title")
    if not town_is_known():
        return _town(request, token)
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


def _town(request: HttpRequest, token: str) -> HttpResponse:
    """Which town it is, from a table of its divisions; then the account."""
    form = TownForm(request.POST or None, request.FILES or None, lang=request.lang)  # type: ignore[attr-defined]
    if form.is_valid():
        sent = form.cleaned_data["divisions"]
        try:
            with TemporaryDirectory(dir=home(), prefix="divisions-") as folder:
                table = Path(folder) / PurePosixPath(sent.name).name
                table.write_bytes(sent.read())
                plant_town(token, table, town_name=form.cleaned_data["town_name"], at=timezone.now())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return redirect("first_start", token=token)
    return render(request, "web/start_town.html", {"form": form})
