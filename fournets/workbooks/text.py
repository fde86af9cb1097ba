"""Reads .csv as people save it: UTF-8 with or without a mark, GB18030, any usual separator."""

from __future__ import annotations

import csv
import io
import re
from typing import Any, BinaryIO

from fournets.language import Refusal
from fournets.workbooks.limits import Limits
from fournets.workbooks.model import Cell, Sheet

SEPARATORS = ",\t;|，；"
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def decoded(file: BinaryIO, *, name: str) -> str:
    """The whole text of `file`; refused when it is no text in an encoding China uses."""
    file.seek(0)
    raw = file.read()
    file.seek(0)
    marked = [encoding for mark, encoding in _MARKS if raw.startswith(mark)]
    for encoding in marked or ["utf-8", "gb18030"]:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _CONTROL.search(text):
            return text
    raise Refusal("file_not_workbook", file=name)


def read_csv(file: BinaryIO, *, name: str, limits: Limits) -> Sheet:
    """The one sheet of a .csv; a field without text is None."""
    text = decoded(file, name=name)
    separator = _separator(text)
    try:
        rows = _rows(text, separator, csv.QUOTE_MINIMAL, name=name, limits=limits)
        if _swallowed(rows, separator):
            rows = _rows(text, separator, csv.QUOTE_NONE, name=name, limits=limits)
    except csv.Error as error:
        raise Refusal("file_damaged", file=name) from error
    if _declared(text):  # keeps its row number, holds nothing
        rows[0] = []
    return Sheet(number=1, name=name.rsplit(".", 1)[0], rows=_squared(rows))


def _rows(text: str, separator: str, quoting: Any, *, name: str, limits: Limits) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    cells = 0
    for line in csv.reader(io.StringIO(text, newline=""), delimiter=separator, quoting=quoting):
        rows.append([value if value.strip() else None for value in line])
        cells += len(line)
        _check(len(rows), len(line), cells, name=name, limits=limits)
    return rows


def _swallowed(rows: list[list[Cell]], separator: str) -> bool:
    """Whether a quotation mark that was never closed has taken whole rows into one cell."""
    usual = max((len(row) for row in rows[:5]), default=0) - 1
    return usual > 1 and any(
        any(line.count(separator) >= usual for line in cell.splitlines()[1:])
        for row in rows
        for cell in row
        if isinstance(cell, str) and "\n" in cell
    )


def _separator(text: str) -> str:
    if mark := _declared(text):
        return mark
    lines = [line for line in text[:20_000].splitlines()[:30] if line.strip()]
    return max(SEPARATORS, key=lambda mark: _evenness(lines, mark))


def _declared(text: str) -> str:
    """The separator a first line ``sep=;`` names; empty where there is no such line."""
    first = text[:6].splitlines()[:1]
    mark = first[0][4:] if first and first[0][:4].lower() == "sep=" else ""
    return mark if mark in tuple(SEPARATORS) else ""


def _evenness(lines: list[str], mark: str) -> tuple[int, int]:
    counts = [line.count(mark) for line in lines]
    used = [count for count in counts if count]
    usual = max(set(used), key=used.count) if used else 0
    return (used.count(usual) * usual if used else 0, sum(counts))


def _check(rows: int, columns: int, cells: int, *, name: str, limits: Limits) -> None:
    if rows > limits.rows or columns > limits.columns or cells > limits.cells:
        raise Refusal("file_too_many_cells", file=name, rows=rows, columns=columns)


def _squared(rows: list[list[Cell]]) -> list[list[Cell]]:
    width = max(map(len, rows), default=0)
    for row in rows:
        row.extend([None] * (width - len(row)))
    return rows
