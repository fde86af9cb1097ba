"""Filling a summary grid: communities by indicators, indicators by communities, or a list of indicators."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from openpyxl.cell import MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from fournets.reporting.forms.cells import put
from fournets.reporting.forms.figures import Figures, figures_for
from fournets.reporting.forms.indicators import indicator_of
from fournets.reporting.forms.meaning import Meaning
from fournets.reporting.forms.report import NO_AREA, NOTHING, UNKNOWN, UNSURE, ColumnReport, Report
from fournets.reporting.forms.selectors import area_names, rows_waiting, short_names
from fournets.reporting.forms.table import make_room
from fournets.workbooks.vocabulary import header_key

if TYPE_CHECKING:
    from fournets.reporting.forms.learn import FormSheet

SUFFIX = re.compile(r"(社区居委会|村委会|居委会|社区居民委员会|村民委员会|社区|村|镇|街道)$")
COMMUNITY = 12
GIVEN = {"sequence", "unit", "remark"}  # columns of a list of indicators that hold no figure


def fill_grid(sheet: Worksheet, form: FormSheet, values: dict[str, Any], report: Report) -> None:
    """Counts every figure for every area of the grid; nothing counted is written as zero."""
    names = short_names()
    areas = {key: code for key, code in areas_by_name(names).items() if _inside(code, values)}
    if any(meaning.field == "area" for meaning in form.meanings):
        _fill_by_area(sheet, form, values, report, areas, names)
    else:
        _fill_by_indicator(sheet, form, values, report, areas)
    if waiting := rows_waiting(values):
        report.notice("form_rows_waiting", rows=waiting)


def areas_by_name(names: Mapping[str, Sequence[str]] | None = None) -> dict[str, str]:
    """The code of every area by each of its names, as headers and rows of grids write them."""
    rows = (short_names() if names is None else names).items()
    return {key: code for code, given in rows for name in given for key in _keys(name)}


def with_areas(found: list[Meaning], areas: Mapping[str, str]) -> list[Meaning]:
    """Columns of a grid whose header is an area: there the figures of that area stand."""
    if not any(one.field == "indicator" for one in found):
        return found
    named = [(one, areas.get(header_key(one.head.path[-1]))) for one in found]
    return [replace(one, field=f"area:{code}") if code and one.field is None else one for one, code in named]


def _inside(code: str, values: dict[str, Any]) -> bool:
    return bool(values["low"] <= code < values["high"])


def _keys(name: str) -> set[str]:
    key = header_key(name)
    return {key, SUFFIX.sub("", key)} - {""}


def _fill_by_area(
    sheet: Worksheet,
    form: FormSheet,
    values: dict[str, Any],
    report: Report,
    areas: dict[str, str],
    names: dict[str, Any],
) -> None:
    column = next(meaning.head.column for meaning in form.meanings if meaning.field == "area")
    asked = {
        str(one.field).removeprefix("figure:")
        for one in form.meanings
        if str(one.field).startswith("figure:")
    }
    figures = figures_for(asked, values)
    _name_rows(sheet, form, column, values, names)
    columns = {meaning.head.column: report.column(sheet.title, meaning) for meaning in form.meanings}
    blank = form.blank
    here = values["area"] if "area" in values else values["low"]
    for row in [*range(blank.first_row, blank.last_row + 1), *blank.totals]:
        name = str(sheet.cell(row, column).value or "")
        code = (
            here
            if row in blank.totals
            else areas.get(header_key(name)) or areas.get(SUFFIX.sub("", header_key(name)))
        )
        if not name and row not in blank.totals:
            continue
        report.rows += row not in blank.totals
        for meaning in form.meanings:
            _fill_figure(
                sheet, (row, meaning.head.column), meaning, code, figures, columns[meaning.head.column]
            )


def _name_rows(
    sheet: Worksheet, form: FormSheet, column: int, values: dict[str, Any], names: dict[str, Any]
) -> None:
    """Writes the communities where the grid leaves their names to us."""
    blank = form.blank
    if any(sheet.cell(row, column).value for row in range(blank.first_row, blank.last_row + 1)):
        return
    codes = sorted(code for code in names if len(code) == COMMUNITY and _inside(code, values))
    make_room(sheet, blank, len(codes))
    written = area_names()
    numbered = next((one.head.column for one in form.meanings if one.field == "sequence"), None)
    for number, code in enumerate(codes):
        put(sheet.cell(blank.first_row + number, column), written[code])
        if numbered:
            put(sheet.cell(blank.first_row + number, numbered), number + 1)


def _fill_figure(
    sheet: Worksheet,
    place: tuple[int, int],
    meaning: Meaning,
    code: str | None,
    figures: Figures,
    column: ColumnReport,
) -> None:
    cell = sheet.cell(*place)
    if isinstance(cell, MergedCell) or cell.value not in (None, "") or meaning.field in ("area", "sequence"):
        column.filled += not isinstance(cell, MergedCell)
    elif meaning.field is None:
        column.empty[UNKNOWN] += 1
    elif not str(meaning.field).startswith("figure:"):
        column.empty[NOTHING] += 1
    elif code is None:
        column.empty[NO_AREA] += 1
    else:
        write_figure(cell, column, figures, str(meaning.field).removeprefix("figure:"), code)


def write_figure(cell: Any, column: ColumnReport, figures: Figures, figure: str, code: str) -> None:
    """Writes a figure of an area; zero only where the register would know of any, nothing where it may be another."""
    number, unsure = figures.number(figure, code), figures.is_unsure(figure, code)
    if doubt := figures.doubt(figure, code):
        column.tell_range(cell.coordinate, code, number, doubt, written=not unsure)
    if number == 0 and figures.is_unheard_of(figure, code):
        column.empty[NOTHING] += 1
    elif unsure:
        column.empty[UNSURE] += 1
    else:
        put(cell, number)
        column.filled += 1


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
    wanted = {row: indicator_of(text) for row, text in rows.items() if text}
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
