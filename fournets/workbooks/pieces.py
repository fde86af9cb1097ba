"""Columns over which one document number is spread: the first 6 or 14 digits, and beside them the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from fournets.workbooks.columns import SURE, Judged
from fournets.workbooks.evidence import text_of, valid_id
from fournets.workbooks.headers import meanings
from fournets.workbooks.model import Cell
from fournets.workbooks.vocabulary import header_key

FIELD = "id_number"
WHOLE = 18
MOST_ZEROS = 3
_SAMPLE = 200
_PIECE = re.compile(r"(?:身份证|证件号?|号码).*[前中后末尾](?:\d{1,2}|[一二三四五六七八十]{1,3})位")


def joined(pieces: Sequence[Cell]) -> str:
    """The pieces as one text; a last piece that stands as a number gets back the zeros it lost."""
    texts = [re.sub(r"\s", "", text_of(piece)).upper() for piece in pieces]
    lost = WHOLE - sum(map(len, texts))
    if 0 < lost <= MOST_ZEROS and isinstance(pieces[-1], (int, float)):
        texts[-1] = "0" * lost + texts[-1]
    return "".join(texts)


def join_pieces(
    rows: Sequence[Sequence[Cell]], columns: Sequence[Judged], given: dict[int, tuple[str, float]]
) -> None:
    """Gives neighbours that are called the same number, and are one number together, all its field."""
    at = 0
    while at < len(columns):
        run = _run(columns[at:])
        if len(run) > 1 and _are_one([one.index for one in run], rows):
            for one in run:
                given[one.index], one.doubt, one.how = (FIELD, 1.0), "", "header"
        at += max(1, len(run))


def _run(columns: Sequence[Judged]) -> list[Judged]:
    """The columns from the first on that may be pieces of a number: so called, or without a header after the first."""
    if not columns or not _says_number(columns[0]):
        return []
    more = takewhile(lambda one: _is_piece(one) and (not one.path or _says_number(one)), columns[1:])
    return [columns[0], *more] if _is_piece(columns[0]) else []


def _says_number(one: Judged) -> bool:
    key = "".join(map(header_key, one.path))
    said = max(one.scores.get(FIELD, 0.0) if one.how == "header" else 0.0, meanings(one.path).get(FIELD, 0.0))
    return said >= SURE or _PIECE.search(key) is not None


def _is_piece(one: Judged) -> bool:
    return one.evidence.filled > 0 and one.evidence.share("id") < 0.5


def _are_one(places: Sequence[int], rows: Sequence[Sequence[Cell]]) -> bool:
    tried = valid = 0
    for row in rows[:_SAMPLE]:
        pieces = [row[at] for at in places if at < len(row) and row[at] not in (None, "")]
        if len(pieces) > 1:
            tried += 1
            valid += valid_id(joined(pieces))
    return valid > 0 and valid >= 0.5 * tried
