"""What is left to call before the deadline, list by list and caller by caller; lists become calls, senders get feedback."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from fournets.calls.rules import desk, scripts
from fournets.calls.selectors.board import ListLine, answers_waiting, callers_of, lists_of, lists_to_open
from fournets.calls.selectors.desk import waiting_in
from fournets.calls.services import CALL, MANAGE, open_calls
from fournets.calls.services.feedback import ask_feedback, feedback_of, take_feedback
from fournets.calls.services.take import ask_take
from fournets.language import Lang, Refusal, say
from fournets.organization.access import Reader
from fournets.places.selectors import short_names_of
from fournets.reporting.exports.lines import lines
from fournets.reporting.exports.sheet import FORMATS
from fournets.web.access import lang_of, needs, reader_of
from fournets.web.acts import act, ring
from fournets.web.moments import moment_of, written

SEE = "calls.see"
OFTEN = 0.1  # of a list's calls: from here on its share of errors is marked
EVENING = time(20)  # when a new list is due, unless somebody says otherwise
TASKS = "tasks"  # instead of a list: whose task to call is open


@needs(SEE)
@require_safe
def board_page(request: HttpRequest) -> HttpResponse:
    """Sums alone for those who see; the forms for those who manage."""
    reader, lang, now = reader_of(request), lang_of(request), timezone.localtime()
    manages = reader.may(MANAGE)
    found = sorted(lists_of(reader.area_code), key=_urgency)
    names = short_names_of({one.sender for one in found})
    context: dict[str, Any] = {
        "at": now,
        "waiting": waiting_in(reader.area_code, at=now),
        "lists": [
            (one, names.get(one.sender, one.sender), _tone(one, now), _ended(one, lang)) for one in found
        ],
        "often": OFTEN,
        "callers": callers_of(reader.area_code, since=now.replace(hour=0, minute=0, second=0, microsecond=0)),
        "may_manage": manages,
        "may_call": reader.may(CALL),
        "may_feed_back": manages and reader.may("exports.make"),
    }
    return render(request, "web/calls_board.html", context | (_forms(reader, lang, now) if manages else {}))


@needs(MANAGE)
@require_POST
def open_page(request: HttpRequest) -> HttpResponse:
    """Makes calls of a list, or of the open tasks to call."""
    reader, lang, at, word = reader_of(request), lang_of(request), timezone.now(), request.POST.get
    chosen = word("list", "")
    file_id = None if chosen == TASKS else int(chosen) if chosen.isdecimal() and len(chosen) < 19 else 0
    try:
        with transaction.atomic():
            made = open_calls(
                reader,
                file_id,
                word("purpose", ""),
                due_at=moment_of(word("due_at", "")) or at,
                on=timezone.localdate(at),
                at=at,
            )
    except Refusal as refusal:
        messages.error(request, refusal.message.text(lang))
    else:
        told = {
            "opened": made.opened,
            "known": made.known,
            "without": made.without_number,
            "people": made.people,
        }
        messages.success(request, say("calls_told_opened", lang, **told))
    return redirect("calls_board")


@needs(MANAGE)
@require_POST
def take_page(request: HttpRequest) -> HttpResponse:
    """Has the answers of the area made into rows now."""
    return act(
        request, "calls_board", "calls_told_take", lambda: ask_take(reader_of(request), at=timezone.now())
    )


@needs(MANAGE)
@require_POST
def feedback_page(request: HttpRequest, number: int) -> HttpResponse:
    """Asks for the feedback on a list."""
    word, lang = request.POST.get, lang_of(request)
    try:
        with transaction.atomic():
            export = ask_feedback(
                number,
                word("recipient", ""),
                word("purpose", ""),
                reader=reader_of(request),
                at=timezone.now(),
            )
    except Refusal as refusal:
        messages.error(request, refusal.message.text(lang))
    else:
        messages.success(request, say(f"export_told_{export.state}", lang, serial=export.serial))
    return redirect("calls_board")


@needs(MANAGE)
@require_POST
def feedback_file_page(request: HttpRequest, serial: str) -> HttpResponse:
    """The file of a feedback, once, for whoever asked for it."""
    lang = lang_of(request)
    try:
        made = take_feedback(serial, reader=reader_of(request), ring=ring(), at=timezone.now(), lang=lang)
    except Refusal as refusal:
        messages.error(request, refusal.message.text(lang))
        return redirect("calls_board")
    answer = HttpResponse(made.content, content_type=FORMATS[made.kind])
    answer["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return answer


def _forms(reader: Reader, lang: Lang, now: datetime) -> dict[str, Any]:
    due = now.replace(hour=EVENING.hour, minute=0, second=0, microsecond=0)
    morning = desk().retry.not_at_night(now.replace(hour=23))
    return {
        "to_open": lists_to_open(reader.area_code),
        "scripts": [(one.purpose, one.said("name", lang)) for one in scripts().values()],
        "due_at": written(due if due > now else morning),
        "least": written(now),
        "days": desk().retry.reached.days,
        "take_rows": desk().take_rows,
        "take_minutes": int(desk().take_after.total_seconds() // 60),
        "answers": answers_waiting(reader.area_code),
        "feedback": lines(feedback_of(reader), lang),
    }


def _urgency(one: ListLine) -> tuple[bool, float, int]:
    """What is left and due first stands first; what is done, last."""
    return (not one.left, one.due_at.timestamp() if one.due_at else 0.0, -one.file_id)


def _tone(one: ListLine, now: datetime) -> str:
    if not one.left:
        return "good"
    return "late" if one.due_at and one.due_at <= now else "todo"


def _ended(one: ListLine, lang: Lang) -> list[tuple[str, int]]:
    return [
        (say(f"call_outcome_{code}", lang), count)
        for code, count in sorted(one.ended.items(), key=lambda n: -n[1])
    ]
