"""Sites and their beds: the list of sites, the board of one floor by floor, and what is done with a bed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fournets.isolation.rules.beds import BED_NEXT, BY_HAND
from fournets.isolation.selectors.boards import BedTile, SiteLine, board_of, sites_of
from fournets.isolation.selectors.orders import Orders, orders_of
from fournets.isolation.services import (
    ASSIGN,
    MANAGE,
    Rooms,
    admit,
    give_reserve,
    leave,
    open_site,
    open_to,
    set_bed,
)
from fournets.isolation.services.beds import MOST_BEDS
from fournets.language import Lang, Refusal, say
from fournets.organization.access import Reader
from fournets.places.selectors import area_labels, areas_of_levels
from fournets.sites.rules import with_arrivals
from fournets.sites.selectors.forecast import ahead_in
from fournets.sites.selectors.running import beside_beds, missed_at
from fournets.web.access import lang_of, needs, reader_of
from fournets.web.acts import act
from fournets.web.people_record import note_people

SEE = "beds.see"
TONES = {"free": "good", "occupied": "todo", "to_disinfect": "late", "out_of_order": "danger"}
WAITING = 200  # people without a bed a board offers
NUMBERS = ("first_floor", "last_floor", "rooms", "beds")


@needs(SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def sites_page(request: HttpRequest) -> HttpResponse:
    """The sites of the reader's area and their beds by state; by POST, for whoever may, a site or rooms are opened."""
    reader, lang = reader_of(request), lang_of(request)
    wrong = ""
    if request.method == "POST":
        try:
            site = open_site(
                reader,
                request.POST.get("area", ""),
                request.POST.get("name", ""),
                request.POST.get("kind", ""),
                _rooms(request),
                at=timezone.now(),
            )
        except Refusal as refusal:
            wrong = refusal.message.text(lang)
        else:
            messages.success(request, say("beds_told_opened", lang))
            return redirect("board", site.pk)
    lines = sites_of(reader.area_code)
    labels = area_labels({one.area_code for one in lines})
    missed = missed_at([one.number for one in lines], now=timezone.now())
    waiting, ahead = ahead_in(reader.area_code, on=timezone.localdate())
    context = {
        "lines": [(one, labels[one.area_code], missed.get(one.number, 0)) for one in lines],
        "waiting": waiting,
        "ahead": ahead if any(one.kind == "site" for one in lines) else [],
        "areas": areas_of_levels(reader.area_code, levels=("town", "community")),
        "may_manage": reader.may(MANAGE),
        "typed": request.POST,
        "wrong": wrong,
        "at": timezone.localtime(),
    }
    return render(request, "web/beds.html", context)


@needs(SEE)
@require_safe
def board_page(request: HttpRequest, site: int) -> HttpResponse:
    """The board of a site in the reader's area, floor by floor; who waits for a bed can be given one."""
    reader, lang, today = reader_of(request), lang_of(request), timezone.localdate()
    board = board_of(site, on=today)
    if board is None:
        raise Http404
    people = [one.person for _, rooms in board.floors for _, beds in rooms for one in beds if one.person]
    note_people(request, "beds", board.line.area_code, people)
    areas = area_labels({board.line.area_code, *board.line.open_to})
    zones, expected = beside_beds(site)
    context: dict[str, Any] = {
        "line": board.line,
        "area": areas[board.line.area_code],
        "floors": [
            (floor, [(room, [_tile(one, today, lang) for one in beds]) for room, beds in rooms])
            for floor, rooms in board.floors
        ],
        "counts": [(state, getattr(board.line, state), TONES[state]) for state in TONES],
        "ahead": with_arrivals(board.ahead, expected),
        "zones": zones,
        "waiting": _waiting(board.line, reader, today) if reader.may(ASSIGN) else [],
        "others": _others(board.line, reader) if reader.may(MANAGE) else [],
        "open_to": sorted(areas[one] for one in board.line.open_to),
        "may_assign": reader.may(ASSIGN),
        "may_manage": reader.may(MANAGE),
        "at": timezone.localtime(),
    }
    return render(request, "web/board.html", context)


@needs(ASSIGN)
@require_POST
def admit_page(request: HttpRequest, site: int) -> HttpResponse:
    """Gives somebody the bed asked for, or the first free one."""
    bed = request.POST.get("bed", "")

    def do() -> None:
        number = request.POST.get("order", "")
        admit(
            reader_of(request), number, site, at=timezone.now(), bed_id=int(bed) if bed.isdecimal() else None
        )

    return act(request, reverse("board", args=[site]), "beds_told_given", do)


@needs(ASSIGN)
@require_POST
def leave_page(request: HttpRequest, site: int) -> HttpResponse:
    """Somebody leaves his bed, which is to be disinfected."""
    number = request.POST.get("order", "")
    return act(
        request,
        reverse("board", args=[site]),
        "beds_told_left",
        lambda: leave(reader_of(request), number, at=timezone.now()),
    )


@needs(ASSIGN)
@require_POST
def bed_page(request: HttpRequest, site: int) -> HttpResponse:
    """A bed is disinfected, put out of order, or back in use."""
    bed = request.POST.get("bed", "")
    return act(
        request,
        reverse("board", args=[site]),
        "beds_told_set",
        lambda: set_bed(
            reader_of(request),
            int(bed) if bed.isdecimal() else 0,
            request.POST.get("do", ""),
            at=timezone.now(),
        ),
    )


@needs(MANAGE)
@require_POST
def open_to_page(request: HttpRequest, site: int) -> HttpResponse:
    """A site takes people of the areas ticked beside its own; for whoever manages beds in all of them."""
    areas = [str(one) for one in request.POST.getlist("area")]
    return act(
        request,
        reverse("board", args=[site]),
        "beds_told_open_to",
        lambda: open_to(reader_of(request), site, areas, at=timezone.now()),
    )


@needs(MANAGE)
@require_POST
def reserve_page(request: HttpRequest, site: int) -> HttpResponse:
    """Opens the rooms that were kept back."""
    return act(
        request,
        reverse("board", args=[site]),
        "beds_told_reserve",
        lambda: give_reserve(reader_of(request), site, at=timezone.now()),
    )


def _tile(one: BedTile, today: date, lang: Lang) -> dict[str, Any]:
    day, kept_back = one.day(today), one.reserve and one.state == "free"
    return {
        "bed": one,
        "state": say(f"bed_state_{'reserve' if kept_back else one.state}", lang),
        "tone": ""
        if kept_back
        else TONES[one.state],  # nobody can be given it: it is in none of the four states
        "due": one.until_on is not None and one.until_on <= today,
        "day": say("isolation_day_of", lang, day=day, days=(one.until_on - one.from_on).days)
        if day and one.until_on and one.from_on and today < one.until_on
        else "",
        "acts": [(code, say(f"bed_act_{code}", lang)) for code in BY_HAND if code in BED_NEXT[one.state]],
    }


def _waiting(line: SiteLine, reader: Reader, today: date) -> list[tuple[str, str]]:
    """Who is to be at such a place and has no bed yet, of its area and those it is open to: number of the order, and name."""
    areas = [line.area_code, *(one for one in line.open_to if reader.covers(one))]
    wishes = [Orders(one, today, only=f"bedless_{line.kind}") for one in areas]
    return [(one.number, one.name) for wish in wishes for one in orders_of(wish, after="", limit=WAITING)]


def _others(line: SiteLine, reader: Reader) -> list[tuple[str, str, bool]]:
    """The communities beside its own the reader may open a site to: code, name, whether it is open to it now."""
    found = areas_of_levels(reader.area_code, levels=("community",))
    return [(code, name, code in line.open_to) for code, name in found if not code.startswith(line.area_code)]


def _rooms(request: HttpRequest) -> Rooms:
    typed = [request.POST.get(name, "") for name in NUMBERS]
    if not all(one.isascii() and one.isdecimal() and len(one) < 5 for one in typed):
        raise Refusal("beds_rooms", most=MOST_BEDS)
    first, last, rooms, beds = map(int, typed)
    return Rooms(first, last, rooms, beds, request.POST.get("reserve") == "yes")
