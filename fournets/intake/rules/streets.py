"""A street in a column of its own belongs before the number beside it: 西路 beside 3号 is 西路3号."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fournets.intake.rules.body import Body

JOINED = "street_joined"
_HOUSE = re.compile(r"(?:第|附|新|旧)?\d{1,5}[A-Z]?(?:-\d{1,4})*(?:号.*)?", re.ASCII)
_BARE = re.compile(r"\d{1,5}[A-Z]?(?:-\d{1,4})*", re.ASCII)


def join_streets(body: Body) -> None:
    """Writes each row's street before its address, else before its house number; what is joined leaves its own column.

    Before a block of an estate (2栋) it stays where it is: there it stands before the estate's name.
    """
    streets = body.values.get("street")
    if streets is None:
        return
    targets = [field for field in ("address", "enterprise_address", "building_name") if field in body.values]
    body.values |= {field: list(body.values[field]) for field in (*targets, "street")}
    for at, street in enumerate(streets):
        if street:
            _join(body, at, street, targets)


def _join(body: Body, at: int, street: str, targets: Sequence[str]) -> None:
    for field in targets:
        value = body.values[field][at]
        if not value:
            continue
        if street not in value:
            if field == "building_name" and not _HOUSE.fullmatch(value):
                continue
            whole = f"{street}{value}号" if _BARE.fullmatch(value) else street + value
            body.journal.changed(at, field, body.columns[field], value, JOINED)
            body.values[field][at] = whole
        body.values["street"][at] = None
        return
