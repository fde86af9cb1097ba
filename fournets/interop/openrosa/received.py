"""What a device and a page have in common: a request that carries a filled form, and the households shown for one."""

from __future__ import annotations

import hashlib
from datetime import datetime
from io import BytesIO

from django.http import HttpRequest
from django.utils import timezone

from fournets.audit.services import record_read
from fournets.crypto import load_ring
from fournets.home import home
from fournets.interop.limits import limits
from fournets.interop.openrosa.access import Refused
from fournets.interop.payload import Attached, Filled, read_filled
from fournets.interop.services.submissions import NEW, REPEATED, Sender, receive_submission
from fournets.organization.access import Reader

PART = "xml_submission_file"
TAKEN = (NEW, REPEATED)


def received(request: HttpRequest, reader: Reader, *, device: str = "") -> tuple[Filled, str]:
    """What was sent, and what became of it: one of `TAKEN`, or why it was kept aside.

    A `Refusal` where nothing was kept: too large, unreadable, or of a form not known.
    """
    _read_whole(request)
    filled = read_filled(_xml_of(request))
    sender = Sender(reader.login, reader.area_code, device[:200])
    ring = load_ring(home() / "keys.toml")
    return filled, receive_submission(filled, _files_of(request), sender=sender, at=timezone.now(), ring=ring)


def record_households(reader: Reader, count: int, *, at: datetime) -> None:
    """Puts on record that the households of the reader's area were given out, as any list that is shown."""
    area = reader.area_code
    record_read("list_shown", actor=reader.login, area_code=area, at=at, list="field_households", shown=count)


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
