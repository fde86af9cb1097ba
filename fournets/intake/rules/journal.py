"""What cleaning did to each row, as JSON: every change with its cell and original, every problem with its sentence."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import msgspec

from fournets.intake.rules.value import plain
from fournets.language import say
from fournets.workbooks.model import Cell
from fournets.workbooks.vocabulary import fields

_encode = msgspec.json.Encoder().encode


def letters(column: int) -> str:
    """The letters of a column counted from 0: 0 is A, 27 is AB."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


@cache
def _label(field: str) -> tuple[str, str]:
    known = fields().get(field)
    return (known.zh, known.en) if known else (field, field)


class Journal:
    """Changes and problems of the data rows of one sheet, by position."""

    def __init__(self, rows: Sequence[int]) -> None:
        self.rows = [str(row + 1) for row in rows]
        self.changes: dict[int, list[str]] = {}
        self.problems: dict[int, list[str]] = {}
        self._tails: dict[tuple[str, str], str] = {}

    def changed(self, at: int, field: str, column: str, original: Cell, rule: str) -> None:
        """Keeps that the cell in ``column`` of row ``at`` said ``original`` and why the value differs."""
        key = (plain(original), rule)
        tail = self._tails.get(key)
        if tail is None:
            tail = self._tails[key] = _encode(list(key)).decode()[1:]
        self.changes.setdefault(at, []).append(f'["{field}","{column}{self.rows[at]}",{tail}')

    def problem(self, at: int, field: str, column: str, code: str) -> None:
        """Lists a problem of a cell; the sentences name the cell and the field, never what stands in it."""
        cell = column + self.rows[at]
        zh, en = _label(field)
        entry = {
            "cell": cell,
            "field": field,
            "code": code,
            "zh": say(code, "zh", cell=cell, field=zh),
            "en": say(code, "en", cell=cell, field=en),
        }
        self.problems.setdefault(at, []).append(_encode(entry).decode())

    def texts(self, entries: dict[int, list[str]]) -> list[str | None]:
        """For each position the JSON list of its entries, None where there is nothing to tell."""
        lines: list[str | None] = [None] * len(self.rows)
        for at, parts in entries.items():
            lines[at] = f"[{','.join(parts)}]"
        return lines
