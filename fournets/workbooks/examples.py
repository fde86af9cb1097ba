"""Example values of a column, fit to be shown to whoever is asked what it holds."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

from fournets.workbooks.evidence import text_of
from fournets.workbooks.model import Cell, Layout, Sheet
from fournets.workbooks.packages import column_letters

EXAMPLES, LONGEST = 3, 24
KEPT = {
    18: (6, 4),
    15: (6, 3),
    11: (3, 4),
}  # signs shown at both ends, by length: never one of a day of birth
_DAY = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])", re.ASCII)
_NUMBER = re.compile(r"1[3-9]\d[ -]\d{4}[ -]\d{4}|\d{6} \d{8} \d{3}[\dX]|\d{7,}[\dX]*", re.ASCII | re.I)


def examples(sheet: Sheet, layout: Layout) -> dict[str, list[str]]:
    """For each column with anything below the header, by its letters, up to three different values, numbers masked."""
    first = layout.header_rows[1] + 1 if layout.header_rows else 0
    found: dict[str, list[str]] = {}
    for column in layout.columns:
        if shown := _different([row[column.index] for row in sheet.rows[first:] if column.index < len(row)]):
            found[column_letters(column.index + 1)] = shown
    return found


def masked(text: str) -> str:
    """`text` with every long number masked: an ID is 440605********1234, a mobile number 138****1234; days stay."""
    return _NUMBER.sub(_mask, unicodedata.normalize("NFKC", text))


def _mask(found: re.Match[str]) -> str:
    number = re.sub(r"[ -]", "", found[0])
    if _DAY.fullmatch(number):
        return number
    first, last = KEPT.get(len(number), (3, 0 if len(number) > 11 else 2))
    return number[:first] + "*" * (len(number) - first - last) + number[len(number) - last :]


def _different(cells: list[Cell]) -> list[str]:
    shown: list[str] = []
    for cell in cells:
        text = masked(_written(cell).strip())[:LONGEST]
        if text and text not in shown:
            shown.append(text)
            if len(shown) == EXAMPLES:
                break
    return shown


def _written(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat() if not (cell.hour or cell.minute) else f"{cell:%Y-%m-%d %H:%M}"
    return " ".join(text_of(cell).split())
