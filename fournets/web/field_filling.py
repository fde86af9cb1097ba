"""Field forms filled in the browser, where there is no device with ODK Collect: the same forms, received the same way."""

from __future__ import annotations

from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from fournets.interop.openrosa.access import FILL, Refused
from fournets.interop.openrosa.received import TAKEN, received, record_households
from fournets.interop.selectors import HOUSEHOLDS, device_form, device_forms, households_csv
from fournets.language import Refusal, say
from fournets.web.access import lang_of, needs, reader_of

# What the library needs beyond any other page of ours: its reader of expressions is WebAssembly, its styles are put in
# as it draws, and pictures just taken are shown from memory. Scripts still come from here alone.
MORE = {
    "script-src": "'wasm-unsafe-eval'",
    "style-src": "'unsafe-inline'",
    "img-src": "blob:",
    "font-src": "data:",
}
KEPT_ASIDE, UNREADABLE = 409, 422


@needs(FILL)
@require_safe
def filling_page(request: HttpRequest) -> HttpResponse:
    """The forms of the reader's area, to choose one."""
    return render(request, "web/field_filling.html", {"forms": device_forms(reader_of(request).area_code)})


@needs(FILL)  # type: ignore[arg-type]
@require_safe
@csp_update(MORE)  # type: ignore[arg-type]
def fill_page(request: HttpRequest, number: int) -> HttpResponse:
    """One form, drawn and checked by ODK Web Forms."""
    try:
        form = device_form(number, reader_of(request).area_code)
    except Refusal as refusal:
        raise Http404 from refusal
    return render(request, "web/field_fill.html", {"form": form})


@needs(FILL)
@require_safe
def fill_file_page(request: HttpRequest, number: int, name: str) -> HttpResponse:
    """What the page asks for: the form itself, or the households of the reader's area."""
    reader = reader_of(request)
    try:
        form = device_form(number, reader.area_code)
        if name == "form.xml":
            return HttpResponse(form.xform.encode(), content_type="text/xml; charset=utf-8")
        if name != HOUSEHOLDS or not form.households or not reader.may("people.see"):
            raise Http404
        content, count = households_csv(reader.area_code)
    except Refusal as refusal:
        raise Http404 from refusal
    record_households(reader, count, at=timezone.now())
    return HttpResponse(content, content_type="text/csv; charset=utf-8")


@needs(FILL)
@require_POST
def fill_send_page(request: HttpRequest) -> HttpResponse:
    """Receives a form filled on the page; only an answer that names its id says that it was."""
    lang = lang_of(request)
    try:
        filled, outcome = received(request, reader_of(request), device="browser")
    except Refusal as refusal:
        status = refusal.status if isinstance(refusal, Refused) else UNREADABLE
        return JsonResponse({"instance": None, "said": refusal.message.text(lang)}, status=status)
    told = {"instance": filled.instance_id, "said": say(f"submission_{outcome}", lang)}
    return JsonResponse(told, status=201 if outcome in TAKEN else KEPT_ASIDE)
