"""Rows to look at go back to their sender: the sender's own sheet, the cells to mend coloured, each with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter

from fournets.crypto import KeyRing
from fournets.intake.extract import read_sheets
from fournets.intake.models import SourceFile, SourceRow
from fournets.intake.services.ledger import problems_of
from fournets.intake.services.receive import kept_copy
from fournets.language import Refusal, catalogue, say
from fournets.workbooks.model import Cell, Sheet
from fournets.workbooks.write import safe_text

BACK = ("review", "rejected")
HEADER_COLOUR, CELL_COLOUR, ROW_COLOUR = "#DDE3EA", "#FFC7CE", "#FFF2CC"


@dataclass(frozen=True, slots=True)
class ToMend:
    """One row that goes back: its number in the sender's sheet, why, and the cells to mend with their sentences."""

    row: int
    reason: str
    cells: dict[str, str]


def write_rows_to_mend(file_id: int, out: Path, *, ring: KeyRing) -> int:
    """Writes the rejected and review rows of ``file_id`` to the workbook ``out``; returns how many rows that are.

    Each sheet keeps its title and header rows, so that the workbook can be sent in again: only these rows are in it.
    Raises `Refusal` when the file is unknown.
    """
    file = SourceFile.objects.filter(id=file_id).prefetch_related("sourcesheet_set").first()
    if file is None:
        raise Refusal("file_unknown", id=file_id)
    rows = _rows_to_mend(file_id)
    with kept_copy(file.sha256, file.name, ring) as path:
        sheets = {sheet.number: sheet for sheet in read_sheets(path)}
    with xlsxwriter.Workbook(str(out), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        formats = _Formats(book)
        for line in file.sourcesheet_set.all():
            if line.number in rows:
                last_header = (line.layout.get("header_rows") or [0, -1])[1]
                _write_sheet(
                    book.add_worksheet(line.name[:31]),
                    sheets[line.number],
                    last_header,
                    rows[line.number],
                    formats,
                )
        if not rows:
            book.add_worksheet().write_string(0, 0, say("nothing_to_mend"))
    return sum(map(len, rows.values()))


class _Formats:
    """How header, rows and cells to mend look."""

    def __init__(self, book: Any) -> None:
        self.header = book.add_format(
            {"bold": True, "bg_color": HEADER_COLOUR, "text_wrap": True, "num_format": "@"}
        )
        self.row = book.add_format({"bg_color": ROW_COLOUR, "num_format": "@"})
        self.cell = book.add_format({"bg_color": CELL_COLOUR, "num_format": "@"})


def _rows_to_mend(file_id: int) -> dict[int, list[ToMend]]:
    found: dict[int, list[ToMend]] = {}
    for row in SourceRow.objects.filter(file_id=file_id, outcome__in=BACK).order_by("sheet", "row"):
        problems = problems_of(row.problems) if isinstance(row.problems, str) else row.problems or []
        cells = {one["cell"]: f"{one['zh']}\n{one['en']}" for one in problems}
        found.setdefault(row.sheet, []).append(ToMend(row.row, row.reason, cells))
    return found


def _write_sheet(
    page: Any, sheet: Sheet, last_header: int, rows: Sequence[ToMend], formats: _Formats
) -> None:
    at = 0
    for cells in sheet.rows[: last_header + 1]:
        _write_row(page, at, cells, formats.header)
        at += 1
    page.freeze_panes(at, 0)
    for one in rows:
        cells = sheet.rows[one.row - 1]
        _write_row(page, at, cells, formats.row)
        page.write_comment(at, 0, _sentence(one.reason))
        for address, sentence in one.cells.items():
            column = _column(address)
            page.write_string(at, column, _text(cells[column] if column < len(cells) else None), formats.cell)
            page.write_comment(at, column, sentence)
        at += 1


def _write_row(page: Any, at: int, cells: Sequence[Cell], style: Any) -> None:
    for column, cell in enumerate(cells):
        page.write_string(at, column, _text(cell), style)


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return safe_text(str(cell))


def _sentence(reason: str) -> str:
    code = f"row_{reason}"
    code = code if code in catalogue() else "row_to_look_at"
    return f"{say(code, 'zh')}\n{say(code, 'en')}"


def _column(address: str) -> int:
    number = 0
    for letter in address.rstrip("0123456789"):
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
