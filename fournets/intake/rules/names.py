"""Names of people as lists write them: spaces, numbers and titles around them removed, the name itself never changed."""

from __future__ import annotations

import re
from datetime import date

from fournets.intake.rules.value import (
    EMPTY,
    FORMULA_ERRORS,
    NOTHING,
    Cleaned,
    half_width_marks,
    nothing,
    plain,
    tidy,
    wrong,
)
from fournets.workbooks.evidence import HAN, looks_like_names
from fournets.workbooks.model import Cell
from fournets.workbooks.vocabulary import fields, header_key

LONGEST = 40
_CLEAN = re.compile(rf"[{HAN}]{{2,4}}")
_USUAL = re.compile(r"[\u4e00-\u9fff]{2,3}")
_NUMBERING = re.compile(r"\A(?:\d{1,4}[、.,): ]+|\(\d{1,4}\)|\d{1,3}(?=[^\d\W]))")
_BRACKETS = re.compile(r"[(\[〔][^()\[\]]*[)\]]?\Z|[(\[][^()\[\]]*[)\]]")
_AFTER = re.compile(r"[\d*#_、,.。;:\-/]+\Z|\A[*#_、,.。;:\-/]+")
_BETWEEN_HAN = re.compile(rf"(?<=[{HAN}·•・]) +(?=[{HAN}·•・])")
_TITLE = re.compile(r"(?<=..)(?:先生|女士|小姐|同志|老师)\Z")
_MASKED = re.compile(r"[*＊●○※]{2,}|\A[*＊●○※]|(?<=\A.)[*＊●○※]|(?<=[\u4e00-\u9fff])[xX×]{1,2}\Z")
_SEVERAL = re.compile(r"[、,，/;；&|\n]+|\s+和\s*| +")
_NOBODY = NOTHING | {"户主", "本人", "同住人", "租客", "空户", "空置", "无人", "姓名"}

# What columns of people are called: below a header it is a form's own word, nobody's name.
_HEADERS = frozenset(
    header_key(word)
    for field in (
        "id_number",
        "phone",
        "sex",
        "birth_on",
        "address",
        "returned_on",
        "health_state",
        "from_place",
    )
    for word in fields()[field].names
)
_UNUSUAL = _NOBODY | _HEADERS


def is_usual_name(text: str) -> bool:
    """Whether ``text`` is two or three characters that can be a name, without any title."""
    return _USUAL.fullmatch(text) is not None and text not in _UNUSUAL


def clean_name(cell: Cell, *, on: date) -> Cleaned:
    """One person's name; middle dots of minority names stay as written."""
    if isinstance(cell, str) and _CLEAN.fullmatch(cell) and cell not in _UNUSUAL and not _TITLE.search(cell):
        return Cleaned(cell)
    written = plain(cell)
    text = tidy(written)
    if text in FORMULA_ERRORS:
        return wrong("cell_formula_error")
    if text.upper() in _NOBODY:
        return nothing() if written.strip() else EMPTY
    bare = _bare(half_width_marks(text))
    if _several(written) or _several(bare):
        return wrong("cell_name_several")
    if header_key(text) in _HEADERS or header_key(bare) in _HEADERS:
        return wrong("cell_name_form")
    if (_MASKED.search(text) or _MASKED.search(bare)) and len(re.findall(rf"[{HAN}]", bare)) < 2:
        return wrong("cell_name_masked")
    return _judged(bare, written)


def _several(written: str) -> bool:
    """Whether the cell names two people or more, each a name by itself: 陈大文、李小花."""
    lines = re.split(r"[\r\n]+", written)
    pieces = [_bare(half_width_marks(one)) for line in lines for one in _SEVERAL.split(tidy(line)) if one]
    pieces = [piece for piece in pieces if piece]
    return len(pieces) > 1 and looks_like_names(pieces)


def _bare(text: str) -> str:
    before = None
    while text != before:
        before = text
        text = _NUMBERING.sub("", text)
        text = _BRACKETS.sub("", text)
        text = _TITLE.sub("", _AFTER.sub("", text).strip())
        text = tidy(_BETWEEN_HAN.sub("", text))
    return text


def _judged(value: str, written: str) -> Cleaned:
    if not any(letter.isalpha() or letter == "〇" for letter in value):
        return wrong("cell_name_form")
    if len(value) > LONGEST:
        return wrong("cell_name_long")
    if value.upper() in _NOBODY:
        return nothing()
    return Cleaned(value, "" if value == written else "name_tidied")
