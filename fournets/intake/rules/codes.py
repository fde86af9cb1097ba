"""Codes that stand for something outside the sheet: divisions of the country, companies."""

from __future__ import annotations

import re
from datetime import date

from stdnum.cn import uscc

from fournets.intake.rules.value import EMPTY, NOTHING, Cleaned, narrow, nothing, plain, squeeze, wrong
from fournets.places.rules.regions import ABROAD, find_regions, names_abroad
from fournets.workbooks.model import Cell

_CODE = rf"(?:[1-9]\d{{1,5}}|{ABROAD})"
_CODES = re.compile(rf"{_CODE}(?:\|{_CODE})*", re.ASCII)
_STAYED = re.compile(
    r"(?:一直|近期|14天内)?(?:未|没有?|无)(?:曾|有)?(?:外出|离开|出过|出省|出行|出门|出市).{0,6}"
)
_HERE = frozenset(
    ["本地", "本镇", "本村", "本市", "本区", "本社区", "本省", "当地", "本地人", "本县", "本街道"]
)


def clean_region(cell: Cell, *, on: date) -> Cleaned:
    """GB/T 2260 codes of the divisions a cell names, as deep as sure, joined by ``|``; ``overseas`` for other countries."""
    written = plain(cell)
    if _CODES.fullmatch(written):
        return Cleaned(written)
    text = narrow(cell)
    if text.upper() in NOTHING:
        return nothing() if written.strip() else EMPTY
    if text in _HERE:
        return nothing("here")
    found = [*find_regions(text), *([ABROAD] if names_abroad(text) else [])]
    if not found and _STAYED.fullmatch(text):
        return nothing("here")
    codes = "|".join(dict.fromkeys(found))
    return Cleaned(codes, "division_code") if codes else wrong("cell_region")


def clean_uscc(cell: Cell, *, on: date) -> Cleaned:
    """A unified social credit code, 18 characters; one that fails its check is kept and listed."""
    written = plain(cell)
    value = re.sub(r"[\s\-_'‘’]", "", squeeze(cell)).upper()
    if value in NOTHING:
        return nothing() if written.strip() else EMPTY
    if uscc.is_valid(value):
        return Cleaned(value, "" if value == written else "code_tidied")
    if re.fullmatch(r"[0-9A-Z]{9,20}", value, re.ASCII):
        return wrong("cell_uscc", value)
    return wrong("cell_uscc_form")
