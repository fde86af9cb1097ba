"""Filling a summary grid: communities or grid cells by indicators, indicators by communities, or a list of indicators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from openpyxl.cell import MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from fournets.reporting.forms.cells import put
from fournets.reporting.forms.doubles import Doubt
from fournets.reporting.forms.figures import Figures, figures_for
from fournets.reporting.forms.gridrows import GridRows, areas_by_name
from fournets.reporting.forms.indicators import indicator_of
from fournets.reporting.forms.meaning import FIGURE, Meaning, settled_parts
from fournets.reporting.forms.report import NO_AREA, NOTHING, UNKNOWN, UNSURE, UNTOLD, ColumnReport, Report
from fournets.reporting.forms.selectors import rows_waiting, short_names
from fournets.workbooks.vocabulary import header_key

if TYPE_CHECKING:
    from fournets.reporting.forms.learn import FormSheet

GIVEN = {"sequence", "unit", "remark"}  # columns of a list of indicators that hold no figure
NAMES = {"area", "cell", "sequence"}  # columns of a grid that say what its rows are


def fill_grid(sheet: Worksheet, form: FormSheet, values: dict[str, Any], report: Report) -> None:
    """Counts every figure for every area of the grid; nothing counted is written as zero."""
    names = {code: given for code, given in short_names().items() if _inside(code, values)}
    if any(meaning.field in ("area", "cell") for meaning in form.meanings):
        _fill_by_area(sheet, form, values, report, GridRows(form.meanings, names, values["area"]))
    else:
        _fill_by_indicator(sheet, form, values, report, areas_by_name(names))
    if waiting := rows_waiting(values):
        report.notice("form_rows_waiting", rows=waiting)


def all_areas() -> dict[str, str]:
    """The code of every area of the tree by each of its names."""
    return areas_by_name(short_names())


def with_areas(found: list[Meaning], areas: Mapping[str, str]) -> list[Meaning]:
    """Columns of a grid whose header is an area: there the figures of that area stand."""
    if not any(one.field == "indicator" for one in found):
        return found
    named = [(one, areas.get(header_key(one.head.path[-1]))) for one in found]
    return [replace(one, field=f"area:{code}") if code and one.field is None else one for one, code in named]


def _inside(code: str, values: dict[str, Any]) -> bool:
    return bool(values["low"] <= code < values["high"])


def _fill_by_area(
    sheet: Worksheet, form: FormSheet, values: dict[str, Any], report: Report, rows: GridRows
) -> None:
    asked = {
        str(one.field).removeprefix(FIGURE) for one in form.meanings if str(one.field).startswith(FIGURE)
    }
    figures = figures_for(asked, values)
    rows.write(sheet, form.blank)
    columns = {meaning.head.column: report.column(sheet.title, meaning) for meaning in form.meanings}
    named = list(rows.named(sheet, range(form.blank.first_row, form.blank.last_row + 1)))
    report.rows += len(named)
    for row, code in [*named, *((row, values["area"]) for row in form.blank.totals)]:
        for meaning in form.meanings:
            _fill_figure(
                sheet, (row, meaning.head.column), meaning, code, figures, columns[meaning.head.column]
            )


def _fill_figure(
    sheet: Worksheet,
    place: tuple[int, int],
    meaning: Meaning,
    code: str | None,
    figures: Figures,
    column: ColumnReport,
) -> None:
    cell = sheet.cell(*place)
    if isinstance(cell, MergedCell) or cell.value not in (None, "") or meaning.field in NAMES:
        column.filled += not isinstance(cell, MergedCell)
    elif meaning.field is None:
        column.empty[UNKNOWN] += 1
    elif not str(meaning.field).startswith(FIGURE):
        column.empty[NOTHING] += 1
    elif code is None:
        column.empty[NO_AREA] += 1
    else:
        write_figure(cell, column, figures, str(meaning.field).removeprefix(FIGURE), code)


def write_figure(cell: Any, column: ColumnReport, figures: Figures, figure: str, code: str) -> None:
    """Writes a figure of an area; zero only where the register would know of any, nothing where it may be another."""
    number, why = figures.number(figure, code), _why_empty(figures, figure, code)
    doubt, untold = figures.doubt(figure, code) or Doubt(), figures.people_untold(figure, code)
    if doubt.pairs or doubt.down or untold:
        column.tell_range(cell.coordinate, code, number, doubt, untold, written=not why)
    if why:
        column.empty[why] += 1
    else:
        put(cell, number)
        column.filled += 1


def _why_empty(figures: Figures, figure: str, code: str) -> str:
    """Why a figure is not claimed; empty where it is."""
    if not figures.number(figure, code) and figures.is_unheard_of(figure, code):
        return NOTHING
    if figures.is_untold(figure, code):
        return UNTOLD
    return UNSURE if figures.is_unsure(figure, code) else ""


def _fill_by_indicator(
    sheet: Worksheet, form: FormSheet, values: dict[str, Any], report: Report, areas: dict[str, str]
) -> None:
    blank, here = form.blank, values["low"]
    labels = next(
        (one.head.column for one in form.meanings if one.field == "indicator"), form.meanings[0].head.column
    )
    rows = {
        row: str(sheet.cell(row, labels).value or "") for row in range(blank.first_row, blank.last_row + 1)
    }
    asked = [(text, indicator_of(text)) for text in rows.values() if text]
    title = f"{blank.title} {blank.sheet}"
    wanted = dict(zip((row for row, text in rows.items() if text), settled_parts(asked, title), strict=True))
    figures = figures_for({figure for figure in wanted.values() if figure}, values)
    for meaning in form.meanings:
        column = report.column(sheet.title, meaning)
        if meaning.head.column == labels:
            continue
        code = here if meaning.field == "value" else areas.get(header_key(meaning.head.path[-1]))
        for row, figure in wanted.items():
            cell = sheet.cell(row, meaning.head.column)
            if isinstance(cell, MergedCell) or cell.value not in (None, ""):
                column.filled += not isinstance(cell, MergedCell) and meaning.field not in GIVEN
            elif figure is None or meaning.field is None:
                column.empty[UNKNOWN] += 1
            elif code is None:
                column.empty[NOTHING if meaning.field in GIVEN else NO_AREA] += 1
            else:
                write_figure(cell, column, figures, figure, code)
    report.rows += len(wanted)
