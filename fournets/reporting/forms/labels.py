"""The cells around a table that ask for the unit and the day: 填报单位, 填报日期, 截至 月 日."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from openpyxl.cell import MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from fournets.reporting.forms.blank import Blank
from fournets.reporting.forms.cells import put
from fournets.reporting.forms.meaning import words

LABEL = re.compile(r"([^\s::_]{2,14})\s*([::])([\s_]*(?:年\s*月\s*日)?[\s_]*)(?=[^\s::_]{2,14}\s*[::]|$)")
DAY = re.compile(r"(?:20\d\d|[\s_]*)年[\s_]*月[\s_]*日")
UNTIL = re.compile(r"(截至|截止)[\s_]*月[\s_]*日")
GAP = re.compile(r"_{2,}\s*(?=(社区|村|镇|街道))")


def fill_labels(sheet: Worksheet, blank: Blank, *, unit: str, on: date) -> list[str]:
    """Writes the unit and the day where the cells above the table ask for them; gives the cells written."""
    written = []
    for address in blank.labels:
        cell = sheet[address]
        if not isinstance(cell.value, str) or cell.data_type == "f":
            continue
        filled = filled_label(cell.value, unit=unit, on=on)
        beside = _beside(sheet, cell)
        if beside is not None and (value := _single(cell.value, unit, on)):
            put(beside, value)
            written.append(beside.coordinate)
        elif filled != cell.value:
            put(cell, filled)
            written.append(address)
    return written


def filled_label(text: str, *, unit: str, on: date) -> str:
    """``text`` with the unit and the day written after their labels; the spaces of the other labels stay."""

    def answer(found: re.Match[str]) -> str:
        value = _answer(found[1], unit, on)
        if not value:
            return found[0]
        gap = found[3]
        rest = " " * max(2, len(gap) - 2 * len(value)) if found.end() < len(text) else ""
        return f"{found[1]}{found[2]}{value}{rest}"

    day = f"{on.year}年{on.month}月{on.day}日"
    text = UNTIL.sub(lambda found: f"{found[1]}{on.month}月{on.day}日", LABEL.sub(answer, text))
    text = DAY.sub(day, text)
    return GAP.sub(lambda found: _without(unit, found[1]), text)


def _without(unit: str, kind: str) -> str:
    return unit.split(kind)[0] if kind in unit else unit


def _answer(label: str, unit: str, on: date) -> str:
    plain = re.sub(r"[((].*?[))]|[((].*$", "", label).strip()
    if plain in words()["label"]["unit"]:
        return unit
    return f"{on.year}年{on.month}月{on.day}日" if plain in words()["label"]["date"] else ""


def _single(text: str, unit: str, on: date) -> str:
    found = re.fullmatch(r"\s*([^\s::_]{2,14})\s*[::]\s*", text)
    return _answer(found[1], unit, on) if found else ""


def _beside(sheet: Worksheet, cell: Any) -> Any:
    """The empty framed or merged cell to the right of a label that stands alone, where an answer is expected."""
    if any(cell.coordinate in span for span in sheet.merged_cells.ranges):
        return None
    right = sheet._cells.get((cell.row, cell.column + 1))
    if right is None or isinstance(right, MergedCell) or right.value is not None:
        return None
    own_box = any(right.coordinate in span for span in sheet.merged_cells.ranges)
    return right if own_box or right.border.bottom.style else None
