"""The page on which returnees register themselves: no account, no script, the same answer whoever writes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fournets.accounts.adapter import client_address
from fournets.calls.rules import desk
from fournets.calls.rules.registration import FIELDS, WrongField
from fournets.calls.selectors.registrations import poster_open
from fournets.calls.services.registrations import TRAP, register
from fournets.language import Refusal, say
from fournets.places.selectors import find_area
from fournets.web.access import lang_of, public
from fournets.web.acts import ring
from fournets.web.errors import trouble

DONE = "done"


@public
@require_http_methods(["GET", "HEAD", "POST"])
def register_page(request: HttpRequest, token: str) -> HttpResponse:
    """The form of an open page; of any other token it says that there is none, withdrawn or never made."""
    poster = poster_open(token[:64]) if token.isascii() and token.isprintable() else None
    if poster is None:
        return trouble(request, "register_closed", 404)
    if request.method != "POST":
        return _page(request, token, poster.area_code, done=DONE in request.GET)
    length = request.headers.get("Content-Length", "")
    if not length.isdecimal() or int(length) > desk().registrations.bytes_most:
        return trouble(request, "register_too_much", 413)
    typed = {name: str(text) for name, text in request.POST.items()}
    if typed.get("agreed") != "yes":
        return _page(
            request, token, poster.area_code, typed=typed, wrong="registration_agree", field="agreed"
        )
    try:
        register(poster, typed, address=client_address(request), at=timezone.now(), ring=ring())
    except WrongField as wrong:
        return _page(
            request, token, poster.area_code, typed=typed, wrong=wrong.message.code, field=wrong.field
        )
    except Refusal as refusal:
        return _page(request, token, poster.area_code, typed=typed, wrong=refusal.message.code, status=429)
    return redirect(f"{request.path}?{DONE}=1")


def _page(
    request: HttpRequest,
    token: str,
    area_code: str,
    *,
    typed: dict[str, str] | None = None,
    wrong: str = "",
    field: str = "",
    done: bool = False,
    status: int = 0,
) -> HttpResponse:
    lang, given = lang_of(request), typed or {}
    area = find_area(area_code)
    today = timezone.localdate()
    context: dict[str, Any] = {
        "area": area.official_name if area else "",
        "fields": [(one, say(f"register_{one.field}", lang), given.get(one.field, ""), one.field == field) for one in FIELDS],
        "most": desk().registrations.field_most,
        "today": today,
        "agreed": given.get("agreed") == "yes",
        "agree_wrong": field == "agreed",
        "wrong": wrong and say(wrong, lang),
        "where": say(f"register_{field}", lang) if field in {one.field for one in FIELDS} else "",
        "trap": TRAP,
        "done": done,
        "again": request.path,
    }  # fmt: skip
    return render(request, "web/register.html", context, status=status or (422 if wrong else 200))
