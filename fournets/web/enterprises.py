"""Enterprises: what each still owes, who works there and from where, and that it was reminded."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from fournets.language import Refusal, say
from fournets.organization.access import Reader
from fournets.organization.unmask import CALL, unmask_contact
from fournets.people.rules.masking import mask_phone
from fournets.people.words import label, text_of
from fournets.places.rules.regions import region_level_name
from fournets.places.selectors import area_labels, areas_of_levels, enterprise_of, find_area
from fournets.policy import outbreak_areas
from fournets.screening.selectors import coverage_sums
from fournets.screening.selectors.enterprises import outbreak_patterns
from fournets.screening.selectors.firms import (
    ONLY,
    OWED,
    PAGE,
    Firms,
    classes_of,
    firms_named,
    firms_of,
    origins_of,
    reminders_of,
    survey_rows,
)
from fournets.screening.services.person import class_words
from fournets.screening.services.reminders import REMIND, remind, take_back
from fournets.web.access import needs, reader_of
from fournets.web.acts import act, ring

SEE = "enterprises.see"
LEVELS = ("town", "community")
SHOWN_ABOVE = ("enterprise_name", "uscc", "headcount", "resume_on", "outbreak_headcount")


@needs(SEE)
@require_safe
def enterprises_page(request: HttpRequest) -> HttpResponse:
    """``?area=CODE`` within the reader's own, ``?only=`` one of `ONLY`, ``?after=`` the enterprise a page ended with."""
    reader, today = reader_of(request), timezone.localdate()
    wish, after = _wish(request.GET, reader), request.GET.get("after", "")[:40]
    listed, via = outbreak_patterns(wish.area_code, on=today)
    found = firms_of(wish, on=today, listed=listed, via=via, after=after)
    shown = found[:PAGE]
    labels = area_labels({one.area_code for one in shown})
    whole = coverage_sums(wish.area_code, on=today, down_to="cell")
    context = {
        "lines": [(one, labels[one.area_code]) for one in shown],
        "wish": wish,
        "kinds": [(one, say(f"firms_only_{one or 'owing'}", request.lang)) for one in ONLY],  # type: ignore[attr-defined]
        "areas": areas_of_levels(reader.area_code, levels=LEVELS),
        "known": whole[0].enterprises if whole else 0,
        "missing": whole[0].enterprises - whole[0].enterprises_surveyed if whole else 0,
        "first": _address(wish, ""),
        "next": _address(wish, shown[-1].public_id) if len(found) > PAGE else "",
        "after": after,
        "may_remind": reader.may(REMIND),
        "may_take": reader.may("intake.take"),
        "owed": OWED,
        "today": today,
        "now": timezone.localtime(),
    }
    return render(request, "web/enterprises.html", context)


def _wish(typed: QueryDict, reader: Reader) -> Firms:
    """What the address asks for; what it says wrongly does not count."""
    area, only = typed.get("area", ""), typed.get("only", "")
    known = area.isdigit() and reader.covers(area) and find_area(area)
    return Firms(area if known else reader.area_code, only if only in ONLY else "")


def _address(wish: Firms, after: str) -> str:
    asked = QueryDict(mutable=True)
    asked.update({"area": wish.area_code, "only": wish.only} | ({"after": after} if after else {}))
    return f"?{asked.urlencode()}"


@needs(SEE)
@require_safe
def enterprise_page(request: HttpRequest, enterprise: str) -> HttpResponse:
    """One enterprise in the reader's area; of any other it says that there is no such page."""
    return _page(request, enterprise, opened="")


@needs(CALL)
@require_POST
def call_page(request: HttpRequest, enterprise: str) -> HttpResponse:
    """The same page with the contact's number whole, once: for a reason, on record."""
    reason = request.POST.get("reason", "")
    try:
        number = unmask_contact(reader_of(request), enterprise, reason=reason, ring=ring(), at=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message.text(request.lang))  # type: ignore[attr-defined]
        return redirect("enterprise", enterprise)
    return _page(request, enterprise, opened=number)


def _page(request: HttpRequest, enterprise: str, *, opened: str) -> HttpResponse:
    reader, lang, today = reader_of(request), request.lang, timezone.localdate()  # type: ignore[attr-defined]
    listed, via = outbreak_patterns(reader.area_code, on=today)
    lines = firms_named([enterprise], listed=listed, via=via)
    if not lines:
        raise Http404
    line, found = lines[0], enterprise_of(enterprise)
    phone = ring().unseal("contact_phone", found.contact_phone_sealed) if found.contact_phone_sealed else ""
    words = dict(class_words(reader.area_code, lang, on=today))
    context = {
        "line": line,
        "found": found,
        "where": area_labels([found.area_code])[found.area_code],
        "values": _values(
            {name: value for name, value in found.values.items() if name not in SHOWN_ABOVE}, lang
        ),
        "phone": mask_phone(phone) if phone else "",
        "opened": opened,
        "may_call": bool(phone) and reader.may(CALL),
        "may_remind": reader.may(REMIND),
        "may_list": reader.may("people.see"),
        "origins": _origins(line.number, reader, request),
        "classes": [
            (words.get(code, say("person_not_assessed_short", lang)), count)
            for code, count in classes_of(line.number)
        ],
        "rows": [(row, _values(row.values, lang)) for row in survey_rows(line.number)],
        "reminders": reminders_of(line.number),
        "today": today,
    }
    return render(request, "web/enterprise.html", context)


def _origins(number: int, reader: Reader, request: HttpRequest) -> list[tuple[str, int, bool]]:
    """Each province's name, how many come from it, and whether something of it is on the list today."""
    listed = {
        one.code[:2] for one in outbreak_areas(on=timezone.localdate(), area=reader.area_code[:9]) if one.code
    }
    unknown = say("firm_origin_unknown", request.lang)  # type: ignore[attr-defined]
    return [(region_level_name(code) or unknown, count, code in listed) for code, count in origins_of(number)]


def _values(values: dict[str, Any], lang: Any) -> list[tuple[str, str]]:
    """What the survey says, in words."""
    said = ((label(name, lang), text_of(name, value, lang)) for name, value in values.items())
    return [(name, text) for name, text in said if text]


@needs(REMIND)
@require_POST
def remind_page(request: HttpRequest) -> HttpResponse:
    """Writes down that the enterprises ticked were reminded of their survey or their roster."""
    ticked, owed = request.POST.getlist("enterprise")[:PAGE], request.POST.get("owed", "")
    back = request.POST.get("back", "")
    home = f"{reverse('enterprises')}{back if back.startswith('?') else ''}"
    return act(
        request,
        home,
        "reminder_told",
        lambda: remind(reader_of(request), ticked, owed, at=timezone.now()),
    )


@needs(REMIND)
@require_POST
def unremind_page(request: HttpRequest, number: int) -> HttpResponse:
    """Takes one's own reminder back."""
    back = request.POST.get("enterprise", "")
    home = reverse("enterprise", args=[back]) if back.isalnum() else reverse("enterprises")
    return act(
        request,
        home,
        "reminder_told_back",
        lambda: take_back(reader_of(request), number, at=timezone.now()),
    )
