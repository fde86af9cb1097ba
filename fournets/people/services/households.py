"""Households: the people under one household number, or at one door with one head."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import pyarrow.compute as pc
from django.db import connection

from fournets.crypto import KeyRing
from fournets.people.prepare import DWELLING, HOUSEHOLD_FIELDS
from fournets.people.services.batch import HEAD, Batch

ADD = """
INSERT INTO people_household (public_id, area_code, number, dwelling_id)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[])
ON CONFLICT (public_id) DO UPDATE SET dwelling_id = coalesce(EXCLUDED.dwelling_id, people_household.dwelling_id)
RETURNING public_id, id
"""


def households_of(batch: Batch, ring: KeyRing) -> list[int | None]:
    """The household of each row of a household register, made where it is unknown; None for other rows."""
    found: list[int | None] = [None] * batch.size
    rows = _rows(batch)
    texts = _texts(batch, rows)
    names = [_public_id(key) if key is not None else None for key in ring.index_many("household", texts)]
    known: dict[str, tuple[str, str, int | None]] = {}
    told = batch.told(rows, "area_code", "household_no", DWELLING)
    for name, area_code, number, dwelling in zip(names, *told, strict=True):
        if name and (name not in known or known[name][2] is None):
            known[name] = (area_code, number or "", dwelling)
    if not known:
        return found
    with connection.cursor() as cursor:
        cursor.execute(ADD, [list(known), *map(list, zip(*known.values(), strict=True))])
        numbers = dict(cursor.fetchall())
    for row, name in zip(rows, names, strict=True):
        found[row] = numbers[name] if name else None
    return found


def _rows(batch: Batch) -> list[int]:
    """The rows that may name a household: those with its number, and those of registers with an address."""
    registered = pc.and_(
        pc.fill_null(pc.equal(batch.rows["kind"], "household_register"), False),
        pc.not_equal(batch.ready["address"], ""),
    )
    numbered = pc.not_equal(batch.ready["household"], "")
    rows: list[int] = pc.indices_nonzero(pc.or_(registered, numbered)).to_pylist()
    return rows


def _headed(batch: Batch) -> set[tuple[int, int]]:
    """The sheets that name heads of households, or only say whom a visit found; in the others the people of one door are
    one household."""
    told = pc.fill_null(pc.match_substring(batch.rows["values"], '"visit_state"'), False)
    for name in HOUSEHOLD_FIELDS:
        told = pc.or_(told, pc.fill_null(pc.not_equal(batch.rows[name], ""), False))
    sheets = batch.rows.select(["file_id", "sheet"]).filter(told).group_by(["file_id", "sheet"]).aggregate([])
    return set(zip(sheets["file_id"].to_pylist(), sheets["sheet"].to_pylist(), strict=True))


def _texts(batch: Batch, rows: Sequence[int]) -> list[str | None]:
    """What tells the household of each of these rows from others."""
    headed = _headed(batch)
    names = ("file_id", "sheet", "kind", "relation", "name", "head_name")
    ready = ("ready.household", "ready.community", "ready.address")
    texts: list[str | None] = []
    for file_id, sheet, kind, relation, name, head_name, household, community, address in zip(
        *batch.told(rows, *names, *ready), strict=True
    ):
        if household:
            texts.append(household)
        elif kind != "household_register" or not address:
            texts.append(None)
        elif (file_id, sheet) not in headed:
            texts.append(f"{community}/{address}")
        else:
            head = name if relation == HEAD else head_name
            texts.append(f"{community}/{address}/{head}" if head else None)
    return texts


def _public_id(key: int) -> str:
    return "H" + base64.b32encode(key.to_bytes(8, "big", signed=True)).decode().rstrip("=")
