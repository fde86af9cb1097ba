"""Lists of people: asked for, made and taken away by those who may; decided on by somebody else."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fournets.crypto import load_ring
from fournets.home import home
from fournets.language import Lang, Refusal, say
from fournets.reporting.exports.lines import choices, lines
from fournets.reporting.exports.make import make
from fournets.reporting.exports.request import APPROVE, MAKE, UNMASK, Wish, approve, ask, refuse
from fournets.reporting.exports.selectors import decided_exports, exports_to_decide, own_exports
from fournets.reporting.exports.settings import limits, ticked
from fournets.reporting.exports.sheet import FORMATS
from fournets.web.access import needs, reader_of

DECISIONS = {"approve": (approve, "export_told_approved"), "refuse": (refuse, "export_told_refused")}


@needs(MAKE)
@require_http_methods(["GET", "HEAD", "POST"])
def exports_page(request: HttpRequest) -> HttpResponse:
    """What a reader asked for and what became of it, and the form to ask with."""
    if request.method != "POST":
        return _exports(request, {"columns": ticked(), "area": request.GET.get("area", "")})
    given = {**request.POST.dict(), "columns": set(request.POST.getlist("columns"))}
    try:
        export = ask(_wish(request), reader=reader_of(request), at=timezone.now())
    except Refusal as refusal:
        return _exports(request, given, wrong=refusal.message.text(_lang(request)))
    messages.success(request, say(f"export_told_{export.state}", _lang(request), serial=export.serial))
    return redirect("exports")


@needs(MAKE)
@require_POST
def make_page(request: HttpRequest, serial: str) -> HttpResponse:
    """The file of a list that may be made; made once, and kept nowhere but with whoever takes it away."""
    try:
        made = make(
            serial,
            request.POST.get("kind", ""),
            reader=reader_of(request),
            ring=load_ring(home() / "keys.toml"),
            at=timezone.now(),
            lang=_lang(request),
        )
    except Refusal as refusal:
        messages.error(request, refusal.message.text(_lang(request)))
        return redirect("exports")
    answer = HttpResponse(made.content, content_type=FORMATS[made.kind])
    answer["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return answer


@needs(APPROVE)
@require_safe
def approvals_page(request: HttpRequest) -> HttpResponse:
    """What waits for a second person in the reader's area, and what he decided before."""
    reader, lang = reader_of(request), _lang(request)
    context = {
        "waiting": lines(exports_to_decide(reader), lang),
        "decided": lines(decided_exports(reader), lang),
    }
    return render(request, "web/export_approvals.html", context)


@needs(APPROVE)
@require_POST
def decide_page(request: HttpRequest, serial: str) -> HttpResponse:
    """Approves or refuses a list somebody else asked for."""
    act, told = DECISIONS.get(request.POST.get("decision", ""), DECISIONS["refuse"])
    try:
        act(serial, request.POST.get("word", ""), reader=reader_of(request), at=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message.text(_lang(request)))
    else:
        messages.success(request, say(told, _lang(request), serial=serial))
    return redirect("export_approvals")


def _exports(request: HttpRequest, given: dict[str, Any], wrong: str = "") -> HttpResponse:
    reader, lang = reader_of(request), _lang(request)
    context = {
        "lines": lines(own_exports(reader), lang),
        "choices": choices(reader, lang, at=timezone.now()),
        "limits": limits(),
        "may_unmask": reader.may(UNMASK),
        "formats": FORMATS,
        "given": given,
        "wrong": wrong,
    }
    return render(request, "web/exports.html", context, status=422 if wrong else 200)


def _wish(request: HttpRequest) -> Wish:
    word = request.POST.get
    return Wish(
        area=word("area", ""),
        columns=request.POST.getlist("columns"),
        recipient=word("recipient", ""),
        purpose=word("purpose", ""),
        on=timezone.localdate(),
        who=word("who", "resident"),
        unmasked=word("unmasked") == "yes",
    )


def _lang(request: HttpRequest) -> Lang:
    lang: Lang = request.lang  # type: ignore[attr-defined]
    return lang
