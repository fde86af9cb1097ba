"""Rows to look at go back to their sender: the sender's own sheet, the cells to mend coloured, each with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils import timezone

from fournets.crypto import KeyRing
from fournets.intake.extract import read_sheets
from fournets.intake.models import SourceFile, SourceRow
from fournets.intake.rules.columns import written_out
from fournets.intake.rules.returned import ReturnedRow, write_returned
from fournets.intake.selectors import FORGOTTEN
from fournets.intake.services.ledger import problems_of
from fournets.intake.services.receive import kept_copy
from fournets.language import Refusal, catalogue, say
from fournets.people.selectors import decided_rows
from fournets.people.services import NAMED
from fournets.workbooks.model import Cell, Sheet
from fournets.workbooks.vocabulary import fields
from fournets.workbooks.write import safe_text

BACK = ("review", "rejected")
HEADER_COLOUR, CELL_COLOUR, ROW_COLOUR = "#DDE3EA", "#FFC7CE", "#FFF2CC"


@dataclass(frozen=True, slots=True)
class ToMend:
    """One row that goes back: its number in the sender's sheet, its mark, why, and a sentence by column to mend."""

    row: int
    mark: str
    reason: str
    cells: dict[int, str]


def write_rows_to_mend(file_id: int, out: Path, *, ring: KeyRing) -> int:
    """Writes the rejected and review rows of ``file_id`` to the workbook ``out``; returns how many rows that are.

    Each sheet keeps its title and header rows, so that the workbook can be sent in again: only these rows are in it,
    each with the number by which it is known when it returns.
    Raises `Refusal` when the file is unknown, or its original has been destroyed.
    """
    file = SourceFile.objects.filter(id=file_id).prefetch_related("sourcesheet_set").first()
    if file is None:
        raise Refusal("file_unknown", id=file_id)
    if file.destroyed_at:
        raise Refusal("file_destroyed", id=file_id, on=f"{timezone.localdate(file.destroyed_at):%Y-%m-%d}")
    rows = _rows_to_mend(file_id)
    with kept_copy(file.sha256, file.name, ring) as path:
        sheets = {sheet.number: sheet for sheet in read_sheets(path)}
    with xlsxwriter.Workbook(str(out), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        formats = _Formats(book)
        for line in file.sourcesheet_set.all():
            if line.number in rows:
                page = book.add_worksheet(line.name[:31])
                _write_sheet(page, sheets[line.number], line.layout, rows[line.number], formats)
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
    """By sheet the rows that wait for their sender: neither mended since nor decided by somebody."""
    decided = decided_rows(file_id)
    found: dict[int, list[ToMend]] = {}
    waiting = SourceRow.objects.filter(file_id=file_id, outcome__in=BACK, mended_by=None)
    waiting = waiting.exclude(reason__in=(NAMED, FORGOTTEN))  # no sender's business
    for row in waiting.order_by("sheet", "row"):
        if (row.sheet, row.row) in decided:
            continue
        problems = problems_of(row.problems) if isinstance(row.problems, str) else row.problems or []
        cells = {_column(one["cell"]): f"{one['zh']}\n{one['en']}" for one in problems}
        mark = write_returned(ReturnedRow(file_id, row.sheet, row.row))
        found.setdefault(row.sheet, []).append(ToMend(row.row, mark, _sentence(row.reason), cells))
    return found


def _write_sheet(
    page: Any, sheet: Sheet, layout: dict[str, Any], rows: Sequence[ToMend], formats: _Formats
) -> None:
    """The sender's title and header, then the rows; a last column says which row of the ledger each is."""
    width = max(map(len, sheet.rows))
    last_header = (layout.get("header_rows") or [0, -1])[1]
    head = sheet.rows[: last_header + 1] or [_own_header(layout, width)]
    at = _write_head(page, 0, head, width, formats)
    page.freeze_panes(at, 0)
    own, parts = _own(layout), list(layout.get("parts", ()))
    for one in rows:
        part = None
        while parts and parts[0]["header_rows"][0] < one.row:
            part = parts.pop(0)
        if part:
            first, last_header = part["header_rows"]
            own = _own(part)
            at = _write_head(page, at, sheet.rows[first : last_header + 1], width, formats)
        cells = written_out(sheet, one.row - 1, last_header + 1, but=own)
        _write_mendable(page, at, cells, one, width, formats)
        at += 1


def _own(layout: dict[str, Any]) -> set[int]:
    return {column["index"] for column in layout["columns"] if column["field"] == "id_number"}


def _write_head(page: Any, at: int, head: Sequence[Sequence[Cell]], width: int, formats: _Formats) -> int:
    """Writes header rows from row ``at`` on, the last with our own column; returns the row after them."""
    for cells in head:
        _write_row(page, at, cells, formats.header)
        at += 1
    page.write_string(at - 1, width, fields()["returned_row"].zh, formats.header)
    return at


def _write_mendable(
    page: Any, at: int, cells: Sequence[Cell], one: ToMend, width: int, formats: _Formats
) -> None:
    _write_row(page, at, cells, formats.row)
    page.write_string(at, width, one.mark, formats.row)
    for column in one.cells:
        page.write_string(at, column, _text(cells[column] if column < len(cells) else None), formats.cell)
    for column, sentence in _comments(one).items():
        page.write_comment(at, column, sentence)


def _own_header(layout: dict[str, Any], width: int) -> list[Cell]:
    """A header for a sheet that has none: what its columns were taken for."""
    named = {one["index"]: fields()[one["field"]].zh for one in layout["columns"] if one["field"]}
    return [named.get(index) for index in range(width)]


def _comments(row: ToMend) -> dict[int, str]:
    """By column what is said of a cell; what is said of the whole row stands at the first."""
    first = "\n".join(filter(None, (row.reason, row.cells.get(0))))
    return row.cells | {0: first}


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
