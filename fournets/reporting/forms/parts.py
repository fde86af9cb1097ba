"""Columns that share one answer: a date in three columns, a number in eighteen boxes, one mark among choices. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import groupby

from fournets.reporting.forms.meaning import COUNTS_PEOPLE, Meaning
from fournets.workbooks.vocabulary import header_key

DATE_PARTS = {"年": "y", "月": "m", "日": "d", "year": "y", "month": "m", "day": "d"}
BOXES = {"id_number": 18, "uscc": 18, "phone": 11}  # columns below one header, by type


def settle_shared(found: list[Meaning], date_of: Callable[[tuple[str, ...]], str | None]) -> list[Meaning]:
    """Columns read one by one, once those that share a header are looked at together.

    ``date_of`` gives the field of a group of headers where it is a date.
    """
    dated = [_date_part(one, date_of) for one in found]
    boxed = [one for _, few in groupby(dated, lambda one: one.head.cell) for one in _boxes(list(few))]
    groups = {one.head.path[:-1] for one in boxed if one.choice}
    return _without_doubles([_or_nothing(one, groups) for one in boxed])


def _date_part(one: Meaning, date_of: Callable[[tuple[str, ...]], str | None]) -> Meaning:
    part = DATE_PARTS.get(header_key(one.head.path[-1]), "")
    field = date_of(one.head.path[:-1]) if part and len(one.head.path) > 1 else None
    return Meaning(one.head, field, "date", part=part) if field else one


def _boxes(few: list[Meaning]) -> list[Meaning]:
    """The columns below one merged header: a digit each where they are as many as the digits, else one column."""
    first = few[0]
    if len(few) > 1 and len(few) == BOXES.get(first.type):
        return [replace(one, part=str(place)) for place, one in enumerate(few)]
    return [first]


def _or_nothing(one: Meaning, groups: set[tuple[str, ...]]) -> Meaning:
    """其他 beside 居家 and 集中 is one more choice and no remark."""
    return one if one.choice or one.head.path[:-1] not in groups else Meaning(one.head, None)


def _without_doubles(found: list[Meaning]) -> list[Meaning]:
    """A field asked for twice is filled once for certain: the second column is asked about, unless the two share it."""
    seen: set[str] = set()
    kept = []
    for one in found:
        key = str(one.field if one.field in COUNTS_PEOPLE else one.key)
        double = key in seen and not one.choice and not one.part
        kept.append(Meaning(one.head, None) if double else one)
        seen.add(key)
    return kept
