"""Writes the smallest .xlsb a reader accepts, record by record (MS-XLSB): nothing in Python writes one."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

ERRORS = {"#DIV/0!": 0x07, "#REF!": 0x17, "#N/A": 0x2A}  # a text that is one of these stands as an error cell


Value = str | float | bool | None
ROW, ERROR, BOOL, REAL, SHARED, SST_ITEM, FORMULA_ERROR = 0, 3, 4, 5, 7, 19, 11
BEGIN_BOOK, END_BOOK, BEGIN_SHEETS, END_SHEETS, BUNDLE_SHEET = 131, 132, 143, 144, 156
BEGIN_SHEET, END_SHEET, BEGIN_DATA, END_DATA, DIMENSION = 129, 130, 145, 146, 148
BEGIN_SST, END_SST = 159, 160
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def xlsb(
    path: Path,
    sheets: Mapping[str, Sequence[Sequence[Value]]],
    *,
    hidden: Sequence[str] = (),
    places: Mapping[tuple[int, int], tuple[int, int]] | None = None,
    hidden_rows: Sequence[int] = (),
) -> Path:
    """An .xlsb with these sheets; ``places`` moves cells (row and column from 0) elsewhere."""
    words: dict[str, int] = {}
    parts = {
        f"xl/worksheets/sheet{number}.bin": _sheet(rows, words, places or {}, hidden_rows)
        for number, rows in enumerate(sheets.values(), 1)
    }
    parts |= {
        "[Content_Types].xml": b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "xl/workbook.bin": _book(list(sheets), hidden),
        "xl/_rels/workbook.bin.rels": _relations(len(sheets)),
        "xl/sharedStrings.bin": _strings(words),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, contents in parts.items():
            package.writestr(name, contents)
    return path


def record(kind: int, contents: bytes = b"") -> bytes:
    """One record: its kind and size in groups of seven bits, its contents."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = b"", len(contents)
    while True:
        length, low = length >> 7, length & 0x7F
        size += bytes([low | 0x80 if length else low])
        if not length:
            return head + size + contents


def wide(text: str) -> bytes:
    """A text with its length before it."""
    return struct.pack("<I", len(text.encode("utf-16-le")) // 2) + text.encode("utf-16-le")


def _book(names: Sequence[str], hidden: Sequence[str]) -> bytes:
    bundles = b"".join(
        record(
            BUNDLE_SHEET, struct.pack("<II", int(name in hidden), number) + wide(f"rId{number}") + wide(name)
        )
        for number, name in enumerate(names, 1)
    )
    sheets = record(BEGIN_SHEETS) + bundles + record(END_SHEETS)
    return record(BEGIN_BOOK) + sheets + record(END_BOOK)


def _relations(sheets: int) -> bytes:
    links = [
        f'<Relationship Id="rId{number}" Type="{RELATION}/worksheet" Target="worksheets/sheet{number}.bin"/>'
        for number in range(1, sheets + 1)
    ]
    links.append(
        f'<Relationship Id="rId{sheets + 1}" Type="{RELATION}/sharedStrings" Target="sharedStrings.bin"/>'
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}">{"".join(links)}</Relationships>'.encode()


def _strings(words: Mapping[str, int]) -> bytes:
    items = b"".join(record(SST_ITEM, b"\0" + wide(word)) for word in words)
    return record(BEGIN_SST, struct.pack("<II", len(words), len(words))) + items + record(END_SST)


def _sheet(
    rows: Sequence[Sequence[Value]],
    words: dict[str, int],
    places: Mapping[tuple[int, int], tuple[int, int]],
    hidden_rows: Sequence[int],
) -> bytes:
    cells: dict[int, dict[int, bytes]] = {}
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None:
                there, across = places.get((at, column), (at, column))
                cells.setdefault(there, {})[across] = _cell(across, value, words)
    width = max((column for row in cells.values() for column in row), default=0)
    data = b"".join(
        record(ROW, struct.pack("<IIHBBBI", row, 0, 300, 0, 0x10 * (row in hidden_rows), 0, 0))
        + b"".join(cells[row].values())
        for row in sorted(cells)
    )
    dimension = record(DIMENSION, struct.pack("<IIII", 0, max(cells, default=0), 0, width))
    return record(BEGIN_SHEET) + dimension + record(BEGIN_DATA) + data + record(END_DATA) + record(END_SHEET)


def _cell(column: int, value: str | float | bool, words: dict[str, int]) -> bytes:
    head = struct.pack("<II", column, 0)
    if isinstance(value, bool):
        return record(BOOL, head + bytes([value]))
    if value == "=#N/A":
        return record(FORMULA_ERROR, head + bytes([ERRORS["#N/A"]]) + b"\0" * 10)
    if value in ERRORS:
        return record(ERROR, head + bytes([ERRORS[str(value)]]))
    if isinstance(value, str):
        return record(SHARED, head + struct.pack("<I", words.setdefault(value, len(words))))
    return record(REAL, head + struct.pack("<d", value))
