"""Counts, ages and temperatures."""

from __future__ import annotations

import re
from datetime import date

from fournets.intake.rules.value import EMPTY, NOTHING, Cleaned, narrow, nothing, plain, wrong
from fournets.workbooks.model import Cell

OLDEST = 130
_PLAIN = re.compile(r"\d{1,9}", re.ASCII)
_NUMBER = re.compile(
    r"(?P<about>约|大约|近|大概|共|计|合计)?(?P<number>-?\d{1,12}(?:\.\d{1,6})?)(?P<unit>[^\d.\-~]{0,4})",
    re.ASCII,
)
_RANGE = re.compile(r"\d+ ?(?:-|~|—|至|到) ?\d+")
_MONTHS = re.compile(r"\d{1,2}个?月(?:龄|大)?|\d{1,3}天(?:大)?|婴儿|新生儿|未满(?:月|周岁)")
_DEGREES = re.compile(r"(?<![\d.])\d{1,4}(?:[.。,]\d{1,2})?(?![\d.])", re.ASCII)
_SPOKEN = re.compile(r"(?<=\d)(?:度|°C)(?=\d(?!\d))|(?<=[34]\d)点(?=\d)")  # 36度5
_WELL = re.compile(
    r"(?:体温)?(?:正常|无异常|良好|无发热|未发热|不发热|不发烧|无发烧|未见异常|OK)。?|[<≤低小].*37\.?[23]?.*|.*37\.?[23]?(?:度|°C)?以下"
)
_FEVER = re.compile(r"发热|发烧|高烧|低烧|低热|高热|异常|偏高|以上|[>≥]")
COLDEST, HOTTEST = 34.0, 43.0


def clean_number(cell: Cell, *, on: date) -> Cleaned:
    """A count: thousands separators and units removed; ranges and negative numbers are problems."""
    if isinstance(cell, float) and cell.is_integer() and 0 <= cell < 1e9:
        return Cleaned(str(int(cell)))
    if isinstance(cell, str) and _PLAIN.fullmatch(cell):
        value = str(int(cell))
        return Cleaned(value, "" if value == cell else "number_tidied")
    text = _number_text(cell)
    if text.upper() in NOTHING:
        return nothing() if plain(cell).strip() else EMPTY
    match = _NUMBER.fullmatch(text) if not isinstance(cell, bool) else None
    if match is None:
        return wrong("cell_number_several" if _RANGE.search(text) else "cell_number_form")
    return _counted(match, plain(cell))


def _number_text(cell: Cell) -> str:
    return re.sub(r"(?<=\d),(?=\d{3}(?!\d))|\s", "", narrow(cell).replace("，", ","))


def _counted(match: re.Match[str], written: str) -> Cleaned:
    if match["number"].startswith("-"):
        return wrong("cell_number_negative")
    whole, _, rest = match["number"].partition(".")
    rest = rest.rstrip("0")
    value = str(int(whole)) + (f".{rest}" if rest else "")
    rule = "about" if match["about"] in ("约", "大约", "近", "大概") else "number_tidied"
    return Cleaned(value, "" if value == written else rule)


def clean_age(cell: Cell, *, on: date) -> Cleaned:
    """Full years, 0 to 130; months of a baby are 0."""
    if isinstance(cell, str) and _MONTHS.fullmatch(narrow(cell)):
        return Cleaned("0", "months_of_age")
    found = clean_number(cell, on=on)
    if found.value is not None and float(found.value) > OLDEST:
        return wrong("cell_age_range")
    return found


def clean_temperature(cell: Cell, *, on: date) -> Cleaned:
    """Degrees Celsius; of several readings the highest. 正常 is nothing measured: kept as a note, never as a number."""
    text = narrow(cell).upper().replace(" ", "").replace("℃", "°C")
    if text in NOTHING:
        return nothing() if plain(cell).strip() else EMPTY
    if _WELL.fullmatch(text):
        return nothing("normal_written")
    text = _SPOKEN.sub(".", text)
    found = [number.replace("。", ".").replace(",", ".") for number in _DEGREES.findall(text)]
    if _FEVER.search(text) and not any(COLDEST <= float(number) <= HOTTEST for number in found):
        return wrong("cell_temperature_words")
    return _highest(found, plain(cell)) if found else wrong("cell_temperature_form")


def _highest(found: list[str], written: str) -> Cleaned:
    readings = [float(number) for number in found]
    if not all(COLDEST <= reading <= HOTTEST for reading in readings):
        return wrong("cell_temperature_range")
    value = f"{max(readings):.2f}".removesuffix("0")
    if len(set(readings)) > 1:
        return Cleaned(value, "highest_of_several")
    return Cleaned(value, "" if value in (written, f"{written}.0") else "unit_removed")
