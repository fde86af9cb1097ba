"""Opening rows in a sheet the way a person at the screen would: what stands below moves down whole.

openpyxl's own ``insert_rows`` moves cells and nothing else; merged ranges, formulas, validation, conditional
formats, print areas, row heights, tables and pictures would stay behind. Here they all go along, and a range that
ends at the last row of the table grows over the new rows, so that a total still counts everything.
"""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass
from typing import Any

from openpyxl.cell import Cell, MergedCell
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formula import Tokenizer
from openpyxl.formula.translate import Translator
from openpyxl.worksheet.cell_range import CellRange, MultiCellRange
from openpyxl.worksheet.dimensions import RowDimension
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.merge import MergedCellRange
from openpyxl.worksheet.worksheet import Worksheet

REFERENCE = re.compile(r"^(\$?[A-Z]{1,3}\$?)(\d+)$")
WHOLE_ROWS = re.compile(r"^(\$?)(\d+)$")


@dataclass(frozen=True, slots=True)
class Opening:
    """``count`` new rows below row ``last``, the last row of a table that begins at ``first``."""

    sheet: str
    first: int
    last: int
    count: int

    def row(self, row: int) -> int:
        """Where a row stands afterwards."""
        return row + self.count if row > self.last else row

    def span(self, low: int, high: int) -> tuple[int, int]:
        """Where a range of rows stands afterwards; one that ends with the table grows with it."""
        if high == self.last and low >= self.first and low <= high:
            return low, high + self.count
        return self.row(low), self.row(high)

    def spanning(self, low: int, high: int) -> tuple[int, int]:
        """As `span`, for what lies over a table from above it, such as a print area or a validation."""
        return self.row(low), high + self.count if high >= self.last else high


def open_rows(sheet: Worksheet, first: int, last: int, count: int) -> None:
    """Opens ``count`` rows below row ``last`` of the table that begins at row ``first``; the new rows are empty."""
    if count <= 0:
        return
    opening = Opening(sheet.title, first, last, count)
    _move_cells(sheet, opening)
    _move_merged(sheet, opening)
    _move_row_settings(sheet, opening)
    _move_formulas(sheet, opening)
    _move_validations(sheet, opening)
    _move_conditional_formats(sheet, opening)
    _move_print_settings(sheet, opening)
    _move_names(sheet, opening)
    _move_objects(sheet, opening)


def copy_row_style(sheet: Worksheet, pattern: int, rows: range, columns: range) -> None:
    """Gives ``rows`` the look, height, merged cells across and formulas of the row ``pattern``."""
    height = sheet.row_dimensions[pattern].height
    across = [span for span in sheet.merged_cells.ranges if span.min_row == span.max_row == pattern]
    cells = [(column, sheet.cell(pattern, column)) for column in columns]
    for row in rows:
        if height:
            sheet.row_dimensions[row].height = height
        for column, model in cells:
            cell = sheet.cell(row, column)
            if isinstance(cell, MergedCell):
                continue
            cell._style = copy(model._style)
            if isinstance(model, Cell) and model.data_type == "f" and isinstance(model.value, str):
                cell.value = Translator(model.value, model.coordinate).translate_formula(cell.coordinate)
        for span in across:
            sheet.merge_cells(None, row, span.min_col, row, span.max_col)


def _move_cells(sheet: Worksheet, opening: Opening) -> None:
    below = sorted((place for place in sheet._cells if place[0] > opening.last), reverse=True)
    for row, column in below:
        cell = sheet._cells.pop((row, column))
        cell.row = opening.row(row)
        sheet._cells[cell.row, column] = cell
        if getattr(cell, "hyperlink", None):
            cell.hyperlink.ref = cell.coordinate


def _move_merged(sheet: Worksheet, opening: Opening) -> None:
    for span in sheet.merged_cells.ranges:
        if isinstance(span, MergedCellRange | CellRange):
            span.min_row, span.max_row = opening.row(span.min_row), opening.row(span.max_row)


def _move_row_settings(sheet: Worksheet, opening: Opening) -> None:
    old = {row: sheet.row_dimensions[row] for row in list(sheet.row_dimensions) if row > opening.last}
    for row in old:
        del sheet.row_dimensions[row]
    for row, dimension in old.items():
        moved: RowDimension = copy(dimension)
        moved.index = opening.row(row)
        sheet.row_dimensions[moved.index] = moved
    for page_break in sheet.row_breaks.brk:
        page_break.id = opening.row(page_break.id)


def _move_formulas(sheet: Worksheet, opening: Opening) -> None:
    for page in sheet.parent.worksheets:
        for cell in page._cells.values():
            value = getattr(cell, "value", None)
            if isinstance(value, ArrayFormula):
                value.text = moved_formula(value.text, page.title, opening)
                if page is sheet:
                    value.ref = _moved_range(value.ref, opening)
            elif isinstance(value, str) and cell.data_type == "f":
                cell.value = moved_formula(value, page.title, opening)


def moved_formula(formula: str, on_sheet: str, opening: Opening) -> str:
    """``formula``, standing on the sheet ``on_sheet``, as it reads once the rows are open."""
    tokens = Tokenizer(formula)
    for token in tokens.items:
        if token.type == "OPERAND" and token.subtype == "RANGE":
            token.value = _moved_reference(token.value, on_sheet, opening)
    return str(tokens.render())


def _moved_reference(reference: str, on_sheet: str, opening: Opening) -> str:
    page, mark, cells = reference.rpartition("!")
    named = page.strip("'").replace("''", "'") if mark else on_sheet
    return reference if named != opening.sheet else page + mark + _moved_range(cells, opening)


def _moved_range(cells: str, opening: Opening, *, covering: bool = False) -> str:
    """A cell, range of cells or of rows after the move; anything else, such as a name, as it is."""
    ends = [REFERENCE.match(end) or WHOLE_ROWS.match(end) for end in cells.split(":")]
    if not all(ends) or len(ends) > 2:
        return cells
    heads = [end[1] for end in ends if end]
    rows = [int(end[2]) for end in ends if end]
    if len(rows) == 1:
        return f"{heads[0]}{opening.row(rows[0])}" if heads[0].strip("$") else cells
    low, high = (opening.spanning if covering else opening.span)(rows[0], rows[1])
    return f"{heads[0]}{low}:{heads[1]}{high}"


def _moved_ranges(ranges: Any, opening: Opening) -> MultiCellRange:
    """Ranges of a validation or a format: those that reach the last row of the table grow with it."""
    moved = []
    for span in ranges:
        low, high = span.min_row, span.max_row
        inside = low <= opening.last <= high
        low, high = opening.row(low), high + opening.count if inside else opening.row(high)
        moved.append(CellRange(None, span.min_col, low, span.max_col, high))
    return MultiCellRange(moved)


def _move_validations(sheet: Worksheet, opening: Opening) -> None:
    for page in sheet.parent.worksheets:
        for rule in page.data_validations.dataValidation:
            if page is sheet:
                rule.sqref = _moved_ranges(rule.sqref.ranges, opening)
            rule.formula1 = _moved_condition(rule.formula1, page.title, opening)
            rule.formula2 = _moved_condition(rule.formula2, page.title, opening)


def _moved_condition(condition: Any, on_sheet: str, opening: Opening) -> Any:
    if not isinstance(condition, str) or condition.startswith('"'):
        return condition
    return moved_formula("=" + condition.removeprefix("="), on_sheet, opening).removeprefix("=")


def _move_conditional_formats(sheet: Worksheet, opening: Opening) -> None:
    moved = ConditionalFormattingList()
    for formatting in sheet.conditional_formatting:
        ranges = str(_moved_ranges(formatting.sqref.ranges, opening))
        for rule in formatting.rules:
            rule.formula = [_moved_condition(text, sheet.title, opening) for text in rule.formula]
            moved.add(ranges, rule)
    sheet.conditional_formatting = moved


def _move_print_settings(sheet: Worksheet, opening: Opening) -> None:
    if sheet.print_area:
        areas = [area.rpartition("!")[2] for area in str(sheet.print_area).split(",")]
        sheet.print_area = ",".join(
            _moved_range(area, opening, covering=True).replace("$", "") for area in areas
        )
    if sheet.auto_filter.ref:
        sheet.auto_filter.ref = _moved_range(sheet.auto_filter.ref, opening, covering=True)
    for table in sheet.tables.values():
        table.ref = _moved_range(table.ref, opening, covering=True)
        if table.autoFilter is not None:
            table.autoFilter.ref = _moved_range(table.autoFilter.ref, opening, covering=True)


def _move_names(sheet: Worksheet, opening: Opening) -> None:
    scopes = [("", sheet.parent.defined_names)]
    scopes += [(page.title, page.defined_names) for page in sheet.parent.worksheets]
    for on_sheet, names in scopes:
        for name in names.values():
            if name.attr_text and not name.attr_text.startswith("#"):
                name.attr_text = _moved_condition(name.attr_text, on_sheet, opening)


def _move_objects(sheet: Worksheet, opening: Opening) -> None:
    for item in [*sheet._images, *sheet._charts]:
        for corner in ("_from", "to"):
            place = getattr(item.anchor, corner, None)
            if place is not None and place.row + 1 > opening.last:
                place.row = opening.row(place.row + 1) - 1
