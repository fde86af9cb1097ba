"""Documents of identity: resident IDs by GB 11643, permits and passports by their form.

A resident ID is 17 digits and a check character (ISO 7064 MOD 11-2). Nothing is refused for its first six digits:
they name the county of first registration, and counties were renamed for seventy years.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from operator import mul
from typing import NamedTuple

from fournets.intake.rules.value import NOTHING, narrow, plain
from fournets.workbooks.model import Cell

OLDEST = 130
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ZEROS = ord("0") * sum(_WEIGHTS)
_CHECKS = "10X98765432"
_EXACT = re.compile(r"[1-9]\d{16}[\dX]", re.ASCII)
_INSIDE = re.compile(r"(?<!\d)[1-9]\d{16}[\dX](?![\dX])", re.ASCII)
_NOISE = re.compile(r"[\s'‘’`´\"“”,.。·\-‐‑‒–—―−_/\\():]|号码?:")
_POWER = re.compile(r"([1-9])(?:[.,](\d*))?E\+?(1[47])")
_MASKED = re.compile(r"([1-9]\d{5,16})?[*•●※]{2,}")
_FORMS = (
    ("hk_macau_permit", re.compile(r"[HM]\d{8}(?:\d{2})?", re.ASCII)),
    ("foreigner_permanent", re.compile(r"[A-Z]{3}\d{12}", re.ASCII)),
    ("household_book", re.compile(r"[A-Z]\d{9}", re.ASCII)),  # a certificate of birth
    ("passport", re.compile(r"[A-Z]{1,2}\d{7,8}", re.ASCII)),
    ("taiwan_permit", re.compile(r"\d{8}(?:\d{2})?", re.ASCII)),
    ("passport", re.compile(r"(?=[A-Z\d]*[A-Z])(?=[A-Z\d]*\d)[A-Z\d]{6,12}", re.ASCII)),
)
_LOOKALIKES = str.maketrans({"×": "X", "✕": "X", "╳": "X", "Х": "X", "х": "X", "χ": "X", "Χ": "X"})
_MOBILE = re.compile(r"(?:86)?1[3-9]\d{9}", re.ASCII)


class Identity(NamedTuple):
    """What an ID cell says: the number, what kind of document, how sure, and what can be read from it."""

    value: str | None
    kind: str | None = None
    certainty: str | None = None  # verified, unverified, partial
    rule: str = ""
    problem: str = ""
    sex: str | None = None
    birth_on: str | None = None


NOBODY = Identity(None)


def clean_id(cell: Cell, *, on: date) -> Identity:
    """The document number in ``cell`` as known on the day ``on``."""
    if cell is None or cell == "":
        return NOBODY
    if isinstance(cell, str):
        if _EXACT.fullmatch(cell):
            return _resident(cell, rule="", on=on)
        return _from_text(cell, on=on)
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _from_number(plain(cell), on=on)
    return Identity(None, rule="left_out", problem="cell_id_form")


def check_character(digits: str) -> str:
    """The check character of 17 digits."""
    return _CHECKS[(sum(map(mul, digits.encode(), _WEIGHTS)) - _ZEROS) % 11]


@lru_cache(maxsize=65_536)
def _birth(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def _date_problem(born: date | None, on: date) -> str:
    if born is None:
        return "cell_id_date"
    if born > on:
        return "cell_id_future"
    return "cell_id_age" if on.year - born.year > OLDEST else ""


def _resident(number: str, *, rule: str, on: date) -> Identity:
    born = _birth(number[6:14])
    problem = _date_problem(born, on)
    if check_character(number) != number[17]:
        if number.endswith("000") and not problem:
            return _partial(number[:15], on=on)
        problem = problem or "cell_id_check"
    if problem:
        return Identity(number, _kind(number), "unverified", rule, problem)
    return Identity(
        number, _kind(number), "verified", rule, "", _sex(number[16]), born.isoformat() if born else None
    )


def _kind(number: str) -> str:
    if number[0] == "9":
        return "foreigner_permanent"
    return "hmt_residence" if number[:2] in ("81", "82", "83") else "resident_id"


def _sex(digit: str) -> str:
    return "male" if int(digit) % 2 else "female"


def _partial(digits: str, *, on: date) -> Identity:
    """What is left of a number Excel rounded: its first 15 digits, or the 6 it shows."""
    born = _birth(digits[6:14]) if len(digits) == 15 else None
    known = born.isoformat() if born and not _date_problem(born, on) else None
    return Identity(digits, "resident_id", "partial", "lost_digits", "cell_id_lost", None, known)


def _fifteen(number: str, *, on: date) -> Identity:
    """An ID of the first generation. It has no check character, so it stays unverified."""
    full = number[:6] + "19" + number[6:]
    full += check_character(full)
    born = _birth(full[6:14])
    if born is None:
        return Identity(number, "resident_id", "unverified", "kept_unverified", "cell_id_date")
    return Identity(full, "resident_id", "unverified", "fifteen_digits", "", _sex(full[16]), born.isoformat())


def _from_number(digits: str, *, on: date) -> Identity:
    if not digits.isdecimal() or digits == "0":
        return Identity(None, rule="left_out", problem="cell_id_form")
    if len(digits) == 18:
        return _partial(digits[:15], on=on)
    return _from_text(digits, on=on)


def _from_text(text: str, *, on: date) -> Identity:
    raw = narrow(text.translate(_LOOKALIKES)).upper()
    if raw in NOTHING:
        return Identity(None, rule="nothing_written" if text.strip() else "")
    power = _POWER.fullmatch(raw.replace(" ", ""))
    if power:
        return _from_power(power[1] + (power[2] or ""), on=on)
    number = _NOISE.sub("", raw)
    masked = _MASKED.search(number)
    if masked:
        return _from_masked(masked[1] or "", on=on)
    found = set(_INSIDE.findall(raw)) or set(_INSIDE.findall(number))
    if len(found) > 1:
        return Identity(None, rule="left_out", problem="cell_id_several")
    if found:
        return _resident(found.pop(), rule="id_tidied", on=on)
    return _other(number, text, on=on)


def _from_power(digits: str, *, on: date) -> Identity:
    if len(digits) < 6:
        return Identity(None, rule="left_out", problem="cell_id_lost")
    return _partial(digits[:15] if len(digits) >= 15 else digits[:6], on=on)


def _from_masked(digits: str, *, on: date) -> Identity:
    """What the sender hid behind asterisks is unknown, the digits before them are not."""
    if not digits:
        return Identity(None, rule="left_out", problem="cell_id_masked")
    return _from_power(digits, on=on)._replace(problem="cell_id_masked")


def _other(number: str, text: str, *, on: date) -> Identity:
    rule = "" if number == text else "id_tidied"
    bare = re.sub(r"[^0-9A-Z]", "", number)
    if re.fullmatch(r"[1-9]\d{14}", bare, re.ASCII):
        return _fifteen(bare, on=on)
    if _MOBILE.fullmatch(bare):
        return Identity(None, rule="left_out", problem="cell_id_is_phone")
    for kind, form in _FORMS:
        if form.fullmatch(bare):
            return Identity(bare, kind, "unverified", "id_tidied" if bare != text else rule)
    return _unknown(bare)


def _unknown(bare: str) -> Identity:
    too_short = bare.isdecimal() and len(bare) < 8  # the area's six digits, or the last six: shared by many
    if too_short or sum(letter.isdigit() for letter in bare) < 5 or len(bare) > 30:
        return Identity(None, rule="left_out", problem="cell_id_form")
    kind = "resident_id" if re.fullmatch(r"[1-9]\d{11,19}X?", bare) else "other"
    problem = "cell_id_length" if kind == "resident_id" else "cell_id_form"
    return Identity(bare, kind, "unverified", "kept_unverified", problem)
