"""What every answer goes through: its language, and that nobody keeps it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from fournets.intake.limits import MOST_BYTES
from fournets.language import Lang
from fournets.web.errors import trouble

COOKIE = "language"
MARGIN = 1024**2  # what a form writes around its files
CODES: dict[Lang, str] = {"zh": "zh-hans", "en": "en"}
POLICY = "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"
Answer = Callable[[HttpRequest], HttpResponse]


class Guarded:
    """No answer of ours is stored on the way or on the machine; a page may use the camera and nothing else of it, but for
    what it says itself."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        response["Cache-Control"] = "no-store"
        response.headers.setdefault("Permissions-Policy", POLICY)
        return response


class Language:
    """The reader's language, as ``request.lang``: what the address asks for, what he chose before, what his browser says."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.GET.get("lang")
        wish = asked or request.COOKIES.get(COOKIE) or request.headers.get("Accept-Language", "zh")
        lang: Lang = "en" if wish.lower().startswith("en") else "zh"
        request.lang = lang  # type: ignore[attr-defined]
        with translation.override(CODES[lang]):
            response = self.answer(request)
        if asked:
            response.set_cookie(COOKIE, lang, samesite="Lax", httponly=True, max_age=365 * 24 * 60 * 60)
        return response


class NotTooMuch:
    """What is larger than anything this server takes is refused before a byte of it is read."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.headers.get("Content-Length", "")
        if length.isdecimal() and int(length) > MOST_BYTES + MARGIN:
            return trouble(request, "page_too_much", 413, megabytes=MOST_BYTES // 1024**2)
        return self.answer(request)
