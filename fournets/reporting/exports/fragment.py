"""A leaked text as lines of cells, whoever saved it how: columns gone or moved, no header, pasted, typed in another width. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from fournets.people.rules.identity import START, entry_keys, identity
from fournets.people.rules.names import name_key
from fournets.reporting.exports.keys import read_code
from fournets.reporting.exports.marks import plain, read_day, read_mask
from fournets.workbooks.model import Cell, Sheet

SERIAL = re.compile(r"(?<![0-9A-Z])\d{6}-[0-9A-HJKMNP-TV-Z]{5}(?![0-9A-Z])", re.ASCII)
_BREAKS = re.compile(r"[\s,，;；|]+")
_LABEL = re.compile(r"^[^\d:：]{1,10}[:：]")
_NUMBER = re.compile(r"\d{17}[\dX]|\d{15}", re.ASCII)
_PHONE = re.compile(r"(?:\+?86-?)?(1\d{10})", re.ASCII)
_NAME = re.compile(r"[^\d*]{2,40}")


@dataclass(slots=True)
class Line:
    """One row of a leaked text: its cells, half width and without blanks, and what in them may say who it is about."""

    texts: list[str]
    days: set[date] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    masks: list[tuple[str, str]] = field(default_factory=list)
    codes: set[int] = field(default_factory=set)

    def entries(self) -> Iterator[tuple[str, str]]:
        """The (purpose, text) pairs of the blind keys by which the register knows people."""
        for name in self.names:
            yield from entry_keys(identity(name=name))
        for number in self.numbers:
            yield "person.number", number[:START]
        for phone in self.phones:
            yield "person.phone", phone


def lines_of(sheets: Iterable[Sheet]) -> list[Line]:
    """Every row that holds anything, of all sheets."""
    return [line for sheet in sheets for row in sheet.rows if (line := _line(row)).texts or line.days]


def serials_in(lines: Iterable[Line]) -> set[str]:
    """What looks like the serial of an export anywhere in the text."""
    return {found[0] for line in lines for text in line.texts for found in SERIAL.finditer(text.upper())}


def _line(row: list[Cell]) -> Line:
    days = {cell.date() if isinstance(cell, datetime) else cell for cell in row if isinstance(cell, date)}
    texts = [text for cell in row if (text := _text(cell))]
    if len(texts) == 1:
        texts = [part for part in _BREAKS.split(texts[0]) if part]
    line = Line([plain(text) for text in texts], set(days))
    for text in line.texts:
        _note(line, _LABEL.sub("", text))
    return line


def _text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if cell is None or isinstance(cell, bool | date):
        return ""
    return str(cell).strip().lstrip("'")


def _note(line: Line, text: str) -> None:
    """What one cell may say of a person."""
    upper = text.upper()
    if _NUMBER.fullmatch(upper):
        line.numbers.add(upper)
    elif found := _PHONE.fullmatch(text):
        line.phones.add(found[1])
    elif mask := read_mask(text):
        line.masks.append(mask)
    elif day := read_day(text):
        line.days.add(day)
    elif (code := read_code(text)) is not None:
        line.codes.add(code)
    if _NAME.fullmatch(text):
        line.names.add(name_key(text))
