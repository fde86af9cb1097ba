"""Visits on paper: lists of an area's open visits to print, and the page they are typed back on, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from fournets.accounts.selectors import names_of
from fournets.fieldwork.limits import limits
from fournets.fieldwork.papers import Issued, place_name, sheets_paper
from fournets.fieldwork.rules.sheet import KEYS, place_of, split, stands
from fournets.fieldwork.selectors.sheets import (
    Sheet,
    SheetRow,
    TypedRow,
    rows_of,
    sheet_of,
    sheets_in,
    typed_of,
    workers_in,
)
from fournets.fieldwork.services.receive import VISITS
from fournets.fieldwork.services.sheets import LIST, Given, Typed, print_sheets, type_sheet
from fournets.language import Lang, Refusal, say
from fournets.people.rules.masking import mask_address
from fournets.places.selectors import area_labels, official_names
from fournets.web.access import lang_of, needs, reader_of
from fournets.web.acts import ring
from fournets.web.area_chooser import area_of, around
from fournets.web.moments import day_of
from fournets.web.people_record import note_people

SHORT = 12  # signs of a code that are looked at


@needs(VISITS)
@require_http_methods(["GET", "HEAD", "POST"])
def sheet_page(request: HttpRequest) -> HttpResponse:
    """``?number=SHEET`` or ``SHEET-ROW``: that sheet, to be typed; without: what was printed of ``?area=``."""
    asked = (request.POST if request.method == "POST" else request.GET).get("number", "").strip()
    if not asked:
        return _front(request)
    number, code = split(asked)
    try:
        sheet = _found(number, code)
    except Refusal as refusal:
        return _front(request, wrong=refusal.message.text(lang_of(request)), asked=asked[:SHORT], status=404)
    if request.method == "POST":
        return _kept(request, sheet, code)
    return render(request, "web/field/sheet.html", _context(request, sheet, code))


@needs(VISITS)
@require_POST
def print_page(request: HttpRequest) -> HttpResponse:
    """Sheets of an area's open visits as one PDF; on record."""
    reader, lang, at = reader_of(request), lang_of(request), timezone.now()
    asked = request.POST.get("area", "")
    area = asked if asked.isascii() and asked.isdigit() else ""  # of none he may print
    try:
        with transaction.atomic():
            made = print_sheets(reader, area, request.POST.get("worker", ""), at=at, ring=ring())
            issued = Issued(reader.name, reader.login, official_names([area])[area], at)
            addresses = {one.number: request.build_absolute_uri(_address(one.number)) for one in made.sheets}
            paper = sheets_paper(made.sheets, made.rows, addresses, issued, lang=lang)
        if made.more:  # said on the next page he opens: the answer to this one is the paper
            messages.warning(request, say("sheet_more", lang, most=limits()["phone"]["visits"]))
    except Refusal as refusal:
        messages.error(request, refusal.message.text(lang))
        return redirect("field_sheet")
    answer = HttpResponse(paper, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="visits-{made.sheets[0].number}.pdf"'
    return answer


def _found(number: str, code: str) -> Sheet:
    sheet = sheet_of(number) if stands(number) else None
    if sheet is None:
        raise Refusal("sheet_unknown", number=number)
    place = place_of(number, code) if code else 1
    if place is None or place > len(sheet.rows):
        raise Refusal("sheet_row", row=code[:SHORT], number=number)
    return sheet


def _front(request: HttpRequest, *, wrong: str = "", asked: str = "", status: int = 200) -> HttpResponse:
    reader, lang = reader_of(request), lang_of(request)
    area, today = area_of(request, reader), timezone.localdate()
    sheets = sheets_in(area)
    labels = area_labels({area} | {one.area_code for one in sheets})
    context = {
        "area": area,
        "areas": [(code, name) for code, name, _ in around(request, reader)] or [(area, labels[area])],
        "workers": workers_in(area, on=today),
        "worker": reader.name,
        "rows": limits()["sheet"]["rows"],
        "sheets": [
            (one, labels[one.area_code], say("sheet_typed_of", lang, typed=one.typed, rows=one.rows))
            for one in sheets
        ],
        "wrong": wrong,
        "asked": asked,
    }
    return render(request, "web/field/sheets.html", context, status=status)


def _kept(request: HttpRequest, sheet: Sheet, code: str) -> HttpResponse:
    lang, at = lang_of(request), timezone.now()
    on = day_of(request.POST.get("on", "")) or date.min  # what is no day is told as one out of the sheet's
    try:
        done = type_sheet(
            sheet,
            _given(request.POST),
            on=on,
            worker=request.POST.get("worker", ""),
            reader=reader_of(request),
            at=at,
            ring=ring(),
        )
    except Refusal as refusal:
        said = refusal.message.text(lang)
        return render(
            request, "web/field/sheet.html", _context(request, sheet, code, refused=said), status=422
        )
    if done.wrong:
        return render(request, "web/field/sheet.html", _context(request, sheet, code, done=done), status=422)
    _tell(request, done, lang)
    return redirect(_address(sheet.number))


def _tell(request: HttpRequest, done: Typed, lang: Lang) -> None:
    messages.success(request, say("sheet_told", lang, noted=done.noted, again=done.again))
    if done.fevers:
        messages.error(request, say("sheet_told_fever", lang, codes=" ".join(done.fevers)))
    if done.aside:
        codes: dict[str, list[str]] = {}
        for code, why in done.aside:
            codes.setdefault(why, []).append(code)
        rows = " ".join(f"{' '.join(of)}: {say(f'fieldwork_why_{why}', lang)}" for why, of in codes.items())
        messages.warning(request, say("sheet_told_aside", lang, rows=rows))


def _context(
    request: HttpRequest, sheet: Sheet, code: str, *, done: Typed | None = None, refused: str = ""
) -> dict[str, Any]:
    lang, sent = lang_of(request), request.POST
    rows, typed = rows_of([sheet], ring())[sheet.number], typed_of(sheet, ring())
    rows = [one for one in rows if not code or one.code == code]
    note_people(request, LIST, sheet.area_code, [person for one in rows for person in one.persons])
    names = names_of({one.typed_by for one in typed.values()})
    wrong = {row: said.text(lang) for row, said in done.wrong} if done else {}
    codes = {one.code for one in rows}
    return {
        "sheet": sheet,
        "code": code,
        "area": area_labels({sheet.area_code})[sheet.area_code],
        "lines": [_line(one, typed.get(one.place), names, sent, wrong, lang) for one in rows],
        "on": sent.get("on") or timezone.localdate().isoformat(),
        "first": timezone.localdate(sheet.printed_at),
        "today": timezone.localdate(),
        "worker": sent.get("worker", sheet.worker),
        "wrong": wrong,
        "lost": [said for row, said in wrong.items() if row not in codes],
        "refused": refused,
        "keys": [(key, say(f"sheet_out_{one}", lang)) for key, one in KEYS.items()],
    }


def _line(
    one: SheetRow,
    typed: TypedRow | None,
    names: Mapping[str, str],
    sent: QueryDict,
    wrong: Mapping[str, str],
    lang: Lang,
) -> dict[str, Any]:
    said = ""
    if typed:
        parts = (say(f"sheet_out_{typed.outcome}", lang), typed.temperature and f"{typed.temperature} ℃")
        said = say("sheet_row_typed", lang, outcome=" ".join(part for part in parts if part))
    return {
        "row": one,
        "where": place_name(one, lang),
        "door": one.door or mask_address(one.address),
        "head": say("sheet_head", lang, surname=one.surname) if one.persons else say("sheet_gone", lang),
        "people": say("sheet_people", lang, count=one.people),
        "said": said,
        "by": names.get(typed.typed_by, typed.typed_by) if typed else "",
        "waits": bool(typed and typed.waits),
        "key": sent.get(f"o-{one.code}", ""),
        "temperature": sent.get(f"t-{one.code}", ""),
        "note": sent.get(f"n-{one.code}", ""),
        "wrong": wrong.get(one.code, ""),
    }


def _given(sent: QueryDict) -> dict[str, Given]:
    codes = [name[2:] for name in sent if name.startswith("o-")]
    most = limits()["sheet"]["rows"]
    return {
        code[:SHORT]: Given(
            str(sent[f"o-{code}"])[:SHORT],
            str(sent.get(f"t-{code}", ""))[:20],
            str(sent.get(f"n-{code}", ""))[:2000],
        )
        for code in codes[:most]
    }


def _address(number: str) -> str:
    return f"{reverse('field_sheet')}?number={number}"
