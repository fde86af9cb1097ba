"""What is not covered in an area, as a list: what it is, where, since when, and whose."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from fournets.language import Lang, say
from fournets.places.rules.codes import WIDTHS
from fournets.places.selectors import area_labels, find_area
from fournets.screening.selectors.missing import Missing, first_missing
from fournets.web.access import lang_of, needs, reader_of
from fournets.web.errors import trouble
from fournets.web.lists import Cell, Column, Line, Listing, shown

MOST = 500  # lines the page shows
MISSING = Listing(
    name="missing",
    route="missing",
    columns=(
        Column("what", "missing_what", kept=True),
        Column("state", "page_state"),
        Column("where", "missing_where"),
        Column("since", "missing_since"),
        Column("by", "missing_by"),
    ),
    usual=("state", "where", "since", "by"),
    filters=("area",),
)


@needs("coverage.see")
@require_safe
def missing_page(request: HttpRequest) -> HttpResponse:
    """``?area=CODE`` of a community or a cell: everything in it that is not covered, and who is responsible."""
    reader, now = reader_of(request), timezone.localtime()
    code = request.GET.get("area") or reader.area_code
    found = find_area(code) if code.isdigit() and reader.covers(code) else None
    if found is None or len(code) < WIDTHS.community:
        return trouble(request, "page_area_unknown", 404, area=code[:30])
    first, count = first_missing(code, on=now.date(), most=MOST)
    labels = area_labels({one.area_code for one in first})
    lines = [Line("", "", _cells(one, labels[one.area_code], lang_of(request))) for one in first]
    state = shown(request, MISSING, lines, chips=(), at=now)
    return render(request, "web/missing.html", {**state, "area": found, "count": count, "most": MOST})


def _cells(one: Missing, where: str, lang: Lang) -> dict[str, Cell]:
    what, late = say(f"missing_kind_{one.kind}", lang), one.state in ("refused", "unreached")
    return {
        "what": Cell(f"{what} × {one.count:,}" if one.count > 1 else what),
        "state": Cell(say(f"missing_state_{one.state}", lang), "late" if late else "todo"),
        "where": Cell(f"{where} {one.name}".strip()),
        "since": Cell(f"{one.since:%Y-%m-%d}" if one.since else ""),
        "by": Cell(one.responsible) if one.responsible else Cell(say("tasks_nobody", lang), "danger"),
    }
