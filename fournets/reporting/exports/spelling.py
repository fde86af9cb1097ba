"""One person's values as cells of a list: in words, masked where they must be, in the spellings of the row. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fournets.people.rules.masking import mask_number, mask_phone
from fournets.places.rules.regions import region_name
from fournets.reporting.exports.marks import Hand
from fournets.reporting.forms.settled import LeftOut
from fournets.workbooks.vocabulary import Field, fields, written

NUMBERS = ("id_number", "uscc", "phone")  # kinds of columns that keep every digit and are masked
MASKS = {"id_number": mask_number, "phone": mask_phone}


@dataclass(frozen=True, slots=True)
class Speller:
    """Writes rows of a list with these columns; ``unmasked`` shows numbers whole."""

    columns: Sequence[str]
    unmasked: bool

    def row(self, values: Mapping[str, Any], hand: Hand) -> list[str]:
        """The cells of one person, empty where nothing sure is on file."""
        return [self._cell(fields()[name], values.get(name), hand) for name in self.columns]

    def _cell(self, field: Field, value: Any, hand: Hand) -> str:
        if value in (None, "") or isinstance(value, LeftOut):
            return ""
        text = " ".join(str(value).split())
        if field.type in MASKS:
            first = text.split("|")[0]
            return first if self.unmasked else hand.mask(MASKS[field.type](first))
        if field.type in ("date", "datetime"):
            return hand.day(value if isinstance(value, date) else date.fromisoformat(text[:10]))
        if field.type == "region":
            return _region(text, hand)
        if field.type == "area":
            return hand.area(text)
        if field.type == "relation":
            return hand.relation(text)
        if field.name == "address":
            return hand.address(text)
        return _word(field, text, hand)


def _region(text: str, hand: Hand) -> str:
    codes = text.split("|")
    if len(codes) == 1:
        return hand.region(text) or text
    return "、".join(region_name(code) or code for code in codes)


def _word(field: Field, text: str, hand: Hand) -> str:
    kind = field.written or (field.type if field.type in ("sex", "yes_no") else "")
    if kind in ("sex", "residence_type") and (word := hand.word(kind, text)):
        return word
    return written(kind).get(text, (text,))[0] if kind else text
