"""What becomes of one cell: a value or a problem, and the rule that changed it."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal
from typing import NamedTuple

from fournets.workbooks.model import Cell

CELL_LENGTH = 32_767  # what one cell of a workbook can hold

NOTHING = frozenset(
    [
        "无",
        "没有",
        "暂无",
        "空",
        "不详",
        "未知",
        "不清楚",
        "待补",
        "待补充",
        "/",
        "//",
        "\\",
        "-",
        "--",
        "---",
        "—",
        "——",
        "－",
        "、",
        ".",
        "*",
        "?",
        "N/A",
        "NA",
        "#N/A",
        "NULL",
        "NONE",
        "NIL",
    ]
) | {""}
NO_TEXT = NOTHING - {"无", "没有", "空", "不详", "未知", "不清楚", "NA", "NIL"}
FORMULA_ERRORS = frozenset(("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#ERROR!"))

_WIDE = {ord(c): ord(c) - 0xFEE0 for c in "０１２３４５６７８９－／．＃＋＆＠＿"} | {
    code: code - 0xFEE0 for first in ("Ａ", "ａ") for code in range(ord(first), ord(first) + 26)
}
_MARKS = dict(
    zip(
        map(ord, "\uff08\uff09\uff1a\uff0c\uff1b\u3010\u3011\uff3b\uff3d\u3014\u3015"),
        "():,;[][][]",
        strict=True,
    )
)
_INVISIBLE = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffe\uffff\x00-\x08\x0e-\x1f\x7f"
_TIDY = re.compile(r"[0-9A-Za-z]*[\u4e00-\u9fff][\u4e00-\u9fff0-9A-Za-z]*")
_GONE = re.compile(f"[{_INVISIBLE}]|_x000[0-9A-Fa-f]_")
_GAP = re.compile(r"\s+")
_UNTIDY = re.compile(
    rf"[{_INVISIBLE}\t-\r\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
    r"|[０-９Ａ-Ｚａ-ｚ－／．＃＋＆＠＿]|  |\A['‘’`\s]|\s\Z|_x000"
)


class Cleaned(NamedTuple):
    """The value of one cell (None: nothing there), the rule that changed it, and the message code of its problem."""

    value: str | None
    rule: str = ""
    problem: str = ""


EMPTY = Cleaned(None)


def nothing(rule: str = "nothing_written") -> Cleaned:
    """A cell in which somebody wrote that there is nothing to write."""
    return Cleaned(None, rule)


def wrong(problem: str, value: str | None = None) -> Cleaned:
    """A cell with a problem; ``value`` is what is kept of it, if anything."""
    return Cleaned(value, "left_out" if value is None else "kept_unverified", problem)


def plain(cell: Cell) -> str:
    """A cell as a person reads it in the sheet: no decimal point on whole numbers, dates as ISO, 15 digits at most."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, (int, float)):
        return _digits(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat(timespec="minutes")
    return cell.isoformat()


def _digits(number: float) -> str:
    if number != number or number in (float("inf"), float("-inf")):
        return ""
    if isinstance(number, int):
        return str(number)
    if abs(number) < 1e15 and number.is_integer():
        return str(int(number))
    if abs(number) > 1e40 or abs(number) < 1e-15:
        return f"{number:.15g}"
    return format(Decimal(f"{number:.15g}"), "f")


def tidy(text: str) -> str:
    """Text with full-width letters and digits made plain, spaces of all kinds made one, invisible characters gone."""
    if _UNTIDY.search(text) is None:
        return text
    text = _GONE.sub("", text).translate(_WIDE)
    return _GAP.sub(" ", text).strip(" '‘’`")


def narrow(cell: Cell) -> str:
    """A cell as text for codes and numbers: compatibility forms made plain (NFKC), nothing invisible, ends trimmed."""
    text = plain(cell)
    if text.isascii() and text.isalnum():
        return text
    text = _GONE.sub("", unicodedata.normalize("NFKC", text))
    return _GAP.sub(" ", text).strip(" '‘’`\"“”")


def half_width_marks(text: str) -> str:
    """Text with the full-width brackets, colons and commas of Chinese typing as their plain ones."""
    return text.translate(_MARKS)


def squeeze(cell: Cell) -> str:
    """`narrow` without any space left."""
    return narrow(cell).replace(" ", "")


def is_tidy(text: str) -> bool:
    """Whether ``text`` is Chinese characters, letters and digits that `clean_text` leaves alone."""
    return _TIDY.fullmatch(text) is not None and text not in NOTHING


def clean_text(cell: Cell, *, on: date) -> Cleaned:
    """Free text (addresses, remarks, codes of cells and doors): tidied, otherwise as written."""
    text = plain(cell)
    if text in FORMULA_ERRORS:
        return wrong("cell_formula_error")
    value = tidy(text)
    if value.upper() in NO_TEXT:
        return nothing() if text.strip() else EMPTY
    return Cleaned(value, "" if value == text else "tidied")
