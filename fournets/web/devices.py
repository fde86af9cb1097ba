"""A phone set up for ODK Collect by the one who carries it: a token of his own post, as a code to scan, shown once."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fournets.interop.openrosa.access import FILL
from fournets.interop.openrosa.device_code import device_code
from fournets.language import Refusal, say
from fournets.organization.tokens import DEVICE, make_token_of
from fournets.web.access import lang_of, needs, reader_of


@needs(FILL)
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def device_page(request: HttpRequest) -> HttpResponse:
    """Says what a code does, and makes one for whoever has just shown that it is he."""
    lang, purpose = lang_of(request), request.POST.get("purpose", "")
    context: dict[str, Any] = {"typed": purpose}
    if request.method == "POST":
        try:
            secret, until = make_token_of(
                reader_of(request), purpose=purpose, at=timezone.now(), prefix=DEVICE
            )
        except Refusal as refusal:
            context["wrong"] = refusal.message.text(lang)
        else:
            forms = request.build_absolute_uri(reverse("openrosa_device_forms", args=[secret]))
            address = forms.removesuffix("/formList")
            name = say("device_project", lang)
            context |= {"address": address, "code": device_code(address, name), "until": until}
    return render(request, "web/device.html", context, status=422 if "wrong" in context else 200)
