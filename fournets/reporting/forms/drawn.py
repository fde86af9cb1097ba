"""A sheet as a page shows it: its real cells, merged ones whole, what identifies people masked. Knows no register.

A drawn sheet is kept sealed as JSON beside the file it was drawn from: a page opens no workbook of a town.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from io import BytesIO
from typing import Any, NamedTuple

from openpyxl.utils import get_column_letter
from python_calamine import CalamineSheet, CalamineWorkbook

from fournets.people.rules.masking import mask_address, mask_id, mask_phone
from fournets.reporting.forms.learn import Form, FormSheet
from fournets.reporting.forms.meaning import Meaning
from fournets.workbooks.examples import masked

ROWS, COLUMNS, ABOVE, LONGEST = (
    50,
    60,
    12,
    200,
)  # of a page: rows of a table, columns, rows above it, signs of a cell
HIDDEN = "*"
IDS, PHONES, ADDRESSES = {"id_number"}, {"phone"}, {"address"}
DOORS = {"door", "registered_address", "dormitory"}


class Cell(NamedTuple):
    """One cell: its place (B6), its text, how many rows and columns it spans."""

    place: str
    text: str
    down: int = 1
    across: int = 1


@dataclass
class Drawn:
    """One sheet: its rows; which of them are the header and the first to fill, from 0; how many are not shown.

    ``doubts``: by the cell it stands in, a figure that may be another number, and between which numbers it lies.
    """

    sheet: str
    rows: list[list[Cell]]
    head: tuple[int, int]
    first: int
    more: int = 0
    doubts: dict[str, dict[str, Any]] = field(default_factory=dict)

    def is_head(self, row: int) -> bool:
        return self.head[0] <= row <= self.head[1]


def draw_blank(content: bytes, form: Form) -> list[Drawn]:
    """The blank down to the first rows it leaves to be filled; an example in them may name somebody, so it is masked too."""
    return [_draw(_open(content), sheet, most=2) for sheet in form.sheets]


def draw_filled(content: bytes, form: Form, report: Mapping[str, Any]) -> list[Drawn]:
    """The filled form, masked; figures in doubt with the range they lie in, by the cell they stand in."""
    book = _open(content)
    drawn = [_draw(book, sheet, most=ROWS) for sheet in form.sheets]
    for one in drawn:
        one.doubts = {
            found["cell"]: {name: found[name] for name in ("least", "most", "written", "untold")}
            for found in report["figures_in_doubt"]
            if found["sheet"] == one.sheet
        }
    return drawn


def shown_value(text: str, meaning: Meaning | None) -> str:
    """A value as a page shows it: numbers of documents, phones and addresses masked."""
    if meaning is None or meaning.field is None:
        return masked(text)
    return shown_text(text, meaning.field, meaning.type, part=bool(meaning.part))


def shown_text(text: str, name: str, kind: str, *, part: bool = False) -> str:
    """The same by the name of the field and its type; ``part``: the cell holds one digit of it."""
    if part and kind in IDS | PHONES:
        return HIDDEN * len(text)
    if kind in IDS:
        return mask_id(text)
    if kind in PHONES or name.endswith("phone"):
        return mask_phone(text)
    if kind in ADDRESSES or name in DOORS:
        return mask_address(text)
    return masked(text)


def _open(content: bytes) -> CalamineWorkbook:
    return CalamineWorkbook.from_filelike(BytesIO(content))


def _draw(book: CalamineWorkbook, form: FormSheet, *, most: int) -> Drawn:
    blank, page = form.blank, book.get_sheet_by_name(form.blank.sheet)
    start, last = max(1, blank.header[0] - ABOVE), max(blank.last_row, blank.header[1])
    shown = min(last, blank.first_row + most - 1)
    values = page.to_python(skip_empty_area=False, nrows=shown)
    width = min(COLUMNS, max([*map(len, values), *(one.head.column for one in form.meanings)]))
    spans = _spans(page, shown, width)
    meanings = {one.head.column: one for one in form.meanings}

    def text(row: int, column: int) -> str:
        value = values[row - 1][column - 1] if row <= len(values) and column <= len(values[row - 1]) else None
        found = written(value)[:LONGEST]
        return shown_value(found, meanings.get(column)) if row > blank.header[1] else found

    rows = [
        [
            Cell(f"{get_column_letter(column)}{row}", text(row, column), *span)
            for column in range(1, width + 1)
            if all(span := spans.get((row, column), (1, 1)))
        ]
        for row in range(start, shown + 1)
    ]
    rows = [_spilled(row) if start + at < blank.header[0] else row for at, row in enumerate(rows)]
    head = (blank.header[0] - start, blank.header[1] - start)
    return Drawn(blank.sheet, rows, head, blank.first_row - start, max(0, last - shown))


def _spilled(row: list[Cell]) -> list[Cell]:
    """A line above the table as a sheet shows it: a text runs on over the empty cells beside it."""
    found: list[Cell] = []
    for cell in row:
        if found and not cell.text and found[-1].text and cell.down == found[-1].down == 1:
            found[-1] = found[-1]._replace(across=found[-1].across + cell.across)
        else:
            found.append(cell)
    return found


def _spans(page: CalamineSheet, last: int, width: int) -> dict[tuple[int, int], tuple[int, int]]:
    """How many rows and columns a merged cell spans, by its first cell; none for the cells it covers."""
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for (top, left), (bottom, right) in page.merged_cell_ranges or ():
        rows = range(top + 1, min(bottom + 1, last) + 1)
        columns = range(left + 1, min(right + 1, width) + 1)
        found |= {(row, column): (0, 0) for row in rows for column in columns}
        if rows and columns:
            found[top + 1, left + 1] = (len(rows), len(columns))
    return found


def written(value: Any) -> str:
    """A cell's value as a text."""
    if value is None or value == "":
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}" if value.hour or value.minute else f"{value:%Y-%m-%d}"
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())
