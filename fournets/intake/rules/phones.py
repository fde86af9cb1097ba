"""Telephone numbers: national digits without +86, several joined by ``|``, the first is the main one."""

from __future__ import annotations

import re
from datetime import date

import phonenumbers

from fournets.intake.rules.value import EMPTY, NOTHING, Cleaned, narrow, nothing, plain, wrong
from fournets.workbooks.model import Cell

_CLEAN = re.compile(r"1[3-9]\d{9}", re.ASCII)
_LOST = re.compile(r"\d(?:\.\d+)?E\+?\d+")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－～~", "-"))
_MOBILE = r"(?<!\d)(?:\(?\+?(?:00)?86\)?[ -]*|0)?(?P<mobile>1[3-9](?:[ -]?\d){9})(?!\d)"
_LINE = (
    r"(?<!\d)(?:\+?(?:00)?86[ -]*)?\(?(?P<area>0(?:10|2\d|[3-9]\d{2}))\)?[ -]*(?P<line>[2-8]\d{2,3}[ -]?\d{4})"
    r"(?:[ ]*(?:转|-|ext\.?)[ ]*\d{1,6})?(?!\d)"
)
_HOTLINE = r"(?<!\d)(?P<hotline>[48]00[ -]?\d{3,4}[ -]?\d{3,4})(?!\d)"
_LOCAL = r"(?<!\d)(?P<local>[2-8]\d{6,7})(?!\d)"
_ABROAD = r"(?P<abroad>(?:\+|(?<!\d)00)(?!86)[1-9](?:[ -]?\d){6,14})(?!\d)"
_NUMBER = re.compile("|".join((_ABROAD, _MOBILE, _LINE, _HOTLINE, _LOCAL)), re.ASCII | re.IGNORECASE)
_DIGITS = re.compile(r"\d(?:[ -]?\d){4,}", re.ASCII)


def is_mobile(text: str) -> bool:
    """Whether ``text`` is one mobile number and nothing else."""
    return _CLEAN.fullmatch(text) is not None


def clean_phone(cell: Cell, *, on: date) -> Cleaned:
    """All telephone numbers of a cell; what cannot be one is a problem, the others stay."""
    if isinstance(cell, str) and _CLEAN.fullmatch(cell):
        return Cleaned(cell)
    text = narrow(cell).translate(_DASHES)
    if text.upper() in NOTHING:
        return nothing() if plain(cell).strip() else EMPTY
    if _LOST.fullmatch(text.upper()):
        return wrong("cell_phone_lost")
    return _several(text, plain(cell))


def _several(text: str, written: str) -> Cleaned:
    found = [_canonical(match) for match in _NUMBER.finditer(text)]
    value = "|".join(dict.fromkeys(number for number in found if number)) or None
    rest = _NUMBER.sub(" ", text)
    if value is None:
        return wrong("cell_phone_length" if any(c.isdigit() for c in text) else "cell_phone_form")
    rule = "" if value == written else "phone_tidied"
    if _DIGITS.search(rest) or None in found:
        return Cleaned(value, rule or "phone_tidied", "cell_phone_part")
    if re.fullmatch(_LOCAL, value):
        return Cleaned(value, "kept_unverified", "cell_phone_no_area")
    return Cleaned(value, rule)


def _canonical(match: re.Match[str]) -> str | None:
    digits = {name: re.sub(r"[ -]", "", text) for name, text in match.groupdict().items() if text}
    if "line" in digits:
        return f"{digits['area']}-{digits['line']}"
    if "abroad" in digits:
        return _abroad(digits["abroad"])
    return digits.get("mobile") or digits.get("hotline") or digits.get("local")


def _abroad(text: str) -> str | None:
    try:
        number = phonenumbers.parse("+" + text.lstrip("+").removeprefix("00"), None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
