"""Cases: the list of them, and one with its contacts, to which a whole list can be added."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from fournets.intake.selectors.pages import FileLine, files_page
from fournets.language import Refusal, say
from fournets.places.scope import code_range
from fournets.places.selectors import area_labels
from fournets.tracing.rules import CASE_CLASSES, LABS
from fournets.tracing.selectors.cases import PAGE, case_line, cases_of
from fournets.tracing.selectors.contacts import Contacts, contacts_of
from fournets.tracing.services import NOTE, change_case, note_list
from fournets.web.access import lang_of, needs, reader_of
from fournets.web.acts import ring
from fournets.web.area_chooser import area_of
from fournets.web.contacts import SEE, seen_of, seen_words, word_of, words_of
from fournets.web.people_record import note_people

LISTS = 40  # lists to choose from
SHOWN = 50  # contacts on a case's page; the list shows all


@needs(SEE)
@require_safe
def cases_page(request: HttpRequest) -> HttpResponse:
    """The newest cases of the reader's area."""
    area = area_of(request, reader_of(request))
    found = cases_of(area)
    lines = found[:PAGE]
    note_people(request, "cases", area, [one.person for one in lines])
    labels = area_labels({one.area_code for one in lines})
    context = {
        "lines": [(one, labels[one.area_code]) for one in lines],
        "more": PAGE if len(found) > PAGE else 0,
        "at": timezone.localtime(),
    }
    return render(request, "web/cases.html", context)


@needs(SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def case_page(request: HttpRequest, number: str) -> HttpResponse:
    """One case in the reader's area. By POST, for whoever may: ``do=change`` its class, ``do=list`` notes a list's people."""
    reader, lang, line, wrong = reader_of(request), lang_of(request), case_line(number), ""
    if line is None:
        raise Http404
    if request.method == "POST":
        try:
            return _done(request, number)
        except Refusal as refusal:
            wrong = refusal.message.text(lang)
    contacts = contacts_of(Contacts(reader.area_code, case=number), limit=SHOWN)
    note_people(request, "cases", line.area_code, [line.person, *(one.person for one in contacts)])
    may_note = reader.may_in(NOTE, line.area_code)
    context = {
        "line": line,
        "area": area_labels([line.area_code])[line.area_code],
        "contacts": [(one, word_of("stage", one.stage, lang)) for one in contacts],
        "classes": words_of("class", CASE_CLASSES, lang),
        "labs": words_of("lab", LABS, lang),
        **seen_words(lang),
        "files": _lists(reader.area_code) if may_note else [],
        "may_note": may_note,
        "typed": request.POST,
        "wrong": wrong,
        "today": timezone.localdate(),
    }
    return render(request, "web/case.html", context, status=422 if wrong else 200)


def _lists(area_code: str) -> list[FileLine]:
    """The lists that were taken in last, below an area."""
    low, high = code_range(area_code)
    found = files_page(low=low, high=high, before=None, most=LISTS)
    return [one for one in found if one.state == "taken"]


def _done(request: HttpRequest, number: str) -> HttpResponse:
    reader, lang, typed = reader_of(request), lang_of(request), request.POST
    today, now = timezone.localdate(), timezone.now()
    if not reader.may(NOTE):
        raise Refusal("tracing_right")
    if typed.get("do") == "list":
        file = typed.get("file", "")
        count = note_list(
            reader, number, int(file) if file.isdecimal() and len(file) < 19 else 0, seen_of(typed), on=today, at=now,
            ring=ring(),
        )  # fmt: skip
        messages.success(request, say("contact_told_list", lang, count=count))
    else:
        said = {"classification": typed.get("classification", ""), "lab": typed.get("lab", "")}
        change_case(reader, number, **said, on=today, at=now)
        messages.success(request, say("contact_told_changed", lang))
    return redirect("case", number)
