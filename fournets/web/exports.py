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
from fournets.language import Refusal, say
from fournets.organization.saved_views import views_of
from fournets.organization.selection import selected
from fournets.places.selectors import area_labels
from fournets.reporting.exports.lines import choices, lines, narrow_words
from fournets.reporting.exports.make import make
from fournets.reporting.exports.narrow import Narrow
from fournets.reporting.exports.request import APPROVE, MAKE, UNMASK, Wish, approve, ask, refuse
from fournets.reporting.exports.selectors import decided_exports, exports_to_decide, own_exports
from fournets.reporting.exports.settings import limits, ticked
from fournets.reporting.exports.sheet import FORMATS
from fournets.web.access import lang_of, needs, reader_of
from fournets.web.people_list import PEOPLE, wish_of

FROM = (
    "people",
    "selected",
)  # a list is asked for from the filters of the list of people, or from who is selected there
# the fields that say what a column of the list of people does, where the names differ
FIELDS: dict[str, tuple[str, ...]] = {
    "sex_age": ("sex", "age"),
    "area": ("community", "cell_name"),
    "state": (),
    "seen_on": (),
}
DECISIONS = {"approve": (approve, "export_told_approved"), "refuse": (refuse, "export_told_refused")}


@needs(MAKE)
@require_http_methods(["GET", "HEAD", "POST"])
def exports_page(request: HttpRequest) -> HttpResponse:
    """What a reader asked for and what became of it, and the form to ask with."""
    if request.method != "POST":
        return _exports(request, {**request.GET.dict(), "columns": _ticked(request)})
    given = {**request.POST.dict(), "columns": set(request.POST.getlist("columns"))}
    try:
        export = ask(_wish(request), reader=reader_of(request), at=timezone.now())
    except Refusal as refusal:
        return _exports(request, given, wrong=refusal.message.text(lang_of(request)))
    messages.success(request, say(f"export_told_{export.state}", lang_of(request), serial=export.serial))
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
            lang=lang_of(request),
        )
    except Refusal as refusal:
        messages.error(request, refusal.message.text(lang_of(request)))
        return redirect("exports")
    answer = HttpResponse(made.content, content_type=FORMATS[made.kind])
    answer["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return answer


@needs(APPROVE)
@require_safe
def approvals_page(request: HttpRequest) -> HttpResponse:
    """What waits for a second person in the reader's area, and what he decided before."""
    reader, lang = reader_of(request), lang_of(request)
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
        messages.error(request, refusal.message.text(lang_of(request)))
    else:
        messages.success(request, say(told, lang_of(request), serial=serial))
    return redirect("export_approvals")


def _exports(request: HttpRequest, given: dict[str, Any], wrong: str = "") -> HttpResponse:
    reader, lang, now = reader_of(request), lang_of(request), timezone.now()
    offered, area = choices(reader, lang, at=now), given.get("area", "")
    if area not in dict(offered.areas) and reader.covers(area):
        offered.areas.extend(area_labels([area]).items())
    source = given.get("from", "") if given.get("from") in FROM else ""
    narrow = _narrow(request) if source else Narrow()
    context = {
        "source": source,
        "narrowed": narrow_words(narrow, reader.area_code, lang, on=timezone.localdate()),
        "narrow": narrow,
        "lines": lines(own_exports(reader), lang),
        "choices": offered,
        "limits": limits(),
        "may_unmask": reader.may(UNMASK),
        "formats": FORMATS,
        "given": given,
        "wrong": wrong,
    }
    return render(request, "web/exports.html", context, status=422 if wrong else 200)


def _ticked(request: HttpRequest) -> set[str]:
    """The columns a request begins with: those of the list it comes from, as far as they are handed out."""
    if request.GET.get("from") not in FROM:
        return set(ticked())
    chosen = request.GET.get("columns", "") or views_of(reader_of(request), PEOPLE.name)[1]
    return {field for column in PEOPLE.chosen(chosen) for field in FIELDS.get(column.key, (column.key,))}


def _narrow(request: HttpRequest) -> Narrow:
    """What the list was narrowed to from which this one is asked: its filters, or the people selected in it."""
    reader, typed = reader_of(request), request.POST if request.method == "POST" else request.GET
    if typed.get("from") == "selected":
        return Narrow(chosen=selected(reader, PEOPLE.name))
    wish = wish_of(typed, reader)
    return Narrow(wish.risk_class, wish.seen_since, wish.no_phone, enterprise=wish.enterprise)


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
        narrow=_narrow(request) if word("from") in FROM else Narrow(),
    )
