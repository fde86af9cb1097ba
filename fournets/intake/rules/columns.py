"""One column at a time: every distinct cell is cleaned once, unchanged cells cost one look-up."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Container, Sequence
from datetime import date
from typing import Any

from fournets.intake.rules.fields import Ready, Rule, ready_for, rule_for
from fournets.intake.rules.ids import Identity, clean_id
from fournets.intake.rules.value import FORMULA_ERRORS, Cleaned, wrong
from fournets.workbooks.model import Cell, Sheet

DITTO = frozenset(
    (
        "同上",
        "〃",
        "″",
        "＂",
        '"',
        "“",
        "”",
        "同上行",
        "同 上",
        "同上。",
        "''",
        '""',
        "々",
        "同前",
        "上同",
        "〃〃",
        "ditto",
        "″″",
    )
)


class Memo(dict[Cell, Any]):
    """The result of a rule by cell: an unchanged text stays itself, everything else becomes what the rule says."""

    def __init__(self, rule: Callable[[Cell], Any]) -> None:
        super().__init__({None: None})
        self.rule = rule

    def __missing__(self, cell: Cell) -> Any:
        cleaned = wrong("cell_formula_error") if cell in FORMULA_ERRORS else self.rule(cell)
        if isinstance(cleaned, Cleaned) and not cleaned.rule and not cleaned.problem:
            cleaned = cleaned.value
        self[cell] = cleaned
        return cleaned


def results(cells: Sequence[Cell], rule: Rule, ready: Ready | None = None) -> list[Any]:
    """For each cell its clean text, None, or a `Cleaned` that tells what was changed.

    ``ready`` knows at a glance texts the rule would leave as they are.
    """
    cells = hashable(cells)
    memo = Memo(rule)
    if ready:
        memo.update((cell, cell) for cell in set(cells) if cell.__class__ is str and ready(cell))
    return list(map(memo.__getitem__, cells))


def identities(cells: Sequence[Cell], *, on: date) -> list[Identity | None]:
    """For each cell the document it names; None where the cell is empty."""
    memo: Memo = Memo(lambda cell: clean_id(cell, on=on))
    memo |= dict.fromkeys(FORMULA_ERRORS, Identity(None, rule="left_out", problem="cell_formula_error"))
    return list(map(memo.__getitem__, hashable(cells)))


def cleaned_field(field: str, cells: Sequence[Cell], *, on: date) -> list[Any]:
    """`results` under the rule of ``field``."""
    return results(cells, rule_for(field, on=on), ready_for(field))


def hashable(cells: Sequence[Cell]) -> Sequence[Cell]:
    """The cells with TRUE and FALSE as words, so that they are not taken for 1 and 0."""
    if bool in set(map(type, cells)):
        return ["TRUE" if cell is True else "FALSE" if cell is False else cell for cell in cells]
    return cells


def merged_down(sheet: Sheet, first: int) -> dict[int, list[tuple[int, int]]]:
    """For each column its merged ranges of several rows from row ``first`` on: first and last row."""
    found: dict[int, list[tuple[int, int]]] = {}
    for top, left, bottom, right in sheet.merged:
        if bottom > top >= first and left == right:
            found.setdefault(left, []).append((top, bottom))
    return found


def fill_merged(cells: list[Cell], ranges: Sequence[tuple[int, int]], rows: Sequence[int]) -> dict[int, str]:
    """Writes each merged cell's value into the data ``rows`` it covers; which positions were filled."""
    filled = {}
    for top, bottom in ranges:
        start, end = bisect_left(rows, top), bisect_right(rows, bottom)
        if start == end or rows[start] != top or cells[start] is None:
            continue
        for at in range(start + 1, end):
            if cells[at] is None:
                cells[at] = cells[start]
                filled[at] = "merged"
    return filled


def has_ditto(cells: Sequence[Cell]) -> bool:
    """Whether any cell says that it is as above."""
    return not DITTO.isdisjoint(cells)


def fill_ditto(cells: list[Cell]) -> tuple[dict[int, str], list[int]]:
    """Writes into each ditto the value of the data row above; which positions were filled, and which could not be."""
    filled: dict[int, str] = {}
    lost: list[int] = []
    above: Cell = None
    for at, cell in enumerate(cells):
        if not (isinstance(cell, str) and cell in DITTO):
            above = cell
            continue
        cells[at] = above
        if above is None:
            lost.append(at)
        else:
            filled[at] = "ditto"
    return filled, lost


def written_out(sheet: Sheet, row: int, first: int, *, but: Container[int] = ()) -> list[Cell]:
    """The cells of one row as they read without the rows above it: dittos and merged cells say what they stand for.

    ``first`` is the first row below the header; the columns in ``but`` stay as they are written.
    """
    cells = list(sheet.rows[row])
    tops = {
        left: top
        for left, ranges in merged_down(sheet, first).items()
        for top, end in ranges
        if top < row <= end
    }
    for column, top in tops.items():
        if column < len(cells) and cells[column] is None and column not in but:
            cells[column] = sheet.rows[top][column]
    for column, cell in enumerate(cells):
        if isinstance(cell, str) and cell in DITTO and column not in but:
            above = (line[column] if column < len(line) else None for line in reversed(sheet.rows[first:row]))
            cells[column] = next((one for one in above if not (isinstance(one, str) and one in DITTO)), None)
    return cells
