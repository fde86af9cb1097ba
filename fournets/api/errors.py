"""What a program is told when something is not done: a code, and a sentence in its reader's language; never a value.

What a request held, or a fault says, may be about somebody: neither goes back, and neither goes to the log.
"""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import Error, ProgrammingError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError

from fournets.language import Lang, Message, Refusal

WAIT = "3600"  # seconds after which wrong tokens are no longer held against an address
STATUSES = {"day_not_closed": 404, "person_unknown": 404, "token_wait": 429}  # of refusals raised below
TOKEN = "token_"  # noqa: S105  what the codes of refused tokens begin with
logger = logging.getLogger("django.request")


class Trouble(Schema):
    """Why something was not done."""

    code: str
    message: str
    where: list[str] = []


TROUBLES: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 409, 413, 422, 429, 500, 503), Trouble)


class Refused(Refusal):
    """A refusal that says with which status it is answered."""

    def __init__(self, status: int, code: str, **values: Any) -> None:
        super().__init__(code, **values)
        self.status = status


def answer_troubles(api: NinjaAPI) -> None:
    """Answers every exception an operation may raise."""
    api.add_exception_handler(Refusal, _refused)
    api.add_exception_handler(ValidationError, _wrong)
    api.add_exception_handler(HttpError, _no_token)
    api.add_exception_handler(Http404, _nothing)
    for kind in (BadRequest, SuspiciousOperation, MultiPartParserError):
        api.add_exception_handler(kind, _unreadable)
    api.add_exception_handler(Exception, _fault)


def trouble(request: HttpRequest, status: int, message: Message, where: tuple[str, ...] = ()) -> HttpResponse:
    """The answer that says ``message``; ``where`` names the parts of the request it is about."""
    lang: Lang = getattr(request, "lang", "zh")
    said = {"code": message.code, "message": message.text(lang), "where": list(where)}
    response = JsonResponse(said, status=status, json_dumps_params={"ensure_ascii": False})
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    if status == 429:
        response["Retry-After"] = WAIT
    return response


def not_that_way(request: HttpRequest, refused: HttpResponse) -> HttpResponse:
    """An operation is there, and is asked for by another method."""
    response = trouble(request, 405, Message("api_method", {"allowed": refused["Allow"]}))
    response["Allow"] = refused["Allow"]
    return response


@csrf_exempt  # it changes nothing, and whoever missed an address is to be told so
def nothing_here(request: HttpRequest, rest: str = "") -> HttpResponse:
    """An address at which there is no operation."""
    return trouble(request, 404, Message("api_nothing"))


def _refused(request: HttpRequest, refusal: Any) -> HttpResponse:
    code = refusal.message.code
    known = STATUSES.get(code, 401 if code.startswith(TOKEN) else 409)
    return trouble(request, getattr(refusal, "status", known), refusal.message)


def _no_token(request: HttpRequest, fault: Any) -> HttpResponse:
    if fault.status_code == 401:
        return trouble(request, 401, Message("api_no_token"))
    return _unreadable(request, fault)


def _nothing(request: HttpRequest, fault: Any) -> HttpResponse:
    return nothing_here(request)


def _wrong(request: HttpRequest, fault: Any) -> HttpResponse:
    """Names what is wrong, not what it holds."""
    where = sorted({".".join(map(str, one["loc"])) for one in fault.errors})
    return trouble(request, 422, Message("api_wrong"), tuple(where))


def _unreadable(request: HttpRequest, fault: Any) -> HttpResponse:
    return trouble(request, 400, Message("api_unreadable"))


def _fault(request: HttpRequest, fault: Any) -> HttpResponse:
    """A fault of ours, which stands in the log without its own words; or a register that does not answer."""
    logger.error("fault", exc_info=fault, extra={"status_code": 500})
    if isinstance(fault, ProgrammingError):
        return trouble(request, 503, Message("register_not_ready"))
    if isinstance(fault, Error):
        return trouble(request, 503, Message("api_down"))
    return trouble(request, 500, Message("page_fault"))
