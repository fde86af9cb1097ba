"""Households: the people under one household number, or at one door with one head."""

from __future__ import annotations

import base64

from django.db import connection

from fournets.crypto import KeyRing
from fournets.people.services.batch import HEAD, Batch

ADD = """
INSERT INTO people_household (public_id, area_code, number, dwelling_id)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[])
ON CONFLICT (public_id) DO UPDATE SET dwelling_id = coalesce(EXCLUDED.dwelling_id, people_household.dwelling_id)
RETURNING public_id, id
"""


def households_of(batch: Batch, ring: KeyRing) -> list[int | None]:
    """The household of each row of a household register, made where it is unknown; None for other rows."""
    headed = _headed(batch)
    texts = [_household_text(batch, row, headed) for row in range(batch.size)]
    names = [_public_id(key) if key is not None else None for key in ring.index_many("household", texts)]
    known: dict[str, tuple[str, str, int | None]] = {}
    for row, name in enumerate(names):
        if name and (name not in known or known[name][2] is None):
            known[name] = (batch["area_code"][row], batch["household_no"][row] or "", batch.dwellings[row])
    if not known:
        return [None] * batch.size
    with connection.cursor() as cursor:
        cursor.execute(ADD, [list(known), *map(list, zip(*known.values(), strict=True))])
        numbers = dict(cursor.fetchall())
    return [numbers[name] if name else None for name in names]


def _headed(batch: Batch) -> set[tuple[int, int]]:
    """The sheets that name heads of households, or only say whom a visit found; in the others the people of one door are
    one household."""
    sheets = zip(batch["file_id"], batch["sheet"], strict=True)
    told = zip(batch["head_name"], batch["relation"], batch["household_no"], batch["values"], strict=True)
    return {
        sheet
        for sheet, (*words, values) in zip(sheets, told, strict=True)
        if any(words) or '"visit_state"' in (values or "")
    }


def _household_text(batch: Batch, row: int, headed: set[tuple[int, int]]) -> str | None:
    one = batch.identities[row]
    if one.household:
        return one.household
    if batch["kind"][row] != "household_register" or not one.address:
        return None
    if (batch["file_id"][row], batch["sheet"][row]) not in headed:
        return f"{one.community}/{one.address}"
    head = batch["name"][row] if batch["relation"][row] == HEAD else batch["head_name"][row]
    return f"{one.community}/{one.address}/{head}" if head else None


def _public_id(key: int) -> str:
    return "H" + base64.b32encode(key.to_bytes(8, "big", signed=True)).decode().rstrip("=")
