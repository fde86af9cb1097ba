"""Filling the rows of a table: one row per person, household or enterprise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from openpyxl.cell import MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from fournets.reporting.forms.blank import Blank
from fournets.reporting.forms.cells import put
from fournets.reporting.forms.learn import FormSheet
from fournets.reporting.forms.meaning import Meaning
from fournets.reporting.forms.report import NOT_A_CHOICE, NOTHING, UNKNOWN, ColumnReport, Report
from fournets.reporting.forms.rows import copy_row_style, open_rows
from fournets.reporting.forms.ways import NotAmongChoices, Way, way_of, write

AS_TEXT = {"id_number", "uscc", "phone"}
Row = dict[str, Any]


def fill_table(sheet: Worksheet, form: FormSheet, rows: Sequence[Row], report: Report) -> None:
    """Writes ``rows`` into the table, opening as many rows as it takes; below it everything moves down whole."""
    blank = form.blank
    ways = {meaning.head.column: way_of(sheet, blank, meaning) for meaning in form.meanings}
    columns = {meaning.head.column: report.column(sheet.title, meaning) for meaning in form.meanings}
    if blank.filled_rows:
        report.notice("form_rows_kept", sheet=sheet.title, rows=blank.filled_rows)
    _clear_examples(sheet, form)
    make_room(sheet, blank, len(rows))
    for number, row in enumerate(rows):
        for meaning in form.meanings:
            place = (blank.first_row + number, meaning.head.column)
            value = number + 1 if meaning.field == "sequence" else row.get(meaning.field or "")
            _fill_cell(sheet, place, value, meaning, ways[place[1]], columns[place[1]])
    if form.per_household:
        _merge_households(sheet, form, rows)
    report.rows += len(rows)


def _fill_cell(
    sheet: Worksheet, place: tuple[int, int], value: Any, meaning: Meaning, way: Way, column: ColumnReport
) -> None:
    cell = sheet.cell(*place)
    if isinstance(cell, MergedCell):
        return
    if cell.data_type == "f":
        column.filled += 1
    elif meaning.field is None:
        column.empty[UNKNOWN] += 1
    elif value is None:
        column.empty[NOTHING] += 1
    else:
        try:
            put(cell, write(value, meaning, way), as_text=meaning.type in AS_TEXT)
            column.filled += 1
        except NotAmongChoices:
            column.empty[NOT_A_CHOICE] += 1


def _clear_examples(sheet: Worksheet, form: FormSheet) -> None:
    """Empties example rows and takes apart the merged cells over several rows to fill."""
    blank = form.blank
    for span in list(sheet.merged_cells.ranges):
        if blank.first_row <= span.min_row < span.max_row <= blank.last_row:
            sheet.unmerge_cells(str(span))
    for row in blank.examples:
        if not blank.first_row <= row <= blank.last_row:
            continue
        for meaning in form.meanings:
            cell = sheet.cell(row, meaning.head.column)
            if not isinstance(cell, MergedCell) and cell.data_type != "f":
                cell.value = None


def make_room(sheet: Worksheet, blank: Blank, wanted: int) -> None:
    """Opens rows until the table holds so many, in the look of its first row."""
    room = blank.last_row - blank.first_row + 1
    if wanted <= room:
        return
    open_rows(sheet, blank.first_row, blank.last_row, wanted - room)
    width = max(sheet.max_column, 1)
    fresh = range(blank.last_row + 1, blank.first_row + wanted)
    pattern = blank.first_row + 1 if blank.first_row in blank.examples and room > 1 else blank.first_row
    copy_row_style(sheet, pattern, fresh, range(1, min(width, 256) + 1))
    blank.totals = [row + wanted - room if row > blank.last_row else row for row in blank.totals]
    blank.last_row = blank.first_row + wanted - 1


def _merge_households(sheet: Worksheet, form: FormSheet, rows: Sequence[Row]) -> None:
    """Merges the columns of the household over its rows, as the blank's own example shows."""
    start = 0
    for number in range(1, len(rows) + 1):
        same = number < len(rows) and rows[number].get("household") == rows[start].get("household")
        if same and rows[start].get("household") is not None:
            continue
        if number - start > 1:
            first, last = form.blank.first_row + start, form.blank.first_row + number - 1
            for column in form.per_household:
                sheet.merge_cells(None, first, column, last, column)
        start = number
