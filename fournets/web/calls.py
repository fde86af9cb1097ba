"""The phone desk: the next person, his number and what to say, and what came of it by one key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from fournets.calls.rules import CALL_BACK, REACHED, Script, desk, scripts
from fournets.calls.selectors.desk import InHand, in_hand, last_attempt, waiting_in
from fournets.calls.services import CALL, MANAGE, Said, end_attempt, next_call, show_number, undo_attempt
from fournets.calls.services.claim import held_call, last_held
from fournets.calls.services.outcome import WrongWord
from fournets.calls.services.undo import UNDO_FOR
from fournets.language import Lang, Refusal, say
from fournets.people.words import text_of
from fournets.places.rules.codes import WIDTHS
from fournets.places.selectors import area_labels
from fournets.web.access import lang_of, needs, reader_of
from fournets.web.acts import act, ring
from fournets.web.moments import moment_of, written

NEXT, END = "next", "end"  # what follows an outcome, as the caller wishes


@needs(CALL)
@require_safe
def calls_page(request: HttpRequest) -> HttpResponse:
    """The person in the reader's hand, or the button that asks for the next."""
    return _page(request)


@needs(CALL)
@require_POST
def next_page(request: HttpRequest) -> HttpResponse:
    """Gives the reader the next person, or says that there is nobody now."""
    try:
        with transaction.atomic():
            if next_call(reader_of(request), ring=ring(), at=timezone.now()) is None:
                messages.info(request, say("calls_none_now", lang_of(request)))
    except Refusal as refusal:
        messages.error(request, refusal.message.text(lang_of(request)))
    return redirect("calls")


@needs(CALL)
@require_POST
def number_page(request: HttpRequest) -> HttpResponse:
    """Shows the next number of the same person."""
    return act(
        request,
        "calls",
        "calls_told_number",
        lambda: show_number(reader_of(request), ring=ring(), at=timezone.now()),
    )


@needs(CALL)
@require_POST
def outcome_page(request: HttpRequest) -> HttpResponse:
    """Ends the attempt, and goes on with the next number or the next person; where something is wrong the page comes back
    with all that was typed."""
    reader, lang, at, typed = reader_of(request), lang_of(request), timezone.now(), request.POST
    try:
        with transaction.atomic():
            ended = end_attempt(reader, _said(request), ring=ring(), at=at)
    except WrongWord as wrong:
        return _page(request, typed, wrong=wrong.message.text(lang), field=wrong.field)
    except Refusal as refusal:
        field = "back_at" if refusal.message.code == "calls_back" else ""
        return _page(request, typed, wrong=refusal.message.text(lang), field=field)
    outcome = say(f"call_outcome_{ended.judged.outcome}", lang)
    if ended.judged.stays:
        messages.info(request, say("calls_told_next_number", lang))
        return redirect("calls")
    messages.success(
        request, say("calls_told_alarm" if ended.alarm else "calls_told_ended", lang, outcome=outcome)
    )
    return redirect("calls") if typed.get("then") == END else next_page(request)


@needs(CALL)
@require_POST
def undo_page(request: HttpRequest) -> HttpResponse:
    """Takes back the last outcome of the reader's own."""
    number = request.POST.get("attempt", "")
    return act(
        request,
        "calls",
        "calls_told_undone",
        lambda: undo_attempt(
            reader_of(request),
            int(number) if number.isdecimal() and len(number) < 19 else 0,
            at=timezone.now(),
        ),
    )


def _said(request: HttpRequest) -> Said:
    typed, number = request.POST, request.POST.get("attempt", "")
    back = moment_of(typed.get("back_at", "")) if typed.get("outcome") == CALL_BACK else None
    return Said(
        attempt=int(number) if number.isdecimal() and len(number) < 19 else 0,
        outcome=typed.get("outcome", ""),
        answers={name[2:]: str(text) for name, text in typed.items() if name.startswith("q-")},
        back_at=back,
        note=typed.get("note", "")[:1000],
    )


def _page(
    request: HttpRequest, typed: Mapping[str, Any] | None = None, *, wrong: str = "", field: str = ""
) -> HttpResponse:
    reader, lang, now = reader_of(request), lang_of(request), timezone.localtime()
    call = held_call(reader, at=now) or (wrong and last_held(reader)) or None
    held = in_hand(call, ring()) if call else None
    last = last_attempt(reader.login, since=now - UNDO_FOR)
    context = {
        "held": held and _held(held, lang, typed or {}, field, now),
        "waiting": None if held else waiting_in(reader.area_code, at=now),
        "last": last and (last[0], say(f"call_outcome_{last[1]}", lang), last[2]),
        "may_manage": reader.may(MANAGE),
        "may_see": reader.may("calls.see"),
        "wrong": wrong,
        "minutes": int(desk().claim.total_seconds() // 60),
        "at": now,
    }
    return render(request, "web/calls.html", context, status=422 if wrong else 200)


def _held(one: InHand, lang: Lang, typed: Mapping[str, Any], field: str, now: datetime) -> dict[str, Any]:
    script, town = scripts()[one.call.purpose], one.person.area_code[: WIDTHS.town]
    areas = area_labels([one.person.area_code, town])
    words = {"town": areas.get(town, ""), "name": one.person.name}
    seen = one.person.values or {}
    until = timezone.localtime(one.call.held_until) if one.call.held_until else now
    return {
        "one": one,
        "area": areas[one.person.area_code],
        "sex": text_of("sex", one.person.sex, lang),
        "whose": say(f"call_whose_{one.number.whose}", lang, name=one.number.name),
        "dial": "".join(sign for sign in one.number.text if sign.isdigit() or sign == "+"),
        "until": until,
        "late": one.call.due_at <= now,
        "script": script.said("name", lang),
        "opening": script.said("opening", lang).format(**words),
        "closing": script.said("closing", lang).format(**words),
        "questions": _questions(script, seen, typed, field, lang),
        "earlier": [(each, say(f"call_outcome_{each.outcome}", lang)) for each in one.earlier],
        "outcomes": [
            (each.code, each.key, say(f"call_outcome_{each.code}", lang))
            for each in desk().by_key()
            if each.code not in (REACHED, CALL_BACK)
        ],
        "reached_key": desk().outcomes[REACHED].key,
        "back_key": desk().outcomes[CALL_BACK].key,
        "back_at": typed.get("back_at") or written(desk().retry.not_at_night(now + timedelta(hours=2))),
        "back_least": written(now),
        "back_wrong": field == "back_at",
        "note": typed.get("note", ""),
        "note_most": desk().note_most,
    }


def _questions(
    script: Script, seen: Mapping[str, Any], typed: Mapping[str, Any], field: str, lang: Lang
) -> list[dict[str, Any]]:
    """The questions with what was typed, and beside each what the file says already."""
    return [
        {
            "field": one.field,
            "kind": one.kind,
            "text": one.text(lang),
            "required": one.required,
            "typed": typed.get(f"q-{one.field}", ""),
            "known": text_of(one.field, seen.get(one.field), lang),
            "wrong": one.field == field,
        }
        for one in script.questions
    ]
