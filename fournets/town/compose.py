"""Lays entries out in a sheet the way one sender does: titles, header rows, merged cells, ditto marks, totals, signatures."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from itertools import count, groupby
from pathlib import Path
from typing import Any

from fournets.town.mess import date_cell, widen
from fournets.town.rates import Shares, rates
from fournets.town.sheets import Cell, Entry, OutSheet

SEXES: dict[str, dict[str, str | int]] = {
    "char": {"male": "男", "female": "女"},
    "digit": {"male": 1, "female": 2},
    "word": {"male": "男性", "female": "女性"},
}
YES_NO: dict[str, tuple[str | int | None, str | int | None]] = {
    "word": ("是", "否"),
    "have": ("有", "无"),
    "tick": ("√", None),
    "digit": (1, 2),
}
WIDENED = ("id_number", "phone", "address", "contact_phone", "uscc")


@dataclass(frozen=True)
class Layout:
    """How one sender lays out a sheet; read from ``layouts.toml``."""

    name: str
    format: str
    columns: list[list[str]]  # field or "", then the labels from the top header row down
    titles: list[str] = field(default_factory=list)
    encoding: str = "utf-8"
    date: str = "iso"
    sex: str = "char"
    yes_no: str = "word"
    id: str = "text"  # text, number (precision lost), scientific
    merge: list[str] = field(default_factory=list)  # fields merged over a household
    ditto: list[str] = field(default_factory=list)
    mark: str = "同上"
    address: str = "full"  # full, short (without the town), bare (below the community)
    sheets: str = "one"  # one, cells, dated
    hidden_sheet: bool = False
    totals: str = ""  # "", end, cells
    foot: list[str] = field(default_factory=list)
    file: str = ""
    loses: bool = (
        True  # whether this file's ID column lost its last digits, where the layout's way may lose them
    )

    @property
    def depth(self) -> int:
        """How many header rows."""
        return max(len(column) - 1 for column in self.columns)


@cache
def layouts() -> dict[str, list[Layout]]:
    """Every layout by what it is for."""
    table: dict[str, list[dict[str, Any]]] = tomllib.loads(
        (Path(__file__).parent / "layouts.toml").read_text(encoding="utf-8")
    )
    return {use: [Layout(**one) for one in some] for use, some in table.items()}


def turns(use: str) -> Iterator[Layout]:
    """The layouts of a use taking turns; of those whose ID column may lose digits, only one in so many does."""
    for order in count():
        layout = layouts()[use][order % len(layouts()[use])]
        loses = order // len(layouts()[use]) % int(rates()["files"]["id_lost_one_file_in"]) == 0
        yield replace(layout, loses=loses)


def compose(
    rng: random.Random, layout: Layout, name: str, entries: list[Entry], share: Shares, **context: Any
) -> OutSheet:
    """The sheet with everything around the entries."""
    sheet = OutSheet(name)
    _titles(sheet, layout, context)
    _header(sheet, layout)
    _body(rng, sheet, layout, entries, share)
    if layout.totals:
        _total(sheet, layout, len(entries))
    for line in layout.foot:
        sheet.add(line.format(**context))
    return sheet


def _titles(sheet: OutSheet, layout: Layout, context: dict[str, Any]) -> None:
    width = len(layout.columns)
    for order, line in enumerate(layout.titles):
        sheet.add(line.format(**context) or None)
        if order == 0 and width > 1:
            sheet.merged.append((len(sheet.rows) - 1, 0, len(sheet.rows) - 1, width - 1))


def _header(sheet: OutSheet, layout: Layout) -> None:
    top, depth = len(sheet.rows), layout.depth
    for level in range(depth):
        sheet.rows.append([_label(column, level) for column in layout.columns])
    for place, column in enumerate(layout.columns):
        sheet.columns[place] = (column[-1], column[0])
        labels = len(column) - 1
        if labels < depth:
            sheet.merged.append((top + labels - 1, place, top + depth - 1, place))
    for level in range(depth - 1):
        _merge_equal(sheet, layout, top + level, level)


def _label(column: list[str], level: int) -> str | None:
    return column[level + 1] if level + 1 < len(column) else None


def _merge_equal(sheet: OutSheet, layout: Layout, row: int, level: int) -> None:
    place = 0
    for _, some in groupby(
        layout.columns, key=lambda column: column[1 : level + 2] if len(column) > level + 2 else id(column)
    ):
        count = len(list(some))
        if count > 1:
            sheet.merged.append((row, place, row, place + count - 1))
            sheet.rows[row][place + 1 : place + count] = [None] * (count - 1)
        place += count


def _body(rng: random.Random, sheet: OutSheet, layout: Layout, entries: list[Entry], share: Shares) -> None:
    order, since, group = 0, 0, None
    for home, some in groupby(entries, key=lambda entry: entry.home or id(entry)):
        members = list(some)
        if layout.totals == "cells" and group not in (None, members[0].values.get("cell_name")):
            _total(sheet, layout, order - since, "小计")
            since = order
        group = members[0].values.get("cell_name")
        first = len(sheet.rows)
        for entry in members:
            order += 1
            _row(rng, sheet, layout, entry, order, share)
        if len(members) > 1 and home is not None:
            _join(rng, sheet, layout, first, share)


def _row(
    rng: random.Random, sheet: OutSheet, layout: Layout, entry: Entry, order: int, share: Shares
) -> None:
    notes = list(entry.notes)
    wide = rng.random() < share["fullwidth"]
    cells = [_cell(rng, layout, column[0], entry, order, notes, wide) for column in layout.columns]
    place = sheet.add(*cells, key=entry.key, note=" ".join(dict.fromkeys(notes)))
    if layout.format != "csv" and rng.random() < share["hidden_row"]:
        sheet.hidden_rows.add(place)


def _cell(
    rng: random.Random, layout: Layout, name: str, entry: Entry, order: int, notes: list[str], wide: bool
) -> Cell:
    if name == "sequence":
        return order
    value = entry.values.get(name or "_")
    if value is None:
        return None
    if isinstance(value, bool):
        return YES_NO[layout.yes_no][0 if value else 1]
    if isinstance(value, date):
        return date_cell(rng, value, layout.date)
    if name == "sex":
        return SEXES[layout.sex][str(value)]
    if name == "id_number":
        value = _id_cell(layout, str(value), notes)
    if name == "address":
        value = _address(layout, str(value))
    if wide and name in WIDENED and isinstance(value, str):
        return _widened(rng, value, notes)
    return value


def _widened(rng: random.Random, value: str, notes: list[str]) -> str:
    notes.append("fullwidth")
    return widen(rng, value)


def _id_cell(layout: Layout, number: str, notes: list[str]) -> Cell:
    if layout.id == "text" or not layout.loses or len(number) != 18 or not number.isdigit():
        return number
    notes.append(f"id_{layout.id}")
    kept = int(number[:15]) * 1000
    return float(kept) if layout.id == "number" else f"{kept:.5E}"


def _address(layout: Layout, address: str) -> str:
    if layout.address == "full":
        return address
    rest = address.removeprefix("佛山市南海区丹灶镇")
    if layout.address == "short":
        return "丹灶" + rest
    for word in ("社区", "村", "产业园", "产业基地"):
        if word in rest[:12]:
            return rest.split(word, 1)[1] or rest
    return rest


def _join(rng: random.Random, sheet: OutSheet, layout: Layout, first: int, share: Shares) -> None:
    """Merges or dittoes what the members of a household share."""
    last = len(sheet.rows) - 1
    for place, column in enumerate(layout.columns):
        if column[0] in layout.merge:
            sheet.merged.append((first, place, last, place))
            for row in range(first + 1, last + 1):
                sheet.rows[row][place] = None
        elif column[0] in layout.ditto and rng.random() < share["ditto"]:
            _ditto(sheet, layout.mark, place, first, last)


def _ditto(sheet: OutSheet, mark: str, place: int, first: int, last: int) -> None:
    value = sheet.rows[first][place]
    for row in range(first + 1, last + 1):
        if value is not None and sheet.rows[row][place] == value:
            sheet.rows[row][place] = mark


def _total(sheet: OutSheet, layout: Layout, count: int, word: str = "合计") -> None:
    cells: list[Cell] = [None] * len(layout.columns)
    cells[0] = word
    people = any(column[0] == "id_number" for column in layout.columns)
    cells[min(2, len(cells) - 1)] = f"{count}{'人' if people else '家'}"
    sheet.add(*cells)


def cell_text(layout: Layout, name: str, entry: Entry) -> str:
    """What stands in a cell of a layout when nothing goes wrong."""
    cell = _cell(random.Random(0), layout, name, entry, 0, [], False)
    return "" if cell is None else str(cell)
