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


@cache
def _label(field: str) -> tuple[str, str]:
    known = fields().get(field)
    return (known.zh, known.en) if known else (field, field)


class Journal:
    """Changes and problems of the data rows of one sheet, by position."""

    def __init__(self, rows: Sequence[int]) -> None:
        self.rows = [str(row + 1) for row in rows]
        self.changes: list[str | None] = [None] * len(rows)  # JSON entries, joined by commas
        self.problems: list[str | None] = [None] * len(rows)
        self._tails: dict[tuple[str, str], str] = {}

    def changed(self, at: int, field: str, column: str, original: Cell, rule: str) -> None:
        """Keeps that the cell in ``column`` of row ``at`` said ``original`` and why the value differs."""
        self.add_change(at, f'["{field}","{column}', self.tail(original, rule))

    def tail(self, original: Cell, rule: str) -> str:
        """The second half of a change: what the cell said, and the rule."""
        key = (plain(original), rule)
        tail = self._tails.get(key)
        if tail is None:
            tail = self._tails[key] = f'",{_encode(list(key)).decode()[1:]}'
        return tail

    def add_change(self, at: int, head: str, tail: str) -> None:
        """Adds a change whose halves are ready; ``head`` ends with the letters of the column."""
        earlier = self.changes[at]
        entry = head + self.rows[at] + tail
        self.changes[at] = entry if earlier is None else f"{earlier},{entry}"

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
        earlier, text = self.problems[at], _encode(entry).decode()
        self.problems[at] = text if earlier is None else f"{earlier},{text}"


def as_lists(entries: Sequence[str | None]) -> list[str | None]:
    """For each position the JSON list of its entries, None where there is nothing to tell."""
    return [text and f"[{text}]" for text in entries]
