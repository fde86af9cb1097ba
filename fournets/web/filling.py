"""Departments' forms: blanks sent and checked, filled for a day, looked at and handed out."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fournets.audit.services import record_read
from fournets.language import Refusal, say
from fournets.reporting.exports.forms import ask_form, take_form
from fournets.reporting.exports.settings import limits
from fournets.reporting.exports.sheet import FORMATS
from fournets.reporting.forms.asked import ask_fill
from fournets.reporting.forms.deadlines import drop_deadline, set_deadline
from fournets.reporting.forms.kept import DEPARTMENT_MOST, FILL, correct_columns, end_form, send_blank
from fournets.reporting.forms.pages import handed_since
from fournets.reporting.forms.repeat import repeat_due
from fournets.web.access import lang_of, needs, reader_of
from fournets.web.acts import act, ring
from fournets.web.filling_words import (
    EMPTY,
    changes_words,
    columns_shown,
    filled_shown,
    form_shown,
    forms_shown,
    state_of,
)
from fournets.web.moments import moment_of


@needs(FILL)
@require_http_methods(["GET", "HEAD", "POST"])
def forms_page(request: HttpRequest) -> HttpResponse:
    """The forms of the area, and the form to send a blank with; a blank that was sent leads to what its columns mean."""
    if request.method != "POST":
        return _forms(request)
    lang, file = lang_of(request), request.FILES.get("blank")
    try:
        if file is None:
            raise Refusal("form_nothing_sent")
        sent = send_blank(
            file,
            request.POST.get("department", ""),
            reader=reader_of(request),
            ring=ring(),
            at=timezone.now(),
        )
    except Refusal as refusal:
        return _forms(request, wrong=refusal.message.text(lang))
    code = "form_told_new" if sent.is_new else "form_told_again"
    messages.success(request, say(code, lang, form=sent.name, version=sent.version))
    if sent.changes:
        messages.info(request, changes_words(sent.changes, lang))
    return redirect("form_columns", number=sent.number)


@needs(FILL)
@require_safe
def form_page(request: HttpRequest, number: int) -> HttpResponse:
    """One form: fill it for a day, and what was filled with it and handed to whom."""
    return render(
        request,
        "web/forms_one.html",
        _or_404(form_shown, number, reader_of(request), timezone.localdate(), request),
    )


@needs(FILL)
@require_http_methods(["GET", "HEAD", "POST"])
def columns_page(request: HttpRequest, number: int) -> HttpResponse:
    """The blank as it stands, and what each column was taken for; what is corrected is remembered."""
    if request.method != "POST":
        return render(request, "web/forms_columns.html", _or_404(columns_shown, number, ring(), request))
    said = {
        header: "" if field == EMPTY else field
        for header, field in zip(request.POST.getlist("header"), request.POST.getlist("field"), strict=False)
    }
    reader, at = reader_of(request), timezone.now()
    back = redirect("form", number=number).url
    return act(
        request,
        back,
        "form_told_corrected",
        lambda: correct_columns(number, said, reader=reader, ring=ring(), at=at),
    )


@needs(FILL)
@require_POST
def fill_page(request: HttpRequest, number: int) -> HttpResponse:
    """Asks for a form to be filled for an area and a day, and leads to where it is seen."""
    reader, word = reader_of(request), request.POST.get
    try:
        filled = ask_fill(
            number,
            area=word("area") or reader.area_code,
            on=_day(word("on", "")),
            who=word("who", ""),
            reader=reader,
            at=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, refusal.message.text(lang_of(request)))
        return redirect("form", number=number)
    return redirect("form_filled", number=filled.pk)


@needs(FILL)
@require_POST
def end_page(request: HttpRequest, number: int) -> HttpResponse:
    """Keeps a form no longer, once somebody has said that he means it."""
    if request.POST.get("sure") != "yes":
        messages.error(request, say("form_end_sure", lang_of(request)))
        return redirect("form", number=number)
    reader, at = reader_of(request), timezone.now()
    return act(request, "forms", "form_told_ended", lambda: end_form(number, reader=reader, at=at))


@needs(FILL)
@require_safe
def filled_page(request: HttpRequest, number: int) -> HttpResponse:
    """A filled form to be looked at, masked; while it is being filled the page asks again each second."""
    reader = reader_of(request)
    context = _or_404(filled_shown, number, reader, ring(), request)
    if request.htmx:  # type: ignore[attr-defined]
        answer = render(request, "web/forms_state.html", context)
        if context["line"].state != "waiting":
            answer["HX-Refresh"] = "true"
        return answer
    if context["sheets"]:
        record_read(
            "list_shown",
            actor=reader.login,
            area_code=context["line"].area_code,
            at=timezone.now(),
            list="filled_form",
            shown=sum(len(sheet.rows) - sheet.first for sheet, *_ in context["sheets"]),
        )
    return render(request, "web/forms_filled.html", context)


@needs(FILL)
@require_POST
def hand_out_page(request: HttpRequest, number: int) -> HttpResponse:
    """Asks to hand a filled form out to somebody: at once, or when a second person has approved."""
    reader, word = reader_of(request), request.POST.get
    back = redirect("form_filled", number=number)
    try:
        export = ask_form(
            number, word("recipient", ""), word("purpose", ""), reader=reader, at=timezone.now()
        )
    except Refusal as refusal:
        messages.error(request, refusal.message.text(lang_of(request)))
        return back
    messages.success(request, say(f"form_told_{export.state}", lang_of(request), serial=export.serial))
    return back


@needs(FILL)
@require_POST
def take_page(request: HttpRequest, number: int) -> HttpResponse:
    """The file of a form that may be handed out; given once, and then with whoever took it."""
    try:
        taken = take_form(number, reader=reader_of(request), ring=ring(), at=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message.text(lang_of(request)))
        return redirect("form_filled", number=number)
    answer = HttpResponse(taken.content, content_type=FORMATS["xlsx"])
    answer["Content-Disposition"] = f'attachment; filename="{taken.name}"'
    return answer


@needs(FILL)
@require_POST
def repeat_page(request: HttpRequest) -> HttpResponse:
    """Fills whatever is due today as it was last handed out, for the same recipients."""
    reader, now, lang = reader_of(request), timezone.localtime(), lang_of(request)
    try:
        found = repeat_due(reader, now.date(), now=now)
    except Refusal as refusal:
        messages.error(request, refusal.message.text(lang))
    else:
        messages.success(request, say("form_told_repeat", lang, count=len(found)))
    return redirect("forms")


@needs(FILL)
@require_POST
def deadline_page(request: HttpRequest, number: int) -> HttpResponse:
    """Sets by when a form is due, on which days, and with whom."""
    reader, at, sent = reader_of(request), timezone.now(), request.POST
    wish = sent.get("rule") or sent.get("time", "")
    return act(
        request,
        redirect("form", number=number).url,
        "form_told_deadline",
        lambda: set_deadline(
            number,
            at_time=wish,
            weekdays=sent.getlist("weekdays"),
            recipient=sent.get("recipient", ""),
            reader=reader,
            at=at,
        ),
    )


@needs(FILL)
@require_POST
def drop_page(request: HttpRequest, number: int, deadline: int) -> HttpResponse:
    """Takes a deadline away; it can be set again."""
    reader, at = reader_of(request), timezone.now()
    return act(
        request,
        redirect("form", number=number).url,
        "form_told_no_deadline",
        lambda: drop_deadline(deadline, reader=reader, at=at),
    )


def _forms(request: HttpRequest, wrong: str = "") -> HttpResponse:
    context = forms_shown(reader_of(request), lang_of(request), now=timezone.localtime())
    if since := moment_of(request.GET.get("since", "")):
        context |= {"since": since, "handed": [(one, *state_of(one)) for one in handed_since(since)]}
    context |= {"wrong": wrong, "given": request.POST, "department_most": DEPARTMENT_MOST}
    return render(request, "web/forms.html", context, status=422 if wrong else 200)


def _or_404(show: Any, number: int, *more: Any) -> dict[str, Any]:
    """What a page shows of a number; nothing is there, or nothing for this reader."""
    *given, request = more
    try:
        found: dict[str, Any] = show(number, *given, lang_of(request))
    except Refusal as refusal:
        raise Http404 from refusal
    return found | {"limits": limits(), "today": timezone.localdate(), "given": {}}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text) if text else timezone.localdate()
    except ValueError as error:
        raise Refusal("form_day_wrong") from error
