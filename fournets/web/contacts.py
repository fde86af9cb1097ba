"""Contacts of cases: the list with its sums, one of them, and the form that notes somebody as a case or a contact."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fournets.isolation.services import ORDER
from fournets.language import Lang, Refusal, say
from fournets.organization.access import Reader
from fournets.people.selectors import known_of
from fournets.places.selectors import area_labels
from fournets.tracing.rules import CASE_CLASSES, DEGREES, EXCLUDED, KINDS, LABS, SOURCES
from fournets.tracing.selectors.cases import cases_of, cases_of_person
from fournets.tracing.selectors.contacts import (
    GROUPS,
    ONLY,
    PAGE,
    SORTS,
    ContactLine,
    Contacts,
    contact_line,
    contacts_of,
    contacts_of_person,
    sums_of,
    whole_contact,
)
from fournets.tracing.services import NOTE, Seen, drop_contact, note_case, note_contact, set_lab
from fournets.web.access import lang_of, needs, reader_of
from fournets.web.acts import act, ring, typed_day
from fournets.web.area_chooser import area_of, around
from fournets.web.lists import Cell, Column, Line, Listing, shown
from fournets.web.people_record import note_people

SEE = "contacts.see"
LAB_TONES = {"positive": "danger", "pending": "todo", "negative": "good", "none": ""}
CONTACTS = Listing(
    name="contacts",
    route="contacts",
    columns=(
        Column("name", "people_name", kept=True),
        Column("stage", "contacts_stage"),
        Column("degree", "contacts_degree"),
        Column("last", "contacts_last", sort="last"),
        Column("lab", "contacts_lab"),
        Column("decision", "contacts_decision"),
        Column("case", "contacts_case"),
        Column("kind", "contacts_kind"),
        Column("area", "people_area"),
    ),
    usual=("stage", "degree", "last", "lab", "decision", "case"),
    filters=("area", "only", "case"),
    sorts=tuple(SORTS),
)


@needs(SEE)
@require_safe
def contacts_page(request: HttpRequest) -> HttpResponse:
    """``?area=CODE`` within the reader's own, ``?only=`` one of `ONLY`, ``?case=`` a case's number, ``?after=`` a contact's."""
    reader, lang, now = reader_of(request), lang_of(request), timezone.localtime()
    wish, after = _wish(request.GET, area_of(request, reader)), request.GET.get("after", "")
    behind = int(after) if after.isdecimal() and len(after) < 19 else None
    found = contacts_of(wish, after=behind, limit=PAGE + 1)
    lines = found[:PAGE]
    note_people(request, "contacts", wish.area_code, [one.person for one in lines])
    areas = {code: name for code, name, _ in around(request, reader)}
    state = shown(
        request,
        CONTACTS,
        _lines(lines, lang),
        chips=_chips(wish, reader, areas, lang),
        at=now,
        sort=wish.sort,
        after=str(lines[-1].number) if len(found) > PAGE else "",
    )
    sums = sums_of(wish.area_code)
    context = {
        **state,
        "wish": wish,
        "only": ONLY,
        "areas": areas.items(),
        "sorts": SORTS,
        "figures": [
            ("", sums.contacts, "todo"),
            ("unordered", sums.by["stage"][""], "late"),
            ("open", sums.by["decision"]["open"], "todo"),
            ("positive", sums.by["lab"]["positive"], "danger"),
        ],
        "sums": [
            (say(f"tracing_group_{group}", lang), [(word_of(group, one, lang), many) for one, many in sums.by[group].most_common()])
            for group in GROUPS
            if sums.by[group]
        ],
    }  # fmt: skip
    return render(request, "web/contacts.html", context)


@needs(SEE)
@require_safe
def contact_page(request: HttpRequest, number: int) -> HttpResponse:
    """One contact in the reader's area; of any other it says that there is no such page."""
    reader, line = reader_of(request), contact_line(number)
    if line is None:
        raise Http404
    note_people(request, "contacts", line.area_code, [line.person])
    found, place = whole_contact(number, ring=ring())
    context = {
        "line": line,
        "contact": found,
        "place": place,
        "area": area_labels([line.area_code])[line.area_code],
        "labs": words_of("lab", LABS, lang_of(request)),
        "tone": LAB_TONES[line.lab],
        "may_note": reader.may_in(NOTE, line.area_code),
        "may_isolate": reader.may(ORDER),
        "today": timezone.localdate(),
    }
    return render(request, "web/contact.html", context)


@needs(NOTE)
@require_POST
def lab_page(request: HttpRequest, number: int) -> HttpResponse:
    """Notes how the test of a contact stands."""

    def do() -> None:
        day = typed_day(request.POST.get("tested_on", ""))
        lab = request.POST.get("lab", "")
        set_lab(reader_of(request), number, lab, tested_on=day, on=timezone.localdate(), at=timezone.now())

    return act(request, reverse("contact", args=[number]), "contact_told_lab", do)


@needs(NOTE)
@require_POST
def drop_page(request: HttpRequest, number: int) -> HttpResponse:
    """Takes back a contact that was noted by mistake."""
    try:
        drop_contact(reader_of(request), number, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message.text(lang_of(request)))
        return redirect("contact", number)
    messages.success(request, say("contact_told_dropped", lang_of(request)))
    return redirect("contacts")


@needs(NOTE)
@require_http_methods(["GET", "HEAD", "POST"])
def new_contact_page(request: HttpRequest, person: str) -> HttpResponse:
    """The form that notes somebody as a contact of a case, or as a case; with what he is noted as already."""
    reader, lang = reader_of(request), lang_of(request)
    known, wrong = known_of(person), ""
    if known is None:
        raise Http404
    if request.method == "POST":
        try:
            return _noted(request, person)
        except Refusal as refusal:
            wrong = refusal.message.text(lang)
    cases = [
        one for one in cases_of(reader.area_code) if one.classification != EXCLUDED and one.person != person
    ]
    note_people(request, "contacts", reader.area_code, [person, *(one.person for one in cases)])
    context = {
        "person": person,
        "name": known[0],
        "typed": request.POST if request.method == "POST" else {"case": request.GET.get("case", "")},
        "wrong": wrong,
        "cases": cases,
        "own": cases_of_person(person),
        "contacts": contacts_of_person(person),
        "classes": words_of("class", CASE_CLASSES[:-1], lang),
        "labs": words_of("lab", LABS, lang),
        **seen_words(lang),
        "today": timezone.localdate(),
    }  # fmt: skip
    return render(request, "web/contact_new.html", context, status=422 if wrong else 200)


def _noted(request: HttpRequest, person: str) -> HttpResponse:
    reader, lang, today, typed = reader_of(request), lang_of(request), timezone.localdate(), request.POST
    if typed.get("do") == "case":
        case = note_case(
            reader, person, typed.get("classification", ""), onset_on=day_or_none(typed.get("onset_on", "")),
            reported_on=typed_day(typed.get("reported_on", "")), lab=typed.get("lab", ""), on=today, at=timezone.now(),
        )  # fmt: skip
        messages.success(request, say("contact_told_case", lang, number=case.number))
        return redirect("case", case.number)
    contact = note_contact(
        reader, person, typed.get("case", ""), seen_of(typed), on=today, at=timezone.now(), ring=ring()
    )
    messages.success(request, say("contact_told_noted", lang))
    return redirect("contact", contact.pk)


def seen_of(typed: QueryDict) -> Seen:
    """What a form says of a contact."""
    return Seen(
        typed.get("degree", ""),
        typed.get("kind", ""),
        typed_day(typed.get("last_on", "")),
        day_or_none(typed.get("first_on", "")),
        typed.get("place", ""),
        typed.get("source", "survey"),
    )


def seen_words(lang: Lang) -> dict[str, list[tuple[str, str]]]:
    """What a form about a contact offers."""
    return {
        "degrees": words_of("degree", DEGREES, lang),
        "kinds": words_of("kind", KINDS, lang),
        "sources": words_of("source", SOURCES, lang),
    }


def words_of(group: str, values: tuple[str, ...], lang: Lang) -> list[tuple[str, str]]:
    """Values with their words."""
    return [(one, say(f"tracing_{group}_{one}", lang)) for one in values]


def word_of(group: str, value: str, lang: Lang) -> str:
    """The word for a value of one of the groups of sums."""
    if group != "stage":
        return say(f"tracing_{group}_{value}", lang)
    return say(f"isolation_at_{value}" if value else "tracing_stage_none", lang)


def day_or_none(text: str) -> date | None:
    """The day somebody typed, None where he typed nothing."""
    return typed_day(text) if text else None


def _wish(typed: QueryDict, area: str) -> Contacts:
    only, sort = typed.get("only", ""), typed.get("sort", "")
    return Contacts(
        area, only if only in ONLY else "", typed.get("case", "")[:20], sort if sort in SORTS else "-last"
    )


def _lines(contacts: list[ContactLine], lang: Lang) -> list[Line]:
    labels = area_labels({one.area_code for one in contacts})
    return [
        Line(str(one.number), reverse("contact", args=[one.number]), _cells(one, labels, lang))
        for one in contacts
    ]


def _cells(one: ContactLine, labels: dict[str, str], lang: Lang) -> dict[str, Cell]:
    tone = {"": "late", "released": "good"}.get(one.stage, "todo")
    until = say("isolation_free", lang, day=one.until_on) if one.until_on and one.stage != "released" else ""
    return {
        "name": Cell(one.name),
        "stage": Cell(word_of("stage", one.stage, lang), tone, until),
        "degree": Cell(say(f"tracing_degree_{one.degree}", lang)),
        "last": Cell(f"{one.last_on:%Y-%m-%d}"),
        "lab": Cell(say(f"tracing_lab_{one.lab}", lang), LAB_TONES[one.lab]),
        "decision": Cell(say(f"tracing_decision_{one.decision}", lang)),
        "case": Cell(one.case or say("contacts_elsewhere", lang)),
        "kind": Cell(say(f"tracing_kind_{one.kind}", lang)),
        "area": Cell(labels[one.area_code]),
    }


def _chips(wish: Contacts, reader: Reader, areas: dict[str, str], lang: Lang) -> list[tuple[str, str]]:
    chips: list[Any] = []
    if wish.area_code != reader.area_code:
        name = areas.get(wish.area_code, wish.area_code)
        chips.append(("area", say("people_chip_area", lang, area=name)))
    if wish.only:
        chips.append(("only", say(f"contacts_only_{wish.only}", lang)))
    if wish.case:
        chips.append(("case", say("case_of", lang, number=wish.case)))
    return chips
