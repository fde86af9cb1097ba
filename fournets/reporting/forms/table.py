"""Filling the rows of a table: one row per person, household or enterprise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from openpyxl.cell import MergedCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from fournets.reporting.forms.blank import WIDEST, Blank
from fournets.reporting.forms.cells import put
from fournets.reporting.forms.fresh import FreshRows, fresh_rows
from fournets.reporting.forms.meaning import Meaning
from fournets.reporting.forms.report import NOT_A_CHOICE, NOTHING, UNKNOWN, ColumnReport, Report
from fournets.reporting.forms.rows import copy_row_style, open_rows
from fournets.reporting.forms.settled import LeftOut
from fournets.reporting.forms.ways import NotAmongChoices, Way, way_of, write

if TYPE_CHECKING:
    from fournets.reporting.forms.learn import FormSheet

AS_TEXT = {"id_number", "uscc", "phone"}
REPEATED = {"sex", "yes_no", "region", "date", "datetime", "number", "temperature"}
Row = dict[str, Any]


class Rows(Protocol):
    """Rows read once, in order, their number known before."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Row]: ...


@dataclass(slots=True, eq=False)
class Pen:
    """Writes one column: what it means, how the form wants it, and what became of its cells."""

    meaning: Meaning
    way: Way
    report: ColumnReport
    written: dict[Any, Any] = field(
        default_factory=dict
    )  # of columns in which few values come again and again

    @property
    def column(self) -> int:
        return self.meaning.head.column

    @property
    def as_text(self) -> bool:
        return self.meaning.type in AS_TEXT

    def write(self, value: Any) -> Any:
        """The value as this form writes it, counted; None where the cell stays empty, with the reason counted."""
        if self.meaning.field is None:
            self.report.empty[UNKNOWN] += 1
        elif value is None:
            self.report.empty[NOTHING] += 1
        elif isinstance(value, LeftOut):
            self.report.empty[value.reason] += 1
        elif (text := self._as_written(value)) is NOT_A_CHOICE:
            self.report.empty[NOT_A_CHOICE] += 1
        else:
            self.report.filled += 1
            return text
        return None

    def _as_written(self, value: Any) -> Any:
        if self.meaning.type not in REPEATED:
            return self._try(value)
        if value not in self.written:
            self.written[value] = self._try(value)
        return self.written[value]

    def _try(self, value: Any) -> Any:
        try:
            return write(value, self.meaning, self.way)
        except NotAmongChoices:
            return NOT_A_CHOICE


Values = Iterable[tuple[Pen, Any]]


def fill_table(sheet: Worksheet, form: FormSheet, rows: Rows, report: Report) -> FreshRows:
    """Writes ``rows`` into the table, opening as many rows as it takes; below it everything moves down whole.

    The rows there was no room for are in what comes back: `insert_fresh` puts them into the saved file.
    """
    blank = form.blank
    pens = [Pen(one, way_of(sheet, blank, one), report.column(sheet.title, one)) for one in form.meanings]
    if blank.filled_rows:
        report.notice("form_rows_kept", sheet=sheet.title, rows=blank.filled_rows)
    _clear_examples(sheet, form)
    own_rows = blank.last_row + 1
    pattern = open_room(sheet, blank, len(rows))
    width = min(max(sheet.max_column, 1), WIDEST)
    _restyle_examples(sheet, blank, pattern, width)
    fresh = fresh_rows(sheet, pattern, range(1, width + 1), {pen.column for pen in pens if pen.as_text})
    homes = Homes(form.per_household, fresh.merged)
    for place, row in enumerate(rows, blank.first_row):
        covered = homes.enter(place, row)
        values = [_value_of(pen, row, place - blank.first_row + 1) for pen in pens]
        if place < own_rows:
            _fill_cells(sheet, place, zip(pens, values, strict=True), covered)
        else:
            fresh.add(place, _written(fresh, zip(pens, values, strict=True), covered))
    homes.leave(blank.first_row + len(rows))
    fresh.close()
    fresh.announce()
    report.rows += len(rows)
    return fresh


def _value_of(pen: Pen, row: Row, number: int) -> Any:
    return number if pen.meaning.field == "sequence" else row.get(pen.meaning.key or "")


def _fill_cells(sheet: Worksheet, place: int, values: Values, covered: set[int]) -> None:
    """Fills a row the blank has itself."""
    for pen, value in values:
        cell = sheet.cell(place, pen.column)
        if isinstance(cell, MergedCell):
            continue
        if cell.data_type == "f":
            pen.report.filled += 1
        elif (text := pen.write(value)) is not None and pen.column not in covered:
            put(cell, text, as_text=pen.as_text)


def _written(fresh: FreshRows, values: Values, covered: set[int]) -> dict[int, Any]:
    """What stands in each column of a new row."""
    found: dict[int, Any] = {}
    for pen, value in values:
        model = fresh.models[pen.column - 1]
        if model.formula:
            pen.report.filled += 1
        elif not model.covered and (text := pen.write(value)) is not None and pen.column not in covered:
            found[pen.column] = text
    return found


@dataclass(slots=True)
class Homes:
    """Merges the columns of the household over its rows, as the blank's own example shows."""

    columns: list[int]
    merged: list[str]
    home: Any = None
    start: int = 0

    def enter(self, place: int, row: Row) -> set[int]:
        """The columns that stay empty in this row, because the first row of its household says them."""
        home = row.get("household")
        if home is not None and home == self.home:
            return set(self.columns)
        self.leave(place)
        self.home, self.start = home, place
        return set()

    def leave(self, place: int) -> None:
        """Merges the cells of the household that ends before ``place``."""
        if self.home is not None and place - self.start > 1:
            letters = map(get_column_letter, self.columns)
            self.merged += [f"{letter}{self.start}:{letter}{place - 1}" for letter in letters]


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


def _restyle_examples(sheet: Worksheet, blank: Blank, pattern: int, width: int) -> None:
    """Gives the rows of the examples the look of the others: an example is often red or slanting."""
    for row in blank.examples:
        if row >= blank.first_row and pattern not in blank.examples:
            for column in range(1, width + 1):
                cell = sheet.cell(row, column)
                if not isinstance(cell, MergedCell):
                    cell._style = copy(sheet.cell(pattern, column)._style)


def make_room(sheet: Worksheet, blank: Blank, wanted: int) -> None:
    """Opens rows until the table holds so many, in the look of its first row."""
    first = blank.last_row + 1
    pattern = open_room(sheet, blank, wanted)
    width = min(max(sheet.max_column, 1), WIDEST)
    copy_row_style(sheet, pattern, range(first, blank.last_row + 1), range(1, width + 1))


def open_room(sheet: Worksheet, blank: Blank, wanted: int) -> int:
    """Opens empty rows until the table holds so many; gives the row whose look they are to have."""
    room = blank.last_row - blank.first_row + 1
    rows = range(blank.first_row, blank.last_row + 1)
    pattern = next((row for row in rows if row not in blank.examples), blank.first_row)
    pattern -= room == 0
    if wanted > room:
        open_rows(sheet, blank.first_row, blank.last_row, wanted - room)
        blank.totals = [row + wanted - room if row > blank.last_row else row for row in blank.totals]
        blank.last_row = blank.first_row + wanted - 1
    return pattern
