"""Workbooks taken in on a page: sent, followed until each is done, looked at, handed back, taken back."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fournets.audit.services import record_read
from fournets.home import home
from fournets.intake.services import write_rows_to_mend
from fournets.intake.services.columns import columns_of_file
from fournets.intake.services.page import ask_again, ask_undo
from fournets.intake.services.uploads import send_files
from fournets.language import Refusal, say
from fournets.places.selectors import children, find_area, short_names_of
from fournets.reporting.exports.sheet import FORMATS
from fournets.web.access import lang_of, needs, reader_of
from fournets.web.acts import act, ring
from fournets.web.columns_words import columns_shown, said_of
from fournets.web.intake_words import file_shown, files_shown, sent_shown

RIGHT = "intake.take"


@needs(RIGHT)
@require_http_methods(["GET", "HEAD", "POST"])
def intake_page(request: HttpRequest) -> HttpResponse:
    """The form to send files with, what was sent and how far it is, and the files of the area, newest first."""
    if request.method != "POST":
        return _page(request)
    reader = reader_of(request)
    try:
        job = send_files(
            request.FILES.getlist("files"),
            area_code=_area(request),
            on=_day(request),
            actor=reader.login,
            at=timezone.now(),
            ring=ring(),
            look=bool(request.POST.get("look")),
        )
    except Refusal as refusal:
        return _page(request, wrong=refusal.message.text(lang_of(request)))
    told = "intake_sent_to_look" if request.POST.get("look") else "intake_sent"
    messages.success(request, say(told, lang_of(request), count=job.total))
    return redirect("intake")


@needs(RIGHT)
@require_safe
def sent_part(request: HttpRequest) -> HttpResponse:
    """What was sent and how far it is, asked for each second while something runs; at the end, the files too."""
    context = sent_shown(reader_of(request), lang_of(request), at=timezone.now())
    if not context["going"]:
        context |= files_shown(reader_of(request), lang_of(request), "")
    return render(request, "web/intake_sent.html", context | {"part": True})


@needs(RIGHT)
@require_safe
def file_page(request: HttpRequest, number: int) -> HttpResponse:
    """One file: its sheets, its rows in doubt, what its columns were taken for."""
    reader, lang = reader_of(request), lang_of(request)
    context = file_shown(number, lang, at=timezone.now())
    if context is None:
        raise Http404
    part = bool(request.htmx)  # type: ignore[attr-defined]
    page = "web/intake_state.html" if part else "web/intake_file.html"
    answer = render(request, page, context | {"may_review": reader.may("people.review")})
    if part and not context["changing"]:
        answer["HX-Refresh"] = "true"  # it is taken back, or in again: the whole page says something else
    return answer


@needs(RIGHT)
@require_http_methods(["GET", "HEAD", "POST"])
def columns_part(request: HttpRequest, number: int) -> HttpResponse:
    """What the columns of a file's sheets were taken for, beside masked values; looking is on record.

    Sent back with something told otherwise, the file is taken back and in again.
    """
    if request.method == "POST":
        return _again(request, number)
    reader = reader_of(request)
    try:
        found = columns_of_file(number, ring())
    except FileNotFoundError:
        return render(request, "web/intake_columns.html", {"gone": True})
    except Refusal as refusal:
        raise Http404 from refusal
    record_read(
        "list_shown", actor=reader.login, area_code=reader.area_code, at=timezone.now(), list="file_columns"
    )
    here = reverse("intake_columns", args=[number])
    context = columns_shown(found, lang_of(request)) | {"action": here, "again": True}
    return render(request, "web/intake_columns.html", context)


@needs(RIGHT)
@require_POST
def mend_page(request: HttpRequest, number: int) -> HttpResponse:
    """The rows to look at as a workbook for their sender; kept nowhere but with whoever takes it away."""
    reader, at = reader_of(request), timezone.now()
    try:
        rows, content = _to_mend(number)
    except Refusal as refusal:
        raise Http404 from refusal
    except FileNotFoundError:
        messages.error(request, say("intake_original_gone", lang_of(request)))
        return redirect("intake_file", number=number)
    details: dict[str, Any] = {"list": "rows_to_mend", "rows": rows, "serial": str(number)}
    record_read("list_exported", actor=reader.login, area_code=reader.area_code, at=at, **details)
    answer = HttpResponse(content, content_type=FORMATS["xlsx"])
    answer["Content-Disposition"] = f'attachment; filename="mend-{number}.xlsx"'
    return answer


@needs(RIGHT)
@require_POST
def undo_page(request: HttpRequest, number: int) -> HttpResponse:
    """Asks for a file to be taken back, once somebody has said that he means it."""
    back = redirect("intake_file", number=number)
    if request.POST.get("sure") != "yes":
        messages.error(request, say("intake_undo_sure", lang_of(request)))
        return back
    reader = reader_of(request)
    return act(
        request,
        back.url,
        "intake_undo_asked",
        lambda: ask_undo(number, actor=reader.login, at=timezone.now()),
    )


def _again(request: HttpRequest, number: int) -> HttpResponse:
    reader, at = reader_of(request), timezone.now()
    back = reverse("intake_file", args=[number])
    said = said_of(request.POST)
    try:
        return act(
            request,
            back,
            "intake_again_asked",
            lambda: ask_again(number, said, actor=reader.login, at=at, ring=ring()),
        )
    except FileNotFoundError:
        messages.error(request, say("intake_original_gone", lang_of(request)))
        return redirect(back)


def _page(request: HttpRequest, wrong: str = "") -> HttpResponse:
    reader, lang = reader_of(request), lang_of(request)
    below = [(one.code, one.short_name) for one in children(reader.area_code) if len(one.code) <= 12]
    context = {
        "areas": [*short_names_of([reader.area_code]).items(), *below],
        "given": request.POST,
        "today": timezone.localdate(),
        "wrong": wrong,
        **sent_shown(reader, lang, at=timezone.now()),
        **files_shown(reader, lang, request.GET.get("before", ""), request.GET.get("since", "")),
    }
    return render(request, "web/intake.html", context, status=422 if wrong else 200)


def _to_mend(number: int) -> tuple[int, bytes]:
    """How many rows, and the workbook; on disk only while it is written."""
    with TemporaryDirectory(dir=home(), prefix="mend-") as folder:
        out = Path(folder) / "mend.xlsx"
        rows = write_rows_to_mend(number, out, ring=ring())
        return rows, out.read_bytes()


def _area(request: HttpRequest) -> str:
    """Whose files they are: the area chosen, which must be the reader's or below it."""
    reader, asked = reader_of(request), request.POST.get("area", "")
    if not asked:
        return reader.area_code
    if not (reader.covers(asked) and find_area(asked)):
        raise Refusal("intake_area_elsewhere")
    return asked


def _day(request: HttpRequest) -> date:
    asked = request.POST.get("on", "")
    try:
        return date.fromisoformat(asked) if asked else timezone.localdate()
    except ValueError as error:
        raise Refusal("audit_day_wrong") from error
