"""Rows into facts: sealed, copied into a staging table, and filed with one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from fournets.crypto import KeyRing
from fournets.database import refresh_statistics
from fournets.people.services.batch import Batch

STAGED = (
    ("person_id", "bigint"),
    ("area_code", "text"),
    ("file_id", "bigint"),
    ("sheet", "integer"),
    ("row", "integer"),
    ("kind", "text"),
    ("seen_on", "date"),
    ("name", "text"),
    ("sex", "text"),
    ("birth_on", "date"),
    ("values", "jsonb"),
    ("id_number_sealed", "bytea"),
    ("id_certainty", "text"),
    ("phone_sealed", "bytea"),
    ("address_sealed", "bytea"),
    ("values_sealed", "bytea"),
    ("changes_sealed", "bytea"),
    ("household_id", "bigint"),
    ("dwelling_id", "bigint"),
    ("enterprise_id", "bigint"),
    ("keys", "bigint[]"),
    ("origin", "bigint"),
    ("digest", "bigint"),
    ("rule", "text"),
    ("score", "double precision"),
)
NAMES = ", ".join(f'"{name}"' for name, _ in STAGED)
STAGE = (
    "DROP TABLE IF EXISTS staged; CREATE TEMP TABLE staged ("
    + ", ".join(f'"{name}" {kind}' for name, kind in STAGED)
    + ") ON COMMIT DROP"
)
FILE = f"""
WITH filed AS (
    INSERT INTO people_fact ({NAMES}) SELECT {NAMES} FROM staged RETURNING id, person_id, enterprise_id, area_code
)
INSERT INTO people_employment (person_id, enterprise_id, area_code, fact_id)
SELECT person_id, enterprise_id, area_code, id FROM filed WHERE enterprise_id IS NOT NULL
"""  # noqa: S608


def write_facts(
    batch: Batch,
    rows: Sequence[int],
    *,
    people: Sequence[int | None],
    households: Sequence[int | None],
    rules: Sequence[str],
    scores: Sequence[float | None],
    ring: KeyRing,
) -> None:
    """Files ``rows`` of the batch as facts of their ``people`` (both counted by row of the batch)."""
    sealed = _seal(batch, rows, ring)
    columns = [_pick(batch, rows, name, people, households, rules, scores, sealed) for name, _ in STAGED]
    with connection.cursor() as cursor:
        cursor.execute(STAGE)
        with cursor.copy(f"COPY staged ({NAMES}) FROM STDIN") as copy:
            for line in zip(*columns, strict=True):
                copy.write_row(line)
        cursor.execute("ANALYZE staged")
        cursor.execute(FILE)
        refresh_statistics(cursor, len(rows), "people_fact", "people_household", "people_employment")


def _seal(batch: Batch, rows: Sequence[int], ring: KeyRing) -> dict[str, list[bytes | None]]:
    sources = {
        "id_number": "id_number",
        "phone": "phone",
        "address": "address",
        "values": "values_to_seal",
        "changes": "changes",
    }
    return {
        f"{label}_sealed": ring.seal_many(label, [batch[source][row] for row in rows])
        for label, source in sources.items()
    }


def _pick(
    batch: Batch,
    rows: Sequence[int],
    name: str,
    people: Sequence[int | None],
    households: Sequence[int | None],
    rules: Sequence[str],
    scores: Sequence[float | None],
    sealed: dict[str, list[bytes | None]],
) -> list[Any]:
    if name in sealed:
        return list(sealed[name])
    if name == "birth_on":
        return [batch.birth_on(row) for row in rows]
    if name == "sex":
        return [batch.identities[row].sex for row in rows]
    if name == "keys":
        return ["{" + ",".join(map(str, batch.keys[row])) + "}" for row in rows]
    if name in ("kind", "name", "id_certainty"):
        return [batch[name][row] or "" for row in rows]
    own: dict[str, Sequence[Any]] = {
        "person_id": people,
        "household_id": households,
        "dwelling_id": batch.dwellings,
        "values": batch.documents,
        "origin": batch.origins,
        "digest": batch.digests,
        "rule": rules,
        "score": scores,
    }
    column = own.get(name) or batch[name]
    return [column[row] for row in rows]
