"""Two fillings of a form beside each other: which rows came, went and changed, and how the blank differs from its last version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from fournets.audit.services import record_read
from fournets.language import Refusal
from fournets.places.selectors import short_names_of
from fournets.reporting.forms.compare import PAGE, Compared, comparable, compare_filled, day_before
from fournets.reporting.forms.differences import CAME, CHANGED, GONE, KINDS
from fournets.reporting.forms.kept import FILL
from fournets.reporting.forms.pages import FilledLine, form_line, history_of
from fournets.web.access import lang_of, needs, reader_of
from fournets.web.acts import ring

TONES = {CHANGED: "todo", CAME: "good", GONE: "late"}


@dataclass(frozen=True, slots=True)
class Pair:
    """Which two fillings are compared, the older first; none where the form was not filled twice."""

    before: FilledLine | None = None
    after: FilledLine | None = None
    choices: list[FilledLine] = field(default_factory=list)


@needs(FILL)
@require_safe
def compare_page(request: HttpRequest, number: int) -> HttpResponse:
    """What differs between two fillings, masked as their previews are, a page at a time; looked at on record."""
    reader, lang = reader_of(request), lang_of(request)
    only = word if (word := request.GET.get("only", "")) in KINDS else ""
    try:
        form, pair = form_line(number), _pair(history_of(number), request.GET.getlist("of"))
    except Refusal as refusal:
        raise Http404 from refusal
    page = _page(request.GET.get("page", "1"))
    context: dict[str, Any] = {"form": form, "pair": pair, "only": only, "page": page, "limit": PAGE}
    names = short_names_of({one.area_code for one in pair.choices})
    context["choices"] = [(one, names.get(one.area_code, one.area_code)) for one in pair.choices]
    if pair.before and pair.after:
        try:
            found = compare_filled(
                pair.before.number, pair.after.number, form=number, ring=ring(), only=only, first=(page - 1) * PAGE
            )  # fmt: skip
        except Refusal as refusal:
            context["wrong"] = refusal.message.text(lang)
        else:
            context |= _shown(found, pair, only, page)
            at = timezone.now()
            record_read(
                "list_shown", actor=reader.login, area_code=pair.after.area_code, at=at, list="compared_forms", shown=len(found.rows)
            )  # fmt: skip
    return render(request, "web/forms_compare.html", context)


def _pair(history: Sequence[FilledLine], asked: Sequence[str]) -> Pair:
    """The two that are asked for; of one, the day before it; of none, the newest that has one. ``Http404`` for others."""
    choices = [one for one in history if comparable(one)]
    by_number = {str(one.number): one for one in choices}
    if any(one not in by_number for one in asked):
        raise Http404
    wanted = sorted((by_number[one] for one in set(asked)), key=lambda one: (one.on, one.number))
    if len(wanted) > 1:
        return Pair(wanted[0], wanted[-1], choices)
    for one in wanted or choices:
        if before := day_before(one, choices):
            return Pair(before, one, choices)
    return Pair(None, wanted[0] if wanted else None, choices)


def _shown(found: Compared, pair: Pair, only: str, page: int) -> dict[str, Any]:
    assert pair.before and pair.after  # noqa: S101 there are two, or nothing was compared
    kinds = [(kind, TONES[kind], found.counts[kind], _address(pair, kind)) for kind in KINDS]
    more = found.of > page * PAGE
    return {
        "found": found,
        "rows": [(row, TONES[row.kind]) for row in found.rows],
        "kinds": kinds,
        "every": _address(pair, ""),
        "total": found.counts.total(),
        "next": _address(pair, only, page + 1) if more else "",
        "previous": _address(pair, only, page - 1) if page > 1 else "",
        "first": (page - 1) * PAGE + 1,
        "last": (page - 1) * PAGE + len(found.rows),
        "several": len(found.sheets) > 1,
        "other_area": pair.before.area_code != pair.after.area_code or pair.before.who != pair.after.who,
    }


def _address(pair: Pair, only: str, page: int = 1) -> str:
    typed = QueryDict(mutable=True)
    typed.setlist("of", [str(one.number) for one in (pair.before, pair.after) if one])
    for word, said in (("only", only), ("page", str(page) if page > 1 else "")):
        if said:
            typed[word] = said
    return f"?{typed.urlencode()}"


def _page(text: str) -> int:
    if not (text.isdecimal() and len(text) < 6 and int(text)):
        raise Http404
    return int(text)
