"""Rows of invented people, as intake hands them to the register."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
from django.db import transaction

from fournets.crypto import new_ring
from fournets.people.services import file_people

RING = new_ring()
COMMUNITY = "440605123018"
SCHEMA = {
    "file_id": pa.int64(),
    "sheet": pa.int32(),
    "row": pa.int32(),
    "seen_on": pa.date32(),
    "enterprise_id": pa.int64(),
}
BLANK: dict[str, Any] = {
    "file_id": 1,
    "sheet": 1,
    "kind": "household_register",
    "seen_on": date(2020, 2, 3),
    "area_code": COMMUNITY,
    "enterprise_id": None,
}
TEXTS = (
    "building_code", "door", "name", "id_number", "id_kind", "id_certainty", "phone", "sex", "birth_on", "address",
    "household_no", "relation", "head_name", "values", "changes",
)  # fmt: skip


def person_row(name: str | None = None, row: int = 2, **more: Any) -> dict[str, Any]:
    """One row; a whole resident number counts as verified unless said otherwise."""
    one = BLANK | dict.fromkeys(TEXTS) | {"name": name, "row": row, "values": "{}"} | more
    if one["id_number"] and not one["id_certainty"]:
        one["id_certainty"] = "verified"
    return one | {"row_key": f"{one['file_id']:064x}:{one['sheet']}:{one['row']}"}


def table(rows: list[dict[str, Any]]) -> pa.Table:
    return pa.table(
        {name: pa.array([row[name] for row in rows], SCHEMA.get(name, pa.string())) for name in rows[0]}
    )


def file(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    """Files rows in one transaction; what became of each."""
    with transaction.atomic():
        return file_people(table(list(rows)), ring=RING).to_pylist()


def resident(birth: str = "19700101", sequence: int = 123, area: str = "440682") -> str:
    """An invented resident number with a right check digit."""
    body = f"{area}{birth}{sequence:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]
