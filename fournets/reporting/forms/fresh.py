"""New rows of a table, written as the XML of the sheet instead of one object a cell: a town has a million cells.

openpyxl writes the form with the rows opened and empty; the new rows and the merged cells over them are put into the
file it saved. A text is an inline string and can never be a formula.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl.cell import Cell, MergedCell
from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from fournets.workbooks.write import TEXT_FORMAT, safe_text

CHUNK = 500  # rows kept as one text
ROW_START = re.compile(r'<row r="(\d+)"')
MERGES = re.compile(r'<mergeCells count="(\d+)">(.*?)</mergeCells>', re.S)
DIMENSION = re.compile(r'<dimension ref="([A-Z]+\d+):([A-Z]+)(\d+)"')


@dataclass(frozen=True, slots=True)
class Model:
    """A cell of the row whose look the new rows take: its column, style, formula; covered by a merged range or not."""

    column: int
    letter: str
    style: int
    row: int
    formula: str = ""
    covered: bool = False


@dataclass(slots=True)
class FreshRows:
    """The new rows of one sheet and the merged cells over its table."""

    sheet: Worksheet
    models: list[Model]
    height: float | None
    across: list[tuple[str, str]]  # columns merged within each row
    merged: list[str] = field(default_factory=list)
    chunks: list[str] = field(default_factory=list)
    first: int = 0
    last: int = 0
    _rows: list[str] = field(default_factory=list)

    def add(self, row: int, values: Mapping[int, Any]) -> None:
        """Adds the next row with its values by column."""
        self.first, self.last = self.first or row, row
        height = f' ht="{self.height}" customHeight="1"' if self.height else ""
        cells = "".join([_cell(model, row, values.get(model.column), self.sheet) for model in self.models])
        self._rows.append(f'<row r="{row}"{height}>{cells}</row>')
        self.merged += [f"{left}{row}:{right}{row}" for left, right in self.across]
        if len(self._rows) >= CHUNK:
            self.close()

    def close(self) -> None:
        """Puts the rows added last with the others."""
        self.chunks.append("".join(self._rows))
        self._rows.clear()

    def announce(self) -> None:
        """Has openpyxl write a list of merged cells, so that there is one to add to."""
        if self.merged:
            self.sheet.merged_cells.add(CellRange(self.merged[0]))


def fresh_rows(sheet: Worksheet, pattern: int, columns: Iterable[int], as_text: set[int]) -> FreshRows:
    """New rows in the look of the row ``pattern``; the columns ``as_text`` keep every digit."""
    across = [
        (get_column_letter(span.min_col), get_column_letter(span.max_col))
        for span in sheet.merged_cells.ranges
        if span.min_row == span.max_row == pattern
    ]
    models = [_model(sheet, pattern, column, column in as_text) for column in columns]
    return FreshRows(sheet, models, sheet.row_dimensions[pattern].height, across)


def insert_fresh(saved: Path, out: Path, fresh: Iterable[FreshRows]) -> None:
    """Copies the workbook ``saved`` to ``out`` with the new rows in their sheets."""
    parts = {one.sheet.path.lstrip("/"): one for one in fresh}
    with ZipFile(saved) as source, ZipFile(out, "w", ZIP_DEFLATED, compresslevel=4) as target:
        for item in source.infolist():
            content = source.read(item)
            if item.filename not in parts:
                target.writestr(item, content)
                continue
            with target.open(item.filename, "w", force_zip64=True) as part:
                for text in _with_rows(content.decode(), parts[item.filename]):
                    part.write(text.encode())


def _with_rows(xml: str, fresh: FreshRows) -> Iterator[str]:
    if fresh.merged:
        xml = MERGES.sub(lambda found: _merges(found, fresh.merged), xml, count=1)
    xml = DIMENSION.sub(
        lambda found: f'<dimension ref="{found[1]}:{found[2]}{max(int(found[3]), fresh.last)}"', xml, count=1
    )
    below = (found.start() for found in ROW_START.finditer(xml) if int(found[1]) > fresh.last)
    at = next(below, xml.find("</sheetData>")) if fresh.chunks else len(xml)
    yield xml[:at]
    yield from fresh.chunks
    yield xml[at:]


def _merges(found: re.Match[str], merged: list[str]) -> str:
    count = int(found[1]) + len(merged) - 1  # the first is already there: `announce`
    more = "".join([f'<mergeCell ref="{ref}"/>' for ref in merged[1:]])
    return f'<mergeCells count="{count}">{found[2]}{more}</mergeCells>'


def _model(sheet: Worksheet, row: int, column: int, as_text: bool) -> Model:
    cell = sheet.cell(row, column)
    look = Cell(sheet, row=row, column=column)
    look._style = copy(cell._style)
    if as_text:
        look.number_format = TEXT_FORMAT
    formula = str(cell.value) if isinstance(cell, Cell) and cell.data_type == "f" else ""
    letter = get_column_letter(column)
    return Model(column, letter, look.style_id, row, formula, isinstance(cell, MergedCell))


def _cell(model: Model, row: int, value: Any, sheet: Worksheet) -> str:
    place = f'<c r="{model.letter}{row}" s="{model.style}"'
    if model.formula:
        formula = Translator(model.formula, f"{model.letter}{model.row}").translate_formula(
            f"{model.letter}{row}"
        )
        return f"{place}><f>{escape(formula[1:])}</f></c>"
    if value is None or model.covered:
        return place + "/>"
    if isinstance(value, int | float):
        return f"{place}><v>{value}</v></c>"
    if isinstance(value, date | datetime):
        return f"{place}><v>{to_excel(value, sheet.parent.epoch)}</v></c>"
    text = safe_text(value)
    return f'{place} t="inlineStr"><is>{_text(text)}</is></c>' if text else place + "/>"


def _text(text: str) -> str:
    if "&" in text or "<" in text or ">" in text:
        text = escape(text)
    kept = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    return f"<t{kept}>{text}</t>"
