"""Text that is safe to write into a cell others will open."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

TEXT_FORMAT = "@"  # the cell format that keeps 440605199001011234 as it is
LONGEST_CELL = 32_767
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_STARTS = ("=", "+", "-", "@", "|", "%", "\t", "\r", "\n")


def safe_text(value: Any) -> str:
    """`value` as text that no spreadsheet program takes for a formula, also not after full-width signs are narrowed.

    A dangerous beginning gets an apostrophe before it; characters no workbook may hold are left out.
    """
    text = _FORBIDDEN.sub("", "" if value is None else str(value))[:LONGEST_CELL]
    if is_dangerous(text):
        return ("'" + text)[:LONGEST_CELL]
    return text


def is_dangerous(text: str) -> bool:
    """Whether a spreadsheet program might run `text`; plain negative and positive numbers are not dangerous."""
    if text.startswith(_STARTS):
        return True
    narrow = unicodedata.normalize("NFKC", text).lstrip()
    return narrow.startswith(_STARTS)
