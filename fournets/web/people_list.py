"""Find somebody by what is known of him, or go through an area's people; what is typed stands in no address and no log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fournets.crypto import SealError
from fournets.language import Lang, Refusal, say
from fournets.organization.access import Reader
from fournets.people.search import MOST
from fournets.places.selectors import enterprise_of, find_area
from fournets.reporting.exports.request import MAKE
from fournets.screening.selectors.people import NOT_ASSESSED, SORTS, People
from fournets.screening.services.people import Shown, list_people, search_people
from fournets.screening.services.person import class_words
from fournets.web.access import lang_of, needs, reader_of
from fournets.web.acts import ring
from fournets.web.area_chooser import around
from fournets.web.lists import Cell, Column, Line, Listing, chosen_of, shown
from fournets.web.moments import moment_of

SEARCHES, KEPT = "searches", 10  # the session's word for the last searches, sealed; how many
SEAL = "search"
LONGEST = 60
HINTS = ("people_hint_fewer", "people_hint_sound", "people_hint_end", "people_hint_area")
FIELDS = ("residence_type", "from_place", "returned_on", "employer")
PEOPLE = Listing(
    name="people",
    route="people",
    columns=(
        Column("name", "people_name", sort="name", kept=True),
        Column("sex_age", "people_sex_age"),
        Column("state", "people_state"),
        Column("area", "people_area", sort="area"),
        Column("id_number", "people_id"),
        Column("phone", "people_phone"),
        Column("seen_on", "people_seen"),
        *(Column(name, f"people_{name}") for name in FIELDS),
    ),
    usual=("sex_age", "state", "area", "id_number", "phone", "seen_on"),
    filters=("area", "class", "since", "no_phone", "enterprise", "changed"),
    sorts=tuple(SORTS),
    also=("after", "search"),
)


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
    reader, now = reader_of(request), timezone.localtime()
    found = search_people(text, reader, lang=lang_of(request), ring=ring(), at=now)
    chosen = chosen_of(request, PEOPLE)
    state = shown(
        request,
        PEOPLE,
        _lines(found.people, chosen, lang_of(request)),
        chips=(),
        at=now,
        acts=acts_of(reader),
        chosen=len(chosen),
    )
    context = {
        **state,
        "text": text,
        "most_found": MOST,
        "more": found.more,
        "unused": "、".join(found.unused),
        "hints": HINTS,
        "search_here": True,
    }
    return render(request, "web/people_found.html", context)


def _listed(request: HttpRequest) -> HttpResponse:
    reader, lang, now = reader_of(request), lang_of(request), timezone.localtime()
    wish = wish_of(request.GET, reader)
    found = list_people(wish, reader, after=request.GET.get("after", "")[:40], lang=lang, ring=ring(), at=now)
    chosen = chosen_of(request, PEOPLE)
    areas = [(code, name) for code, name, _ in around(request, reader)]
    classes = [
        (NOT_ASSESSED, say("person_not_assessed_short", lang)),
        *class_words(reader.area_code, lang, on=timezone.localdate()),
    ]
    state = shown(
        request,
        PEOPLE,
        _lines(found.people, chosen, lang),
        chips=_chips(wish, reader, dict(areas), dict(classes), lang),
        at=now,
        sort=wish.sort,
        after=found.people[-1].person if found.more else "",
        acts=acts_of(reader),
        chosen=len(chosen),
    )
    context = {
        **state,
        "wish": wish,
        "areas": areas,
        "classes": classes,
        "sorts": SORTS,
        "may_export": reader.may(MAKE) and not wish.changed_since,
        "changed_asked": request.GET.get("changed", "") if wish.changed_since else "",
        "search_here": True,
    }
    return render(request, "web/people.html", context)


def acts_of(reader: Reader) -> list[tuple[str, str]]:
    """What a reader may do with people he has selected: act, and its word."""
    return [("export", "people_export_selected")] if reader.may(MAKE) else []


def wish_of(typed: QueryDict, reader: Reader) -> People:
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
        changed_since=moment_of(typed.get("changed", "")),
        sort=sort if sort in SORTS else "area",
    )


def _lines(people: Sequence[Shown], chosen: set[int], lang: Lang) -> list[Line]:
    return [
        Line(one.person, reverse("person", args=[one.person]), _cells(one, lang), one.number in chosen)
        for one in people
    ]


def _cells(one: Shown, lang: Lang) -> dict[str, Cell]:
    until = say("people_until", lang, day=f"{one.until:%Y-%m-%d}") if one.until else ""
    return {
        "name": Cell(one.name),
        "sex_age": Cell(" · ".join(filter(None, (one.sex, one.age)))),
        "state": Cell(one.state, one.tone, until),
        "area": Cell(one.area),
        "id_number": Cell(one.id_number),
        "phone": Cell(one.phone),
        "seen_on": Cell(f"{one.seen_on:%Y-%m-%d}"),
        **{name: Cell(getattr(one, name)) for name in FIELDS},
    }


def _firm(public_id: str) -> str:
    """The enterprise's name, or its public id where the reader's area has none of that id."""
    try:
        return enterprise_of(public_id).name
    except Refusal:
        return public_id


def _chips(
    wish: People, reader: Reader, areas: dict[str, str], classes: dict[str, str], lang: Lang
) -> list[tuple[str, str]]:
    """What the list is narrowed to, a sentence a part."""
    said = {
        "area": wish.area_code != reader.area_code
        and say("people_chip_area", lang, area=areas.get(wish.area_code, wish.area_code)),
        "class": wish.risk_class and classes.get(wish.risk_class, wish.risk_class),
        "since": wish.seen_since and say("people_chip_since", lang, day=wish.seen_since.isoformat()),
        "no_phone": wish.no_phone and say("people_no_phone", lang),
        "enterprise": wish.enterprise and say("people_chip_enterprise", lang, name=_firm(wish.enterprise)),
    }
    if wish.changed_since:
        said["changed"] = say(
            "people_chip_changed", lang, at=f"{timezone.localtime(wish.changed_since):%m-%d %H:%M}"
        )
    return [(word, text) for word, text in said.items() if text]
