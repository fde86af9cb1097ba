"""The handover note: what a hospital has to know of somebody who is brought there from isolation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from fournets.isolation.models import IsolationOrder, Observation
from fournets.isolation.papers import set_sheet
from fournets.isolation.rules.said import word_in
from fournets.isolation.rules.windows import Window
from fournets.language import Lang, say

DAYS = 14  # of the course that are printed


@dataclass(frozen=True, slots=True)
class Handover:
    """What stands on a note beside the order: who he is as far as its printer may see it, where he lay, who is about him.

    ``along``: names of those he lives with; ``hospital`` and ``reason``: as decided, empty before it is.
    """

    name: str
    who: Sequence[str]
    where: str
    along: Sequence[str]
    hospital: str
    reason: str
    issuer: str
    at: datetime


def handover_note(
    order: IsolationOrder,
    note: Handover,
    seen: Sequence[Observation],
    windows: Sequence[Window],
    *,
    address: str,
    lang: Lang,
) -> bytes:
    """The note as a PDF; ``seen``: the newest observation of each window, the latest day first. ``address``: of the order's page,
    which asks whoever opens it to sign in. A `Refusal` where the machine has no Chinese font."""
    given: dict[str, Any] = {
        "title": say("handover_note_title", lang),
        "name": note.name,
        "greeting": " · ".join(note.who),
        "paragraphs": [],
        "rows": _rows(order, note, lang),
        "why": say("handover_reasons", lang),
        "reasons": [one[lang] for one in order.reasons],
        "course": _course(seen, windows, lang),
        "issuer": note.issuer,
        "day": f"{timezone.localtime(note.at):%Y-%m-%d %H:%M}",
        "foot": say("paper_number", lang, number=order.number),
    }
    return set_sheet(given, address, say("handover_scan", lang), lang=lang)


def _rows(order: IsolationOrder, note: Handover, lang: Lang) -> list[tuple[str, str]]:
    join, none = "、" if lang == "zh" else ", ", say("handover_note_none", lang)
    by_hand = say("handover_by_hand", lang)
    exposed = [f"{word_in(one['kind'], lang)} {one['on']}" for one in order.exposures]
    until = str(order.until_on) if order.until_on else say("paper_open", lang)
    place = " · ".join(filter(None, (say(f"isolation_at_{order.state}", lang), note.where)))
    rows = [
        ("to", note.hospital or by_hand),
        ("why", note.reason or by_hand),
        ("order", f"{say(f'isolation_basis_{order.basis}', lang)} · {order.from_on} – {until}"),
        ("place", place),
        ("exposure", join.join(exposed) or none),
        ("along", join.join(note.along) or none),
        ("illness", join.join(word_in(one, lang) for one in order.exceptions) or none),
    ]
    return [(say(f"handover_{code}", lang), text) for code, text in rows]


def _course(seen: Sequence[Observation], windows: Sequence[Window], lang: Lang) -> dict[str, Any]:
    """A line a day, a column a window: °C and symptoms; what nobody noted is a dash."""
    found = {(one.on, one.window): one for one in seen}
    days = sorted({one.on for one in seen}, reverse=True)[:DAYS]
    return {
        "title": say("handover_course", lang),
        "head": [say("handover_day", lang), *(one.zh if lang == "zh" else one.en for one in windows)],
        "rows": [[f"{day}", *(_told(found.get((day, one.code)), lang) for one in windows)] for day in days],
        "none": say("handover_not_seen", lang),
    }


def _told(one: Observation | None, lang: Lang) -> str:
    if one is None:
        return "–"
    parts = [f"{one.temperature} ℃"] if one.temperature is not None else []
    return " ".join([*parts, *(word_in(each, lang) for each in one.symptoms)]) + (" ▲" if one.alarm else "")
