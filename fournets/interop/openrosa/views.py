"""What devices ask for: which forms there are, the forms, what belongs to them; and what they send."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from fournets.audit.services import record_read
from fournets.crypto import KeyRing, load_ring
from fournets.home import home
from fournets.interop.limits import limits
from fournets.interop.openrosa import answers
from fournets.interop.openrosa.access import Refused, device, reader_of
from fournets.interop.openrosa.answers import CSV, XML, Listed, Medium, told
from fournets.interop.payload import Attached, read_filled
from fournets.interop.selectors import (
    HOUSEHOLDS,
    device_form,
    device_forms,
    households_csv,
    known_households,
    md5_of,
)
from fournets.interop.services.submissions import NEW, REPEATED, Sender, receive_submission
from fournets.language import Message

PART = "xml_submission_file"
ASKED_MOST = 1_000  # households of one question
NOT_KEPT = ("*isIncomplete*",)  # fields of the form of a request that are no files


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
        at, area = timezone.now(), reader.area_code
        record_read(
            "list_shown", actor=reader.login, area_code=area, at=at, list="field_households", shown=count
        )
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
    _read_whole(request)
    filled = read_filled(_xml_of(request))
    reader = reader_of(request)
    sender = Sender(reader.login, reader.area_code, _word(request, "deviceID")[:200])
    outcome = receive_submission(filled, _files_of(request), sender=sender, at=timezone.now(), ring=_ring())
    if outcome in (NEW, REPEATED):
        return told(request, 201, Message(f"submission_{outcome}"))
    return told(request, 409, Message(f"submission_{outcome}"))


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


def _read_whole(request: HttpRequest) -> None:
    """Refuses what is too large before it is read. What comes in chunks, of no length told before, is read up to the limit."""
    most = limits()["submission"]["bytes"]
    said = request.META.get("CONTENT_LENGTH") or ""
    if said.isdecimal() and int(said) > most:
        raise Refused(413, "submission_too_large")
    if "chunked" not in request.headers.get("Transfer-Encoding", "").lower():
        return
    body = request.META["wsgi.input"].read(most + 1)
    if len(body) > most:
        raise Refused(413, "submission_too_large")
    request.META["CONTENT_LENGTH"] = str(len(body))
    request._stream = BytesIO(body)


def _xml_of(request: HttpRequest) -> bytes:
    """The one part with the filled form."""
    files, fields = request.FILES.getlist(PART), request.POST.getlist(PART)
    if len(files) + len(fields) != 1:
        raise Refused(400, "submission_no_part")
    return files[0].read() if files else fields[0].encode()


def _files_of(request: HttpRequest) -> list[Attached]:
    """Everything else that came, each under the name of its part, once."""
    found: dict[tuple[str, bytes], Attached] = {}
    for name in request.FILES:
        for one in request.FILES.getlist(name) if name != PART else ():
            content = one.read()
            kept = Attached(name[:255], (one.content_type or "")[:100], content)
            found[name, hashlib.sha256(content).digest()] = kept
    if len(found) > limits()["submission"]["files"]:
        raise Refused(413, "submission_too_large")
    return list(found.values())


def _ring() -> KeyRing:
    return load_ring(home() / "keys.toml")
