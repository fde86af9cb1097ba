"""Records of phones that were kept aside: why, what they say otherwise than what counts; for somebody to decide."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from fournets.accounts.selectors import names_of
from fournets.fieldwork.services.aside import DECIDE, Aside, asides, decide_aside
from fournets.language import Lang, say
from fournets.places.selectors import area_labels
from fournets.web.access import lang_of, needs, reader_of
from fournets.web.acts import act, ring
from fournets.web.people_record import note_people

NOTABLE = 120  # seconds a phone's clock may be wrong before it is worth a word


@needs(DECIDE)
@require_safe
def aside_page(request: HttpRequest) -> HttpResponse:
    """What waits in the reader's area, the oldest first."""
    reader, lang = reader_of(request), lang_of(request)
    found = asides(reader.area_code, ring=ring())
    note_people(
        request, "field_aside", reader.area_code, [person for one in found for person, _ in one.people]
    )
    areas, names = (
        area_labels({one.area_code for one in found}),
        names_of({by for one in found for by in (one.sent_by, one.typed_by)}),
    )
    lines = [
        {
            "one": one,
            "area": areas.get(one.area_code, one.area_code),
            "by": one.visited_by or names.get(one.sent_by, one.sent_by),
            "typed_by": names.get(one.typed_by, one.typed_by),
            "clock": clock_words(one, lang),
            "differs": [say(f"fieldwork_part_{name}", lang) for name in one.differs],
        }
        for one in found
    ]
    return render(request, "web/field/asides.html", {"lines": lines})


@needs(DECIDE)
@require_POST
def aside_decide(request: HttpRequest, number: int) -> HttpResponse:
    """Has one of them count, or leaves it aside for good."""
    count, reader, at = request.POST.get("count") == "yes", reader_of(request), timezone.now()
    return act(
        request,
        "fieldwork_aside",
        "fieldwork_told_counted" if count else "fieldwork_told_left",
        lambda: decide_aside(number, count=count, reader=reader, at=at, ring=ring()),
    )


def clock_words(one: Aside, lang: Lang) -> str:
    """By how much the phone's clock was wrong, where that matters."""
    if abs(one.offset) < NOTABLE:
        return ""
    minutes = round(abs(one.offset) / 60)
    code = "fieldwork_clock_behind" if one.offset > 0 else "fieldwork_clock_ahead"
    return say(code, lang, hours=minutes // 60, minutes=minutes % 60)
