"""What devices ask for: which forms there are, the forms, what belongs to them; and what they send."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from fournets.interop.openrosa import answers
from fournets.interop.openrosa.access import Refused, device, reader_of
from fournets.interop.openrosa.answers import CSV, XML, Listed, Medium, told
from fournets.interop.openrosa.received import TAKEN, received, record_households
from fournets.interop.selectors import (
    HOUSEHOLDS,
    device_form,
    device_forms,
    households_csv,
    known_households,
    md5_of,
)
from fournets.language import Message

ASKED_MOST = 1_000  # households of one question


@device("GET", "HEAD")
def form_list(request: HttpRequest) -> HttpResponse:
    """The forms of the device's area; one of them with ``formID``, none where that is unknown."""
    found = device_forms(reader_of(request).area_code, _word(request, "formID"))
    return answers.form_list(
        [
            Listed(
                one.form_id,
                one.title,
                one.version,
                one.md5,
                _address(request, "form", one.pk),
                _address(request, "manifest", one.pk),
            )
            for one in found
        ]
    )


@device("GET", "HEAD")
def form(request: HttpRequest, number: int) -> HttpResponse:
    """One form, in the very bytes the list has the hash of."""
    found = device_form(number, reader_of(request).area_code)
    return HttpResponse(found.xform.encode(), content_type=XML)


@device("GET", "HEAD")
def manifest(request: HttpRequest, number: int) -> HttpResponse:
    """What belongs to a form: the households of the device's area where it asks for them."""
    found = device_form(number, reader_of(request).area_code)
    if not found.households:
        return answers.manifest([])
    content, _ = _households(request)
    files = [_address(request, name, number) for name in ("households", "integrity")]
    return answers.manifest([Medium(HOUSEHOLDS, md5_of(content), *files)])


@device("GET", "HEAD")
def households(request: HttpRequest, number: int) -> HttpResponse:
    """The households of the device's area; on record as any list that is shown, unless the device has it already."""
    reader = reader_of(request)
    device_form(number, reader.area_code)
    content, count = _households(request)
    tag = f'"{md5_of(content)}"'
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(content, content_type=CSV)
        record_households(reader, count, at=timezone.now())
    response["ETag"] = tag
    return response


@device("GET", "HEAD")
def integrity(request: HttpRequest, number: int) -> HttpResponse:
    """Which of the households a device has (``id``, by commas) are not in its area any more."""
    reader = reader_of(request)
    device_form(number, reader.area_code)
    asked = [one for one in _word(request, "id").split(",") if one][:ASKED_MOST]
    known = known_households(asked, reader.area_code) if reader.may("people.see") else set()
    return answers.integrity({one: one not in known for one in asked})


@device("GET", "HEAD", "POST")
def submission(request: HttpRequest) -> HttpResponse:
    """Takes what a device sends; asked before it sends (HEAD), says how much it may be at once."""
    if request.method != "POST":
        return HttpResponse(status=204)
    _, outcome = received(request, reader_of(request), device=_word(request, "deviceID"))
    return told(request, 201 if outcome in TAKEN else 409, Message(f"submission_{outcome}"))


def _households(request: HttpRequest) -> tuple[bytes, int]:
    reader = reader_of(request)
    if not reader.may("people.see"):
        raise Refused(401, "device_no_households")
    return households_csv(reader.area_code)


def _address(request: HttpRequest, name: str, number: int) -> str:
    """Where a device finds something, whole, by the way it came itself."""
    match: Any = request.resolver_match
    token = match.kwargs.get("token")
    words = {"number": number} | ({"token": token} if token else {})
    return request.build_absolute_uri(reverse(f"openrosa_{'device_' if token else ''}{name}", kwargs=words))


def _word(request: HttpRequest, name: str) -> str:
    """What an address says under a name, without the sign no table holds."""
    return request.GET.get(name, "").replace("\0", "")
