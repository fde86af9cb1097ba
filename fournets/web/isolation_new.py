"""An order is worked out from what somebody says, shown with its reasons, and given once he has seen them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fournets.isolation.rules import BASES, KINDS, Exposure
from fournets.isolation.rules.clock import COHABITANT
from fournets.isolation.rules.place import CONDITIONS, NOT_ALONE
from fournets.isolation.rules.said import word_in
from fournets.isolation.selectors.orders import orders_to_follow
from fournets.isolation.services import ORDER, Wish, Worked, issue, work_out
from fournets.language import Lang, Refusal, say
from fournets.people.selectors import known_of
from fournets.policy import in_force
from fournets.web.access import lang_of, needs, reader_of
from fournets.web.acts import ring, typed_day
from fournets.web.isolation import unsaid
from fournets.web.moments import day_of
from fournets.web.people_record import note_people

KNOWN = {
    "arrival": "returned_on",
    "left": "left_on",
}  # what a clock may begin with, and the field that says when
PLACES = ("", "point", "site", "hospital")  # what may be wished for; the plan decides between home and site


@needs(ORDER)
@require_http_methods(["GET", "HEAD", "POST"])
def new_order_page(request: HttpRequest, person: str) -> HttpResponse:
    """The form; ``do=check`` shows what the rules make of it, ``do=issue`` orders that."""
    reader, lang = reader_of(request), lang_of(request)
    known = known_of(person)
    if known is None:
        raise Http404
    typed, worked, wrong = request.POST if request.method == "POST" else _known(known[1]), None, ""
    try:
        if request.method == "POST":
            on, wish = _day(typed, "on"), _wish(typed)
            worked = work_out(reader, person, wish, on=on)
            if typed.get("do") == "issue":
                return _issued(request, person, wish, on)
    except Refusal as refusal:
        wrong = refusal.message.text(lang)
    note_people(request, "isolation", reader.area_code, [person])
    return render(request, "web/isolation_new.html", _context(person, known[0], typed, worked, wrong, lang))


def _known(values: dict[str, str]) -> QueryDict:
    """What the file says already, so that nobody types it again: the days of arrival and of leaving."""
    typed = QueryDict(mutable=True)
    days = {kind: str(values.get(field, ""))[:10] for kind, field in KNOWN.items()}
    typed.update({kind: day for kind, day in days.items() if day_of(day)})
    if typed:
        typed["basis"] = "returnee"
    return typed


def _issued(request: HttpRequest, person: str, wish: Wish, on: date) -> HttpResponse:
    order = issue(
        reader_of(request),
        person,
        wish,
        together=request.POST.getlist("together"),
        on=on,
        at=timezone.now(),
        ring=ring(),
    )
    messages.success(request, say("isolation_told_issued", lang_of(request), number=order.number))
    return redirect(reverse("isolation_order", args=[order.number]))


def _context(
    person: str, name: str, typed: QueryDict, worked: Worked | None, wrong: str, lang: Lang
) -> dict[str, Any]:
    today = timezone.localdate()
    rules = in_force(on=_day_or(typed, today))
    return {
        "person": person,
        "name": name,
        "typed": typed,
        "on": typed.get("on") or today.isoformat(),
        "today": today,
        "bases": [(one, say(f"isolation_basis_{one}", lang)) for one in BASES],
        "kinds": [(one, word_in(one, lang), typed.get(one, "")) for one in KINDS],
        "conditions": [
            (one, word_in(one, lang), one in typed.getlist("confirmed")) for one in rules.table(CONDITIONS)
        ],
        "exceptions": [
            (one, word_in(one, lang), one in typed.getlist("exceptions")) for one in rules.table(NOT_ALONE)
        ],
        "places": [(one, say(f"isolation_wish_{one or 'plan'}", lang)) for one in PLACES],
        "follow": orders_to_follow(person),
        "worked": worked,
        "where_word": say(f"isolation_at_{worked.place}", lang) if worked else "",
        "reasons": _reasons(worked, lang) if worked else [],
        "noted_exceptions": [word_in(one, lang) for one in sorted(worked.exceptions)] if worked else [],
        "wrong": wrong,
    }


def _reasons(worked: Worked, lang: Lang) -> list[tuple[str, str]]:
    told = [(one.zh if lang == "zh" else one.en, one.document) for one in worked.reasons]
    return [(sentence, unsaid(sentence, document)) for sentence, document in told]


def _wish(typed: QueryDict) -> Wish:
    basis = typed.get("basis", "")
    exposures = tuple(Exposure(kind, _day(typed, kind)) for kind in KINDS if typed.get(kind))
    return Wish(
        basis=basis,
        exposures=() if basis == COHABITANT else exposures,
        place=typed.get("place", ""),
        confirmed=frozenset(typed.getlist("confirmed")),
        exceptions=frozenset(typed.getlist("exceptions")),
        where=typed.get("where", ""),
        with_number=typed.get("with_number", ""),
    )


def _day(typed: QueryDict, name: str) -> date:
    return typed_day(typed.get(name, ""))


def _day_or(typed: QueryDict, other: date) -> date:
    try:
        return _day(typed, "on")
    except Refusal:
        return other
