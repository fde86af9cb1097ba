"""The audit page: who did what, whether the chain holds, and the alarms that wait for an answer."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from fournets.accounts.selectors import names_of
from fournets.audit import answers
from fournets.audit.selectors import ALARMING, Line, Wish, lines, open_alarms
from fournets.audit.services import record_read
from fournets.audit.state import chain_state
from fournets.audit.verify import verify_for_page
from fournets.language import Lang, Refusal, catalogue, say
from fournets.organization.access import Reader, sight_of
from fournets.places.selectors import children, find_area, short_names_of
from fournets.web.access import lang_of, needs, reader_of
from fournets.web.audit_words import person_words, said_of, words_of_verdict

ACT = "act_"
NAMED = (9, 12, 15)  # digits of the codes of towns, communities and cells


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: the wish, from which line on, and what is wrong with it."""

    wish: Wish
    before: int | None
    wrong: str = ""


@needs("audit.see")
@require_safe
def audit_page(request: HttpRequest) -> HttpResponse:
    """The newest lines of the reader's area that fit the sentence in the address; looking is itself on record."""
    reader, lang = reader_of(request), lang_of(request)
    sight, asked = sight_of(reader), _asked(request.GET, reader, lang)
    found, older = ([], False) if asked.wrong else lines(sight, asked.wish, before=asked.before)
    alarms = open_alarms(sight)
    state = chain_state()
    checker = {state.checked.actor} if state.checked else set()
    people = names_of({one.actor for one in (*found, *alarms)} | {asked.wish.actor} | checker)
    _note(reader, asked, people, len(found))
    context = {
        "alarms": _shown(alarms, people, lang),
        "answers": [(one, say(f"answer_{one}", lang)) for one in answers.ANSWERS],
        "state": state,
        "checked_by": person_words(state.checked.actor, people, lang) if state.checked else "",
        "anchored": state.last_anchor.at[:16].replace("T", " ") if state.last_anchor else "",
        "lines": _shown(found, people, lang),
        "older": _address(request.GET, found[-1].id) if older else "",
        "newest": _address(request.GET, None),
        "asked": asked,
        "typed": request.GET,
        "acts": _acts(lang),
        "areas": _areas(reader),
        "as_of": timezone.now(),
    }
    return render(request, "web/audit.html", context, status=400 if asked.wrong else 200)


@needs("audit.see")
@require_POST
def verify_chain(request: HttpRequest) -> HttpResponse:
    """Checks the chain as far as somebody can wait for, and says what was found."""
    verdict = verify_for_page(actor=reader_of(request).login, at=timezone.now())
    tell = messages.success if verdict.fine else messages.error
    tell(request, words_of_verdict(verdict, lang_of(request)))
    return redirect("audit")


@needs("audit.see")
@require_POST
def answer_alarm(request: HttpRequest) -> HttpResponse:
    """Puts down what came of an alarm."""
    reader, number = reader_of(request), request.POST.get("line", "")
    try:
        answers.answer_alarm(
            int(number) if number.isdecimal() else 0,
            request.POST.get("answer", ""),
            sight=sight_of(reader),
            actor=reader.login,
            at=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, refusal.message.text(lang_of(request)))
    else:
        messages.success(request, say("alarm_answered", lang_of(request)))
    return redirect("audit")


def _asked(typed: QueryDict, reader: Reader, lang: Lang) -> Asked:
    days: dict[str, date | None] = {}
    wrong = ""
    for name in ("from", "until"):
        try:
            days[name] = date.fromisoformat(str(typed[name])) if typed.get(name) else None
        except ValueError:
            days[name], wrong = None, say("audit_day_wrong", lang)
    if days["from"] and days["until"] and days["until"] < days["from"]:
        wrong = say("audit_days_turned", lang)
    area = typed.get("area", "")
    if area and not (reader.covers(area) and find_area(area)):
        area, wrong = "", say("audit_area_elsewhere", lang)
    before = typed.get("before", "")
    wish = Wish(
        typed.get("act", "")[:60], typed.get("actor", "").strip()[:60], days["from"], days["until"], area
    )
    return Asked(wish, int(before[:18]) if before.isdecimal() and before.isascii() else None, wrong)


def _note(reader: Reader, asked: Asked, people: dict[str, str], shown: int) -> None:
    """The look itself goes on record: what was asked for, but no name nobody bears."""
    filters = {name: str(value) for name, value in asdict(asked.wish).items() if value}
    if filters.get("actor") not in people:
        filters.pop("actor", None)
    if f"{ACT}{filters.get('act')}" not in catalogue():
        filters.pop("act", None)
    record_read(
        "audit_seen",
        actor=reader.login,
        area_code=reader.area_code,
        at=timezone.now(),
        filters=filters,
        shown=shown,
    )


def _shown(found: list[Line], people: dict[str, str], lang: Lang) -> list[dict[str, Any]]:
    areas = short_names_of({one.area_code[:size] for one in found for size in NAMED})
    return [
        {
            "line": one,
            "who": person_words(one.actor, people, lang),
            "what": _word(one.act, lang),
            "alarming": one.act in ALARMING,
            "details": said_of(one.details, lang),
            "area": _place(one.area_code, areas),
        }
        for one in found
    ]


def _place(code: str, areas: dict[str, str]) -> str:
    """An area by the names people use for it: community and cell; by its code where it has none."""
    named = [areas[code[:size]] for size in NAMED if len(code) >= size and code[:size] in areas]
    return " ".join(named[-2:] if len(named) > 2 else named[-1:]) or code


def _word(act: str, lang: Lang) -> str:
    return say(f"{ACT}{act}", lang) if f"{ACT}{act}" in catalogue() else act


def _acts(lang: Lang) -> list[tuple[str, str]]:
    return [(code[len(ACT) :], texts[lang]) for code, texts in catalogue().items() if code.startswith(ACT)]


def _areas(reader: Reader) -> list[tuple[str, str]]:
    below = [(one.code, one.short_name) for one in children(reader.area_code)]
    return [*short_names_of([reader.area_code]).items(), *below]


def _address(typed: QueryDict, before: int | None) -> str:
    """The same sentence, from a line on or from the newest."""
    address = typed.copy()
    address.pop("before", None)
    if before:
        address["before"] = str(before)
    return f"?{address.urlencode()}"
