"""Find somebody by what is known of him, or go through an area's people; what is typed stands in no address and no log."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fournets.crypto import SealError
from fournets.language import Lang, say
from fournets.organization.access import Reader
from fournets.people.search import MOST
from fournets.places.selectors import children, find_area, short_names_of
from fournets.reporting.exports.request import MAKE
from fournets.screening.selectors.people import NOT_ASSESSED, SORTS, People
from fournets.screening.services.people import list_people, search_people
from fournets.screening.services.person import class_words
from fournets.web.access import needs, reader_of
from fournets.web.acts import ring

SEARCHES, KEPT = "searches", 10  # the session's word for the last searches, sealed; how many
SEAL = "search"
LONGEST = 60
HINTS = ("people_hint_fewer", "people_hint_sound", "people_hint_end", "people_hint_area")


@needs("people.see")
@require_http_methods(["GET", "HEAD", "POST"])
def people_page(request: HttpRequest) -> HttpResponse:
    """A search, by POST; its answer, ``?search=NUMBER``, which only this session knows; else the list of an area."""
    if request.method == "POST":
        return _search(request)
    text = _typed(request)
    if text:
        return _found(request, text)
    return _listed(request)


def _search(request: HttpRequest) -> HttpResponse:
    """Keeps what was typed, sealed, and goes to the answer, so that reader may come back to it from somebody's page."""
    text = " ".join(request.POST.get("text", "").split())[:LONGEST]
    if not text:
        return redirect("people")
    kept: list[list[Any]] = request.session.get(SEARCHES, [])
    number = kept[-1][0] + 1 if kept else 1
    request.session[SEARCHES] = [*kept, [number, ring().seal(SEAL, text).hex()]][-KEPT:]
    return redirect(f"{reverse('people')}?search={number}")


def _typed(request: HttpRequest) -> str:
    """What the search of that number was for; empty when this session has it no longer."""
    asked = request.GET.get("search", "")
    sealed = {str(number): text for number, text in request.session.get(SEARCHES, [])}.get(asked)
    try:
        return ring().unseal(SEAL, bytes.fromhex(sealed)) if sealed else ""
    except SealError:  # its key has been retired since
        return ""


def _found(request: HttpRequest, text: str) -> HttpResponse:
    found = search_people(text, reader_of(request), lang=_lang(request), ring=ring(), at=timezone.now())
    context = {
        "found": found,
        "text": text,
        "most": MOST,
        "unused": "、".join(found.unused),
        "hints": HINTS,
        "search_here": True,
    }
    return render(request, "web/people_found.html", context)


def _listed(request: HttpRequest) -> HttpResponse:
    reader, lang, now = reader_of(request), _lang(request), timezone.now()
    wish = _wish(request.GET, reader)
    after = request.GET.get("after", "")[:40]
    found = list_people(wish, reader, after=after, lang=lang, ring=ring(), at=now)
    context = {
        "found": found,
        "wish": wish,
        "areas": _areas(reader, wish),
        "classes": [(NOT_ASSESSED, say("person_not_assessed_short", lang)), *class_words(reader.area_code, lang, on=timezone.localdate())],
        "sorts": SORTS,
        "after": after,
        "first": _address(request.GET, ""),
        "next": _address(request.GET, found.people[-1].person) if found.more else "",
        "may_export": reader.may(MAKE),
        "search_here": True,
    }  # fmt: skip
    return render(request, "web/people.html", context)


def _wish(typed: QueryDict, reader: Reader) -> People:
    """The sentence in the address; what it says wrongly does not count."""
    area, sort = typed.get("area", ""), typed.get("sort", "")
    known = reader.covers(area) and find_area(area) if area.isdigit() else None
    try:
        since = date.fromisoformat(typed.get("since", ""))
    except ValueError:
        since = None
    return People(
        area_code=area if known else reader.area_code,
        risk_class=typed.get("class", "")[:40],
        seen_since=since,
        no_phone=typed.get("no_phone") == "yes",
        enterprise=typed.get("enterprise", "")[:40],
        sort=sort if sort in SORTS else "area",
    )


def _areas(reader: Reader, wish: People) -> list[tuple[str, str]]:
    """His area, those right below it, and, one further down, those below the one chosen."""
    codes = [*short_names_of([reader.area_code]).items()]
    below = [(one.code, one.short_name) for one in children(reader.area_code)]
    further = [(one.code, one.short_name) for one in children(wish.area_code)]
    return list(dict([*codes, *below, *short_names_of([wish.area_code]).items(), *further]).items())


def _address(typed: QueryDict, after: str) -> str:
    address = typed.copy()
    address.pop("after", None)
    address.pop("search", None)
    if after:
        address["after"] = after
    return f"?{address.urlencode()}"


def _lang(request: HttpRequest) -> Lang:
    lang: Lang = request.lang  # type: ignore[attr-defined]
    return lang
