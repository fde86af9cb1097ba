"""What the page of self-registration asks, and whether what was written can be: the least that is needed, nothing more."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from fournets.language import Refusal

TEXT, PHONE, DAY = "text", "tel", "date"
LONG_AGO = timedelta(days=365)
DIGITS = re.compile(r"\+?\d{7,15}")
BETWEEN = re.compile(r"[\s()()\-—]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """One field: its name in the vocabulary, how it is written, whether it is needed, and what a browser may fill in."""

    field: str
    kind: str
    needed: bool
    fills: str


FIELDS = (
    Asked("name", TEXT, True, "name"),
    Asked("phone", PHONE, True, "tel"),
    Asked("address", TEXT, True, "street-address"),
    Asked("from_place", TEXT, True, "off"),
    Asked("returned_on", DAY, True, "off"),
    Asked("transport_no", TEXT, False, "off"),
    Asked("symptoms", TEXT, False, "off"),
)


class WrongField(Refusal):
    """A field that cannot be so; nothing was kept."""

    def __init__(self, field: str, why: str) -> None:
        self.field = field
        super().__init__(f"registration_{why}")


def checked(typed: Mapping[str, str], *, on: date, longest: int) -> dict[str, str]:
    """The fields as they are kept, on one line each. Raises `WrongField`."""
    found = {}
    for one in FIELDS:
        text = " ".join(unicodedata.normalize("NFKC", typed.get(one.field, "")).split())
        if not text and one.needed:
            raise WrongField(one.field, "missing")
        if len(text) > longest or not text.isprintable():
            raise WrongField(one.field, "long")
        found[one.field] = _read(one, text, on) if text else ""
    return found


def _read(one: Asked, text: str, on: date) -> str:
    if one.kind == PHONE:
        digits = BETWEEN.sub("", text)
        if not DIGITS.fullmatch(digits):
            raise WrongField(one.field, "phone")
        return digits
    if one.kind == DAY:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise WrongField(one.field, "day") from None
        if not on - LONG_AGO <= day <= on:
            raise WrongField(one.field, "day")
        return day.isoformat()
    if not any(sign.isalpha() for sign in text):
        raise WrongField(one.field, "words")
    return text
