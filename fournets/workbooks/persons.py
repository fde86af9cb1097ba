"""Whose a column is where a table speaks of several people: an employee beside the shopkeeper, a returnee beside the head."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fournets.workbooks.columns import SURE, Judged
from fournets.workbooks.vocabulary import header_key

_OWN = ("id_number", "phone")
_JOURNEY = ("returned_on", "left_on", "from_place", "via_place", "transport", "transport_no", "travelled_on")
_NAME = re.compile(r"(.{2,})(?:姓名|名字)")
_TRAVELLER = re.compile(r"(?:返[乡镇回丹]|来返|外出|返)人员(?:姓名|名单)?")


def doubt_of_others(judged: Sequence[Judged], own: str) -> None:
    """Takes a field from the columns that may be another person's than the row's; these are asked about."""
    _prefer_namesakes(judged)
    if own and any(_TRAVELLER.fullmatch(_key(one)) and one.evidence.filled for one in judged):
        for one in judged:
            _take(one, _JOURNEY)  # of a head of household the register says who of his household travelled


def _prefer_namesakes(judged: Sequence[Judged]) -> None:
    """Beside 从业人员姓名 and 从业人员电话 a plain 联系电话 is somebody else's."""
    named = max(judged, key=lambda one: one.scores.get("name", 0.0), default=None)
    called = _NAME.fullmatch(_key(named)) if named and named.scores.get("name", 0.0) >= SURE else None
    if not called:
        return
    for field in _OWN:
        claims = [one for one in judged if field in one.scores]
        if any(called[1] in _key(one) for one in claims):
            for one in claims:
                if called[1] not in _key(one):
                    _take(one, (field,))


def _take(one: Judged, fields: Sequence[str]) -> None:
    taken = one.scores.keys() & set(fields)
    for field in taken:
        del one.scores[field]
    if taken:
        one.doubt = one.doubt or "unsure"


def _key(one: Judged) -> str:
    return "".join(map(header_key, one.path))
