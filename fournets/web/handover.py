"""Contacts handed to the disease control centre, and its answer: read, looked at, done or left."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fournets.interop.handover.acts import FORMATS, HandoverWish, ask_handover, make_handover
from fournets.interop.handover.answer import take_answer
from fournets.language import Lang, Refusal, say
from fournets.places.selectors import areas_of_levels
from fournets.reporting.exports.lines import lines
from fournets.reporting.exports.request import CONTACTS, MAKE, UNMASK
from fournets.reporting.exports.selectors import own_exports
from fournets.reporting.exports.settings import limits
from fournets.tracing.selectors.cases import answer_lines, answers_that_wait, cases_of
from fournets.tracing.selectors.contacts import ContactLine
from fournets.tracing.services import ANSWER, do_answer, drop_answer
from fournets.web.access import lang_of, needs, reader_of
from fournets.web.acts import ring
from fournets.web.contacts import SEE
from fournets.web.people_record import note_people


@needs(MAKE)
@require_http_methods(["GET", "HEAD", "POST"])
def handover_page(request: HttpRequest) -> HttpResponse:
    """What a reader asked to hand over and what became of it, the form to ask with, and the answers that wait."""
    reader, lang = reader_of(request), lang_of(request)
    if not reader.may(SEE):
        raise Http404
    if request.method != "POST":
        return _handover(request, request.GET.dict())
    try:
        export = ask_handover(_wish(request), reader=reader, at=timezone.now())
    except Refusal as refusal:
        return _handover(request, request.POST.dict(), wrong=refusal.message.text(lang))
    messages.success(request, say(f"export_told_{export.state}", lang, serial=export.serial))
    return redirect("handover")


@needs(MAKE)
@require_POST
def make_page(request: HttpRequest, serial: str) -> HttpResponse:
    """The file of a handover that may be made, in the format asked for; kept nowhere but with whoever takes it away."""
    kind = request.POST.get("kind", "")
    try:
        made = make_handover(
            serial, kind, reader=reader_of(request), ring=ring(), at=timezone.now(), lang=lang_of(request)
        )
    except Refusal as refusal:
        messages.error(request, refusal.message.text(lang_of(request)))
        return redirect("handover")
    media, ending = FORMATS[kind]
    answer = HttpResponse(made.content, content_type=media)
    answer["Content-Disposition"] = f'attachment; filename="{made.export.serial}-{kind}.{ending}"'
    return answer


@needs(ANSWER)
@require_POST
def send_page(request: HttpRequest) -> HttpResponse:
    """Reads an answer; nothing is done before it was looked at."""
    sent = request.FILES.get("file")
    try:
        if sent is None:
            raise Refusal("cdc_no_file")
        answer = take_answer(
            sent, str(sent.name), reader=reader_of(request), on=timezone.localdate(), at=timezone.now()
        )
    except Refusal as refusal:
        return _handover(request, {}, wrong_answer=refusal.message.text(lang_of(request)))
    return redirect("cdc_answer", answer.pk)


@needs(ANSWER)
@require_safe
def answer_page(request: HttpRequest, number: int) -> HttpResponse:
    """An answer of the reader's area: each contact as it stands, what the answer says, and what would be done."""
    return _answer(request, number)


@needs(ANSWER)
@require_POST
def do_page(request: HttpRequest, number: int) -> HttpResponse:
    """Does what was shown of an answer, or leaves it."""
    reader, lang, now = reader_of(request), lang_of(request), timezone.now()
    try:
        if request.POST.get("do") == "drop":
            drop_answer(reader, number, at=now)
            told = say("cdc_told_dropped", lang)
        else:
            count = do_answer(reader, number, on=timezone.localdate(), at=now, ring=ring())
            told = say("cdc_told_done", lang, count=count)
    except Refusal as refusal:
        return _answer(request, number, wrong=refusal.message.text(lang))
    messages.success(request, told)
    return redirect("handover")


def _handover(
    request: HttpRequest, given: dict[str, Any], *, wrong: str = "", wrong_answer: str = ""
) -> HttpResponse:
    reader, lang = reader_of(request), lang_of(request)
    cases = cases_of(reader.area_code)
    note_people(request, "cases", reader.area_code, [one.person for one in cases])
    context = {
        "lines": lines(own_exports(reader, kind=CONTACTS), lang),
        "areas": areas_of_levels(reader.area_code, levels=("town", "community")),
        "cases": cases,
        "limits": limits(),
        "formats": [(one, say(f"handover_format_{one}", lang)) for one in FORMATS],
        "may_unmask": reader.may(UNMASK),
        "may_answer": reader.may(ANSWER),
        "answers": answers_that_wait() if reader.may(ANSWER) else [],
        "given": given,
        "wrong": wrong,
        "wrong_answer": wrong_answer,
    }
    return render(request, "web/handover.html", context, status=422 if wrong or wrong_answer else 200)


def _answer(request: HttpRequest, number: int, *, wrong: str = "") -> HttpResponse:
    found, lang = answer_lines(number), lang_of(request)
    if found is None:
        raise Http404
    answer, shown = found
    note_people(request, "answers", answer.area_code, [one.person for _, one in shown])
    changes = [(line, contact) for line, contact in shown if line.acts]
    context = {
        "answer": answer,
        "changes": [(line, contact, _now(contact, lang), _acts(line, lang)) for line, contact in changes],
        "same": len(shown) - len(changes),
        "problems": [(one["row"], say(one["code"], lang)) for one in answer.problems],
        "back": reverse("handover"),
        "wrong": wrong,
    }
    return render(request, "web/cdc_answer.html", context, status=409 if wrong else 200)


def _now(contact: ContactLine, lang: Lang) -> str:
    stage = f"isolation_at_{contact.stage}" if contact.stage else "tracing_stage_none"
    said = [say(f"tracing_decision_{contact.decision}", lang), say(stage, lang)]
    if contact.until_on and contact.stage != "released":
        said.append(say("isolation_free", lang, day=contact.until_on))
    return " · ".join([*said, say(f"tracing_lab_{contact.lab}", lang)])


def _acts(line: Any, lang: Lang) -> list[str]:
    return [say(f"tracing_act_{one}", lang, day=line.free_on or "") for one in line.acts]


def _wish(request: HttpRequest) -> HandoverWish:
    word, reader = request.POST.get, reader_of(request)
    area = word("area", "") or reader.area_code
    return HandoverWish(
        area, word("recipient", ""), word("purpose", ""), timezone.localdate(), word("case", "")[:20],
        word("unmasked") == "yes",
    )  # fmt: skip
