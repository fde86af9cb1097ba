"""Two tables that stand side by side in one sheet, as people do to save paper, become two sheets."""

from __future__ import annotations

from dataclasses import replace

from fournets.workbooks.head import find_header, header_paths
from fournets.workbooks.headers import meanings
from fournets.workbooks.model import Cell, Sheet
from fournets.workbooks.packages import column_letters
from fournets.workbooks.vocabulary import header_key

_NAMING = ("name", "enterprise_name")
_LONGEST_NAME = 31  # of a sheet, also in the workbook that goes back
_MOST = 9  # tables beside the first
_LEAST = 2  # columns a table beside another has at least


def tables_beside(sheets: list[Sheet]) -> list[Sheet]:
    """The sheets, and for each table that repeats another's header to its right a sheet of its own, numbered after them.

    Cells stay at their addresses: a part holds only its own columns, below the title that speaks for all.
    """
    found, further = [], list[Sheet]()
    for sheet in sheets:
        starts = _starts(sheet)
        edges = [*starts, None]
        found.append(_columns(sheet, 0, edges[0]) if starts else sheet)
        for start, end in zip(starts, edges[1:], strict=True):
            letters = column_letters(start + 1)
            found[-1].notices.append({"code": "sheet_side_by_side", "columns": letters})
            number = len(sheets) + len(further) + 1
            further.append(_beside(sheet, start, end, number, letters))
    return found + further


def _beside(sheet: Sheet, start: int, end: int | None, number: int, letters: str) -> Sheet:
    """One of the tables to the right; a title above them all is counted once, with the first table that has some of it."""
    title = (find_header(sheet) or (0, 0))[0]
    part = _columns(sheet, start, end)
    own = f"({letters})"
    name = sheet.name[: _LONGEST_NAME - len(own)] + own
    above = enumerate(sheet.rows[:title])
    borrowed = {at for at, row in above if _has_any(row[:start]) or not _has_any(row[start:end])}
    rows = sheet.rows[:title] + part.rows[title:]
    return replace(part, number=number, name=name, notices=[], rows=rows, borrowed=borrowed)


def _has_any(cells: list[Cell]) -> bool:
    return any(cell is not None and cell != "" for cell in cells)


def _starts(sheet: Sheet) -> list[int]:
    """The columns at which the header begins anew."""
    header = find_header(sheet)
    if header is None:
        return []
    paths = header_paths(sheet, header, max(map(len, sheet.rows)))
    keys = ["/".join(map(header_key, path)) for path in paths]
    named = [at for at, path in enumerate(paths) if _names(path)]
    first = next((at for at, key in enumerate(keys) if key), 0)
    width = named[1] - named[0] if len(named) > 1 else 0
    again = [first + width * times for times in range(1, len(named))]
    size = len([key for key in keys[first : first + width] if key])
    if (
        len(again) > _MOST
        or width < _LEAST
        or size < _LEAST
        or not all(_same(keys, first, start, width) for start in again)
    ):
        return []
    return again


def _names(path: tuple[str, ...]) -> bool:
    return any(meanings(path).get(field, 0.0) >= 0.97 for field in _NAMING)


def _same(keys: list[str], first: int, start: int, width: int) -> bool:
    return [key for key in keys[first : first + width] if key] == [
        key for key in keys[start : start + width] if key
    ]


def _columns(sheet: Sheet, start: int, end: int | None) -> Sheet:
    def cut(row: list[Cell]) -> list[Cell]:
        return [*([None] * min(start, len(row))), *row[start:end]]

    merged = [one for one in sheet.merged if one[1] >= start and (end is None or one[1] < end)]
    rows = [cut(row) for row in sheet.rows]
    while rows and not any(cell is not None for cell in rows[-1]):
        rows.pop()
    outside = {at for at in sheet.uncalculated if at[1] < start or (end is not None and at[1] >= end)}
    return replace(sheet, rows=rows, merged=merged, uncalculated=sheet.uncalculated - outside)
