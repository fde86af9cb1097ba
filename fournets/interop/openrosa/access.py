"""From a request of a device to a reader: a token in the address, or a name and password over TLS."""

from __future__ import annotations

import base64
import binascii
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth import authenticate
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from fournets.accounts.adapter import client_address
from fournets.accounts.services import has_second_factor
from fournets.database import keep_connection
from fournets.interop.openrosa.answers import dressed, told
from fournets.language import Message, Refusal
from fournets.organization.access import Reader, opened, readers
from fournets.organization.rights import rights
from fournets.organization.tokens import DEVICE, holder_of

FILL = "fieldforms.fill"  # the one right devices need
NO_TOKEN, WAIT = 403, 429
View = Callable[..., HttpResponse]
logger = logging.getLogger("django.request")


class Refused(Refusal):
    """A refusal that says with which status it is answered."""

    def __init__(self, status: int, code: str, **values: Any) -> None:
        super().__init__(code, **values)
        self.status = status


@dataclass(frozen=True, slots=True)
class Door:
    """One address for devices: its name and what it needs; the matrix of the tests reads the list."""

    name: str
    methods: tuple[str, ...]


DOORS: list[Door] = []


def device(*methods: str) -> Callable[[View], View]:
    """A view for devices whose post has the right `FILL`, in one transaction opened to the post's area.

    Whatever goes wrong is told in OpenRosa's XML. Exempt from the token of forms: no cookie opens anything here.
    """

    def mark(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest, token: str = "", **words: Any) -> HttpResponse:
            try:
                response = _answered(view, request, token, methods, words)
            except Exception as fault:
                response = _trouble(request, fault)
            return dressed(request, response)

        DOORS.append(Door(view.__name__, methods))
        return guarded

    return mark


def reader_of(request: HttpRequest) -> Reader:
    """Who the device acts for."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    return reader


def _answered(
    view: View, request: HttpRequest, token: str, methods: tuple[str, ...], words: dict[str, Any]
) -> HttpResponse:
    request.reader = reader = _by_token(request, token) if token else _by_password(request)  # type: ignore[attr-defined]
    if not reader.may(FILL):
        raise Refused(401, "device_no_right", right=rights()[FILL].zh)
    if request.method not in methods:
        response = told(request, 405, Message("device_method"))
        response["Allow"] = ", ".join(methods)
        return response
    with opened(reader):
        response = view(request, **words)
    keep_connection()
    return response


def _by_token(request: HttpRequest, token: str) -> Reader:
    """A wrong token is counted by its address; one that is over, or whose post is, says so."""
    return holder_of(token, address=client_address(request), at=timezone.now(), prefix=DEVICE).reader


def _by_password(request: HttpRequest) -> Reader:
    """Wrong passwords are counted as at sign-in. Not for an account with a second factor: it cannot be asked for here."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic" or not given:
        raise Refused(401, "device_sign_in" if request.is_secure() else "device_only_tls")
    if not request.is_secure():
        raise Refused(401, "device_only_tls")
    login, _, password = _decoded(given).partition(":")
    user: Any = authenticate(request, username=login, password=password)
    request.axes_locked_out = False  # type: ignore[attr-defined]  # or the lock's page would take the place of our answer
    if user is None or not user.is_active:
        raise Refused(401, "device_wrong_password")
    if user.must_change_password:
        raise Refused(401, "device_change_password")
    if has_second_factor(user.pk):
        raise Refused(401, "device_second_factor")
    held = readers(user.pk, at=timezone.now())
    posts = [one for one in held if not one.role.second_factor]
    found = next((one for one in posts if one.may(FILL)), None)
    if found is None:
        raise Refused(401, "device_no_right", right=rights()[FILL].zh)
    return found


def _decoded(given: str) -> str:
    try:
        return base64.b64decode(given, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise Refused(401, "device_wrong_password") from error


def _trouble(request: HttpRequest, fault: Exception) -> HttpResponse:
    """What happened and what became of what was sent; a fault of ours stands in the log, without what it held."""
    if isinstance(fault, Refusal):
        code = fault.message.code
        status = getattr(fault, "status", None) or (WAIT if code == "token_wait" else None)
        return told(request, status or _status(code), fault.message)
    if isinstance(fault, (BadRequest, SuspiciousOperation, MultiPartParserError)):
        return told(request, 400, Message("submission_unreadable"))
    logger.error("fault", exc_info=fault, extra={"status_code": 500})
    return told(request, 503 if isinstance(fault, Error) else 500, Message("device_fault"))


def _status(code: str) -> int:
    if code.startswith("token_"):
        return NO_TOKEN
    return 404 if code in NOT_THERE else 400


NOT_THERE = (
    "field_form_unknown",
    "submission_form_unknown",
    "submission_version_unknown",
    "submission_none_to_correct",
)
