"""Pages for what went wrong: what happened, what was kept, what to do; in the reader's language."""

from __future__ import annotations

import sys
from typing import Any

from django.db import Error, ProgrammingError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from fournets.language import Lang, say


def trouble(
    request: HttpRequest, code: str, status: int, *, way_back: bool = True, **values: Any
) -> HttpResponse:
    """The page that says the message ``code`` in place of the one asked for; it needs neither reader nor register."""
    lang: Lang = getattr(request, "lang", "zh")
    other = "en" if lang == "zh" else "zh"
    context = {
        "lang": lang,
        "other_language": f"?lang={other}",
        "trouble": say(code, lang, **values),
        "way_back": way_back,
    }
    response = HttpResponse(render_to_string("web/trouble.html", context), status=status)
    response["Content-Language"] = "zh-Hans" if lang == "zh" else "en"
    return response


def not_found(request: HttpRequest, exception: Any) -> HttpResponse:
    """An address at which there is nothing, or nothing for this reader."""
    return trouble(request, "page_unknown", 404)


def not_for_us(request: HttpRequest, exception: Any) -> HttpResponse:
    """A request under a name this server does not go by, or one no browser sends."""
    return trouble(request, "page_bad_request", 400, way_back=False)


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without the token this server gave with it: sent from elsewhere, or after signing in again."""
    return trouble(request, "page_form_too_old", 403)


def fault(request: HttpRequest) -> HttpResponse:
    """A fault of ours, which stands in the log; or a register that does not answer."""
    found = sys.exc_info()[1]
    if isinstance(found, ProgrammingError):  # the tables are not there
        return trouble(request, "register_not_ready", 503)
    if isinstance(found, Error):
        return trouble(request, "page_down", 503)
    return trouble(request, "page_fault", 500)
