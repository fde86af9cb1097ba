"""Senders: whose lists come back often, whose say nothing new, and why; for talking to them, not for blaming."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from fournets.intake.selectors.senders import SenderLine, files_to_mend, reasons_of, senders
from fournets.language import Lang, catalogue, say
from fournets.places.rules.codes import WIDTHS
from fournets.places.scope import code_range
from fournets.places.selectors import find_area, short_names_of
from fournets.web.access import lang_of, needs, reader_of
from fournets.web.errors import trouble

DAYS = {"1": 1, "7": 7, "30": 30, "365": 365}
OFTEN = 0.1  # of a sender's rows: from here on its share of rows that came back is marked


@needs("intake.take")
@require_safe
def senders_page(request: HttpRequest) -> HttpResponse:
    """``?days=`` one of `DAYS`; a line for each sender of the reader's area, those with most to mend first."""
    reader, lang = reader_of(request), lang_of(request)
    days, since = _since(request)
    low, high = code_range(reader.area_code)
    found = sorted(senders(low=low, high=high, since=since), key=lambda one: (-one.back_share, one.sender))
    names = short_names_of({one.sender for one in found})
    context = {
        "lines": [(one, names.get(one.sender, one.sender), _state(one)) for one in found],
        "days": days,
        "choices": [(one, say("senders_days", lang, days=one)) for one in DAYS],
        "rows": sum(one.rows for one in found),
        "back": sum(one.back for one in found),
        "again": sum(one.again for one in found),
    }
    return render(request, "web/senders.html", context)


@needs("intake.take")
@require_safe
def sender_page(request: HttpRequest, sender: str) -> HttpResponse:
    """One sender (of a cell, its community): its sums, why rows came back, and the files to begin with."""
    reader, lang = reader_of(request), lang_of(request)
    area = find_area(sender[: WIDTHS.community]) if sender.isdigit() and reader.covers(sender) else None
    if area is None:
        return trouble(request, "page_area_unknown", 404, area=sender[:30])
    days, since = _since(request)
    low, high = (area.code, area.code + "!") if len(area.code) < WIDTHS.community else code_range(area.code)
    found = senders(low=low, high=high, since=since)
    context: dict[str, Any] = {
        "area": area,
        "line": found[0] if found else None,
        "state": _state(found[0]) if found else "good",
        "reasons": [
            (_reason(code, lang), outcome, count)
            for code, outcome, count in reasons_of(low=low, high=high, since=since)
        ],
        "files": files_to_mend(low=low, high=high, since=since),
        "days": days,
        "choices": [(one, say("senders_days", lang, days=one)) for one in DAYS],
    }
    return render(request, "web/sender.html", context)


def _since(request: HttpRequest) -> tuple[str, datetime]:
    days = request.GET.get("days", "30")
    days = days if days in DAYS else "30"
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return days, midnight - timedelta(days=DAYS[days] - 1)


def _state(one: SenderLine) -> str:
    if not one.back:
        return "good"
    return "late" if one.back_share >= OFTEN else "todo"


def _reason(code: str, lang: Lang) -> str:
    return say(f"row_{code}", lang) if f"row_{code}" in catalogue() else code
