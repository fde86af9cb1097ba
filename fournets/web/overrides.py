"""Manual overrides: what waits to be decided, what counts, and the acts on both."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.screening.selectors.overrides import OverrideLine, overrides
from fournets.screening.services.overrides import ASK, DECIDE, ask, decide, end
from fournets.screening.services.person import class_words
from fournets.web.access import needs, reader_of
from fournets.web.acts import act, ring, typed_day


@needs("overrides.see")
@require_safe
def overrides_page(request: HttpRequest) -> HttpResponse:
    """What waits or counts today in the reader's area, those that wait first."""
    reader, today = reader_of(request), timezone.localdate()
    lines = overrides(reader.area_code, on=today, ring=ring())
    words = dict(class_words(reader.area_code, request.lang, on=today))  # type: ignore[attr-defined]
    context = {
        "lines": [(line, words.get(line.risk_class), _may_decide(reader, line)) for line in lines],
        "today": today,
        "may_end": reader.may(ASK) or reader.may(DECIDE),
    }
    return render(request, "web/overrides.html", context)


def _may_decide(reader: Reader, line: OverrideLine) -> bool:
    return reader.may(DECIDE) and line.state == "asked" and line.asked_by != reader.login


@needs(ASK)
@require_POST
def ask_page(request: HttpRequest, person: str) -> HttpResponse:
    """Asks for another class for one person."""
    word = request.POST.get

    def do() -> None:
        ask(
            reader_of(request),
            person,
            word("risk_class", ""),
            typed_day(word("until", "")),
            word("reason", ""),
            on=timezone.localdate(),
            at=timezone.now(),
            ring=ring(),
        )

    return act(request, reverse("person", args=[person]), "override_told_asked", do)


@needs(DECIDE)
@require_POST
def decide_page(request: HttpRequest, number: int) -> HttpResponse:
    """Approves or refuses what somebody else has asked for."""
    approve = request.POST.get("decision") == "approve"
    done = "override_told_approved" if approve else "override_told_refused"
    today, at = timezone.localdate(), timezone.now()
    return act(
        request,
        reverse("overrides"),
        done,
        lambda: decide(reader_of(request), number, approve, on=today, at=at),
    )


@needs("overrides.see")
@require_POST
def end_page(request: HttpRequest, number: int) -> HttpResponse:
    """Ends an override, once somebody has said that he means it: the rules count again."""
    today, at = timezone.localdate(), timezone.now()

    def do() -> None:
        if request.POST.get("sure") != "yes":
            raise Refusal("override_end_sure")
        end(reader_of(request), number, on=today, at=at)

    return act(request, reverse("overrides"), "override_told_ended", do)
