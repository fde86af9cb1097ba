"""Forgetting one person: asked for on his page, decided on by somebody else, done once nothing is going on about him."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from fournets.audit.services import record_read
from fournets.keeping.forgetting import ASK, DECIDE, ask_forgetting, decide_forgetting
from fournets.keeping.selectors import ForgettingLine, forgettings
from fournets.language import Lang, Refusal, say
from fournets.organization.access import Reader
from fournets.web.access import needs, reader_of
from fournets.web.acts import act, ring

SEE = "forgetting.see"


@needs(SEE)
@require_safe
def forgettings_page(request: HttpRequest) -> HttpResponse:
    """Who is asked to be forgotten in the reader's area, those to decide on first; looking is on record."""
    reader, at = reader_of(request), timezone.now()
    lang: Lang = request.lang  # type: ignore[attr-defined]
    found = forgettings(reader.area_code, on=timezone.localdate(at), ring=ring())
    record_read(
        "list_shown",
        actor=reader.login,
        area_code=reader.area_code,
        at=at,
        list="forgettings",
        shown=len(found),
    )
    context = {"lines": [(line, held_words(line, lang), _may_decide(reader, line)) for line in found]}
    return render(request, "web/forgettings.html", context)


@needs(ASK)
@require_POST
def ask_page(request: HttpRequest, person: str) -> HttpResponse:
    """Asks for somebody to be forgotten, once it is said to be meant."""
    today, at = timezone.localdate(), timezone.now()
    reason = request.POST.get("reason", "")

    def do() -> None:
        if request.POST.get("sure") != "yes":
            raise Refusal("forgetting_sure")
        ask_forgetting(reader_of(request), person, reason, on=today, at=at, ring=ring())

    return act(request, reverse("person", args=[person]), "forgetting_told_asked", do)


@needs(DECIDE)
@require_POST
def decide_page(request: HttpRequest, number: int) -> HttpResponse:
    """Approves what somebody else has asked for, or turns it down."""
    approve, at = request.POST.get("decision") == "approve", timezone.now()
    done = "forgetting_told_approved" if approve else "forgetting_told_refused"
    return act(
        request,
        reverse("forgettings"),
        done,
        lambda: decide_forgetting(reader_of(request), number, approve, at=at),
    )


def held_words(line: ForgettingLine, lang: Lang) -> str:
    """What holds a forgetting up, in words; empty where nothing does."""
    return ("、" if lang == "zh" else ", ").join(say(f"open_act_{name}", lang) for name in line.held_by)


def _may_decide(reader: Reader, line: ForgettingLine) -> bool:
    return reader.may(DECIDE) and line.state == "asked" and line.asked_by != reader.login
