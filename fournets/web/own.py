"""The own page of somebody in isolation: no account, a secret in the address; and how that address is handed out."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from fournets.care.rules.alarms import settings
from fournets.care.rules.needs import kinds
from fournets.care.selectors.needs import needs_of_order, team_of_order
from fournets.care.selectors.own import OwnDay, own_day
from fournets.care.services import ask_for_self, end_link, has_link, link_for, opened_by, renew_link
from fournets.isolation.papers import code_of
from fournets.isolation.rules import IN_FORCE
from fournets.isolation.rules.reading import limits
from fournets.isolation.rules.said import word_in
from fournets.isolation.selectors.orders import whole_order
from fournets.isolation.services import OBSERVE, Typed, observe_self
from fournets.language import Refusal, say
from fournets.web.access import lang_of, needs, public, reader_of
from fournets.web.acts import act, ring
from fournets.web.care import needed
from fournets.web.people_record import note_people

ASKED = 10  # needs his page shows, the newest
TONES = {"open": "todo", "ahead": "", "missed": "danger", "said": "good", "seen": "good"}


@public
@require_http_methods(["GET", "HEAD", "POST"])
def own_page(request: HttpRequest, secret: str) -> HttpResponse:
    """How somebody in isolation is today, by himself. A secret that opens nothing, for whatever reason, has one answer."""
    now, wrong = timezone.localtime(), ""
    with opened_by(secret) as order:
        if order is None:
            return render(request, "web/own_unknown.html", status=404)
        if request.method == "POST":
            try:
                done = _done(request, order, now)
            except Refusal as refusal:
                wrong = refusal.message.text(lang_of(request))
            else:
                return redirect(f"{request.path}?done={done}")
        context = {**_context(request, own_day(order, now=now), wrong), **_care(request, order)}
    return render(request, "web/own.html", {**context, "now": now})


def _done(request: HttpRequest, order: int, now: datetime) -> str:
    """Notes what was sent: how he is, or what he needs; gives which."""
    given = request.POST
    if given.get("do") == "ask":
        ask_for_self(order, given.get("kind", ""), given.get("words", ""), at=now, ring=ring())
        return "asked"
    observe_self(order, _typed(request), given.get("note", ""), at=now, ring=ring())
    return "said"


def _care(request: HttpRequest, order: int) -> dict[str, Any]:
    """What he asked for and what came of it, and who looks after him, with their telephones."""
    lang, team = lang_of(request), team_of_order(order, ring=ring())
    told = needs_of_order(order, ring=ring(), limit=ASKED)
    return {
        "asking": request.POST.get("do") == "ask",
        "asked": [needed(one, lang) for one in told],
        "need_kinds": [(code, say(f"need_{code}", lang)) for code in kinds()],
        "need_most": settings()["needs"]["words_most"],
        "team": [(say(f"policy_word_{role}", lang), name, phone) for role, name, phone in team.members]
        if team
        else [],
    }


def _typed(request: HttpRequest) -> Typed:
    given = request.POST
    return Typed(given.get("temperature", "")[:20], frozenset(map(str, given.getlist("symptom")[:20])))


def _context(request: HttpRequest, day: OwnDay, wrong: str) -> dict[str, Any]:
    lang, ticked = lang_of(request), set(request.POST.getlist("symptom"))
    today = timezone.localdate()
    whole = (day.until_on - day.from_on).days if day.until_on else None
    current = day.current
    return {
        "day": day,
        "nth": (today - day.from_on).days + 1 if whole and day.from_on <= today else None,
        "whole": whole,
        "windows": [
            (one, _name(one.window, lang), _told(one, lang), TONES[one.state]) for one in day.windows
        ],
        "yesterday": day.on < today,
        "current": _name(current.window, lang),
        "again": current.state == "said",
        "late": current.window.is_over(day.on, timezone.localtime()),
        "coming": (day.coming[0] > today, day.coming[1]),
        "ticks": [(code, word_in(code, lang), code in ticked) for code in limits().symptoms],
        "typed": request.POST,
        "most": limits().note_most,
        "wrong": wrong,
        "done": request.GET.get("done", ""),
    }


def _name(window: Any, lang: str) -> str:
    return str(window.zh if lang == "zh" else window.en)


def _told(one: Any, lang: str) -> str:
    said = [f"{one.temperature} ℃"] if one.temperature is not None else []
    return " ".join([*said, *(word_in(each, lang) for each in one.symptoms)])


@needs(OBSERVE)
@require_http_methods(["GET", "HEAD"])
def link_page(request: HttpRequest, number: str) -> HttpResponse:
    """The address of an order's own page as a link and a code, to hand out; shown only by an act, for it lets one in."""
    return _link(request, number, "")


@needs(OBSERVE)
@require_POST
def link_act(request: HttpRequest, number: str) -> HttpResponse:
    """Shows the link (made, if there is none), makes another instead, or ends it; each is on record."""
    reader, at, do = reader_of(request), timezone.now(), request.POST.get("do", "")
    if do == "end":
        back = reverse("own_link", args=[number])
        return act(request, back, "own_link_told_ended", lambda: end_link(reader, number, at=at))
    try:
        make = renew_link if do == "renew" else link_for
        secret = make(reader, number, at=at, ring=ring())
    except Refusal as refusal:
        return _link(request, number, "", refusal.message.text(lang_of(request)))
    return _link(request, number, secret)


def _link(request: HttpRequest, number: str, secret: str, wrong: str = "") -> HttpResponse:
    found = whole_order(number, ring=ring())
    if found is None:
        raise Http404
    note_people(request, "isolation", found.order.area_code, [found.person.public_id])
    address = request.build_absolute_uri(reverse("own", args=[secret])) if secret else ""
    drawn = base64.b64encode(code_of(address).encode()).decode() if secret else ""
    context = {
        "order": found.order,
        "person": found.person,
        "held": found.order.state in IN_FORCE,
        "address": address,
        "code": drawn,
        "has": has_link(number),
        "wrong": wrong,
    }
    return render(request, "web/own_link.html", context)
