"""Isolation: the list of orders, one order with what is done to it, and its papers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from fournets.audit.services import record
from fournets.care.services import link_for
from fournets.isolation.papers import CERTIFICATE, LETTER, Paper, paper_of
from fournets.isolation.rules import IN_FORCE, KINDS, NEXT, PLANS, Exposure
from fournets.isolation.rules.said import word_in
from fournets.isolation.rules.states import MOVE
from fournets.isolation.selectors.boards import bed_of
from fournets.isolation.selectors.orders import (
    ONLY,
    PAGE,
    SORTS,
    OrderLine,
    Orders,
    Whole,
    certificate_stands,
    counts_of,
    orders_of,
    whole_order,
)
from fournets.isolation.services import (
    DECIDE,
    OBSERVE,
    ORDER,
    ask_change,
    decide_change,
    expose,
    move,
    release,
)
from fournets.language import Lang, Refusal, say
from fournets.organization.access import Reader
from fournets.people.rules.masking import mask_address
from fournets.places.selectors import area_labels, towns
from fournets.web.access import lang_of, needs, public, reader_of, refused
from fournets.web.acts import act, ring, typed_day
from fournets.web.alarms import alarms_shown
from fournets.web.area_chooser import area_of, around
from fournets.web.care import care_shown
from fournets.web.course import course_shown
from fournets.web.lists import Cell, Column, Line, Listing, shown
from fournets.web.people_record import note_people

SEE = "isolation.see"
MOST = 1000  # orders are counted so far
ISOLATION = Listing(
    name="isolation",
    route="isolation",
    columns=(
        Column("name", "people_name", kept=True),
        Column("state", "isolation_where"),
        Column("until", "isolation_until", sort="until"),
        Column("day", "isolation_day"),
        Column("area", "people_area", sort="area"),
        Column("basis", "isolation_basis"),
        Column("number", "isolation_number_head"),
    ),
    usual=("state", "until", "day", "area", "basis"),
    filters=("area", "only"),
    sorts=tuple(SORTS),
)


@needs(SEE)
@require_safe
def isolation_page(request: HttpRequest) -> HttpResponse:
    """``?area=CODE`` within the reader's own, ``?only=`` one of `ONLY`, ``?after=`` the number a page ended with."""
    reader, lang, now = reader_of(request), lang_of(request), timezone.localtime()
    wish = _wish(request.GET, area_of(request, reader), now.date())
    found = orders_of(wish, after=request.GET.get("after", "")[:20], limit=PAGE + 1)
    lines = found[:PAGE]
    note_people(request, "isolation", wish.area_code, [one.person for one in lines])
    areas = {code: name for code, name, _ in around(request, reader)}
    state = shown(
        request,
        ISOLATION,
        _lines(lines, now.date(), lang),
        chips=_chips(wish, reader, areas, lang),
        at=now,
        sort=wish.sort,
        after=lines[-1].number if len(found) > PAGE else "",
    )
    counts = counts_of(wish.area_code, on=now.date(), most=MOST + 1)
    tones = {"": "todo", "soon": "todo"}
    context = {
        **state,
        "wish": wish,
        "only": ONLY,
        "areas": areas.items(),
        "sorts": SORTS,
        "counts": [
            (code, count, tones.get(code, "late") if count else "good") for code, count in counts.items()
        ],
        "most": MOST,
    }
    return render(request, "web/isolation.html", context)


@needs(SEE)
@require_safe
def order_page(request: HttpRequest, number: str) -> HttpResponse:
    """One order in the reader's area; of any other it says that there is no such page."""
    found, reader, lang, today = _found(number), reader_of(request), lang_of(request), timezone.localdate()
    note_people(request, "isolation", found.order.area_code, [found.person.public_id])
    order = found.order
    held = order.state in IN_FORCE
    context = {
        "whole": found,
        "where": mask_address(found.where),
        "order": order,
        "reasons": [(one[lang], unsaid(one[lang], one["document"])) for one in order.reasons],
        "exceptions": [word_in(one, lang) for one in order.exceptions],
        "area": area_labels([order.area_code])[order.area_code],
        "held": held,
        "bed": bed_of(order.pk),
        "due": held and order.until_on is not None and order.until_on <= today,
        "happened": [(one, _told(one.act, one.before, one.after, lang)) for one in reversed(found.happened)],
        "places": [(one, say(f"isolation_at_{one}", lang)) for one in NEXT[order.state].get(MOVE, ())],
        "kinds": [(one, word_in(one, lang)) for one in KINDS],
        "has_clock": order.basis in PLANS,
        "may_order": held and reader.may(ORDER),
        "may_print": reader.may(ORDER),
        "may_link": reader.may(OBSERVE),
        "may_decide": found.change is not None
        and reader.may(DECIDE)
        and found.change.asked_by != reader.login,
        "today": today,
        **course_shown(order, timezone.localtime(), lang),
        **care_shown(order, reader, lang),
        **alarms_shown(found, reader, timezone.now(), lang),
    }
    return render(request, "web/isolation_order.html", context)


@needs(ORDER)
@require_POST
def expose_page(request: HttpRequest, number: str) -> HttpResponse:
    """Notes a new exposure: the clock begins anew where the rules of the day say so."""

    def do() -> None:
        exposure = Exposure(_kind(request), _day(request, "exposed_on"))
        expose(reader_of(request), number, exposure, on=_on(request), at=timezone.now())

    return _act(request, number, "isolation_told_exposed", do)


@needs(ORDER)
@require_POST
def move_page(request: HttpRequest, number: str) -> HttpResponse:
    """Moves somebody to another kind of place."""
    given = request.POST

    def do() -> None:
        move(
            reader_of(request),
            number,
            given.get("place", ""),
            given.get("reason", ""),
            where=given.get("where", ""),
            on=timezone.localdate(),
            at=timezone.now(),
            ring=ring(),
        )

    return _act(request, number, "isolation_told_moved", do)


@needs(ORDER)
@require_POST
def change_page(request: HttpRequest, number: str) -> HttpResponse:
    """Asks for another end, or that the order be withdrawn; a second person decides."""

    def do() -> None:
        until = None if request.POST.get("withdraw") == "yes" else _day(request, "until_on")
        reason = request.POST.get("reason", "")
        ask_change(
            reader_of(request), number, until, reason, on=timezone.localdate(), at=timezone.now(), ring=ring()
        )

    return _act(request, number, "isolation_told_asked", do)


@needs(DECIDE)
@require_POST
def decide_page(request: HttpRequest, number: str) -> HttpResponse:
    """Approves or refuses another end somebody else has asked for."""
    approve, at = request.POST.get("decision") == "approve", timezone.now()
    told = "isolation_told_approved" if approve else "isolation_told_refused"
    return _act(
        request,
        number,
        told,
        lambda: decide_change(reader_of(request), number, approve, on=timezone.localdate(), at=at),
    )


@needs(ORDER)
@require_POST
def release_page(request: HttpRequest, number: str) -> HttpResponse:
    """Releases somebody whose last day is over and who was found well."""
    well, at = request.POST.get("well") == "yes", timezone.now()
    return _act(
        request,
        number,
        "isolation_told_released",
        lambda: release(reader_of(request), number, well=well, on=timezone.localdate(), at=at),
    )


@needs(ORDER)
@require_safe
def paper_page(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """The letter or the certificate of an order as a PDF, in the reader's language; on record."""
    if kind not in (LETTER, CERTIFICATE):
        raise Http404
    found, lang = _found(number), lang_of(request)
    order, town = found.order, next(iter(towns()), None)
    paper = Paper(found.person.name, found.where, town.official_name if town else "")
    try:
        made = paper_of(kind, order, paper, lang=lang, address=_scanned(request, kind, found))
    except Refusal as refusal:
        return refused(
            request, refusal.message.code, status=409, title="isolation_title", **refusal.message.values
        )
    note_people(request, "isolation", order.area_code, [found.person.public_id])
    details = {"order": order.number, "kind": kind}
    record(act="isolation_paper", actor=reader_of(request).login, area_code=order.area_code, at=timezone.now(), details=details)  # fmt: skip
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{kind}-{order.number}.pdf"'
    return answer


def _scanned(request: HttpRequest, kind: str, found: Whole) -> str:
    """What the code of a paper leads to: of the letter the person's own page, of the certificate whether it stands."""
    order = found.order
    if kind == CERTIFICATE:
        path = reverse("certificate", args=[order.certificate]) if order.certificate else ""
    elif order.state in IN_FORCE:
        secret = link_for(reader_of(request), order.number, at=timezone.now(), ring=ring())
        path = reverse("own", args=[secret])
    else:
        path = ""
    return request.build_absolute_uri(path) if path else ""


@public
@require_safe
def certificate_page(request: HttpRequest, certificate: str) -> HttpResponse:
    """Whether a certificate of release stands; it names nobody."""
    return render(
        request,
        "web/certificate.html",
        {"number": certificate[:40], "released_on": certificate_stands(certificate)},
    )


def _found(number: str) -> Whole:
    found = whole_order(number, ring=ring())
    if found is None:
        raise Http404
    return found


def _act(request: HttpRequest, number: str, told: str, do: Callable[[], object]) -> HttpResponse:
    return act(request, reverse("isolation_order", args=[number]), told, do)


def _wish(typed: QueryDict, area: str, on: date) -> Orders:
    """The sentence in the address; what it says wrongly does not count."""
    only, sort = typed.get("only", ""), typed.get("sort", "")
    return Orders(area, on, only if only in ONLY else "", sort if sort in SORTS else "until")


def _lines(orders: list[OrderLine], today: date, lang: Lang) -> list[Line]:
    labels = area_labels({one.area_code for one in orders})
    return [
        Line(one.number, reverse("isolation_order", args=[one.number]), _cells(one, labels, today, lang))
        for one in orders
    ]


def _cells(one: OrderLine, labels: dict[str, str], today: date, lang: Lang) -> dict[str, Cell]:
    held, day = one.state in IN_FORCE, one.day(today)
    due = held and one.until_on is not None and one.until_on <= today
    note = say("isolation_due", lang) if due else say("isolation_change_waits", lang) if one.waits else ""
    until = f"{one.until_on:%Y-%m-%d}" if one.until_on else say("paper_open", lang)
    return {
        "name": Cell(one.name),
        "state": Cell(say(f"isolation_at_{one.state}", lang), "late" if due else "todo" if held else "good"),
        "until": Cell(until, "", note),
        "day": Cell(say("isolation_day_of", lang, day=day, days=one.days) if day and held else ""),
        "area": Cell(labels[one.area_code]),
        "basis": Cell(say(f"isolation_basis_{one.basis}", lang)),
        "number": Cell(one.number),
    }


def _chips(wish: Orders, reader: Reader, areas: dict[str, str], lang: Lang) -> list[tuple[str, str]]:
    chips = []
    if wish.area_code != reader.area_code:
        name = areas.get(wish.area_code, wish.area_code)
        chips.append(("area", say("people_chip_area", lang, area=name)))
    if wish.only:
        chips.append(("only", say(f"isolation_only_{wish.only}", lang)))
    return chips


def _told(done: str, before: str, after: str, lang: Lang) -> str:
    words: dict[str, Any] = {
        name: say(f"isolation_at_{code}", lang) if code in NEXT else code or "–"
        for name, code in (("before", before), ("after", after))
    }
    return say(f"isolation_did_{done.removeprefix('isolation_')}", lang, **words)


def unsaid(sentence: str, document: str) -> str:
    """The document a sentence rests on, where it does not name it itself."""
    return "" if document in sentence else document


def _kind(request: HttpRequest) -> str:
    kind = request.POST.get("kind", "")
    if kind not in KINDS:
        raise Refusal("isolation_unknown")
    return kind


def _on(request: HttpRequest) -> date:
    return _day(request, "on") if request.POST.get("on") else timezone.localdate()


def _day(request: HttpRequest, name: str) -> date:
    return typed_day(request.POST.get(name, ""))
