"""Rows into facts: copied into a staging table while they are made ready, and filed with one statement."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
from django.db import connection

from fournets.crypto import KeyRing
from fournets.database import refresh_statistics
from fournets.people.prepare import FACT
from fournets.people.services.batch import Batch, ready_batch, with_dwellings

_KINDS = {
    "n": "integer",
    "file_id": "bigint",
    "sheet": "integer",
    "row": "integer",
    "seen_on": "date",
    "birth_on": "date",
    "values": "jsonb",
    "dwelling_id": "bigint",
    "enterprise_id": "bigint",
    "keys": "bigint[]",
    "origin": "bigint",
    "digest": "bigint",
}
STAGED = [(name, _KINDS.get(name, "bytea" if name.endswith("_sealed") else "text")) for name in FACT]
NAMES = ", ".join(f'"{name}"' for name in FACT)
OWN = ", ".join(f'"{name}"' for name in FACT if name != "n")
STAGE = (
    "DROP TABLE IF EXISTS staged; CREATE TEMP TABLE staged ("
    + ", ".join(f'"{name}" {kind}' for name, kind in STAGED)
    + ") ON COMMIT DROP"
)
# Facts are numbered in the order of their rows: of two of a day the later one counts.
COUNTER = "SELECT pg_get_serial_sequence('people_fact', 'id')"
PLACED = """
DROP TABLE IF EXISTS placed;
CREATE TEMP TABLE placed (n integer, person_id bigint, household_id bigint, rule text, score double precision,
    id bigint DEFAULT nextval('{counter}')) ON COMMIT DROP
"""
FILE = f"""
WITH filed AS (
    INSERT INTO people_fact (id, person_id, household_id, rule, score, {OWN})
    SELECT id, person_id, household_id, rule, score, {OWN} FROM staged JOIN placed USING (n)
    RETURNING id, person_id, enterprise_id, area_code
)
INSERT INTO people_employment (person_id, enterprise_id, area_code, fact_id)
SELECT person_id, enterprise_id, area_code, id FROM filed WHERE enterprise_id IS NOT NULL ORDER BY id
"""  # noqa: S608


def stage_batch(rows: pa.Table, ring: KeyRing) -> Batch:
    """The batch in ``rows``, whose facts lie ready to be filed for the rest of the transaction."""
    whole = with_dwellings(rows, ring)
    with connection.cursor() as cursor:
        cursor.execute(STAGE)
        with cursor.copy(f"COPY staged ({NAMES}) FROM STDIN") as copy:
            return ready_batch(whole, ring, copy.write)


def write_facts(
    rows: Sequence[int],
    *,
    people: Sequence[int | None],
    households: Sequence[int | None],
    rules: Sequence[str],
    scores: Sequence[float | None],
) -> None:
    """Files the staged ``rows`` as facts of their ``people`` (both counted by row of the batch)."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTER)
        cursor.execute(PLACED.format(counter=cursor.fetchone()[0]))
        with cursor.copy("COPY placed (n, person_id, household_id, rule, score) FROM STDIN") as copy:
            copy.write(
                "".join(
                    f"{row}\t{people[row]}\t{_or_null(households[row])}\t{rules[row]}\t{_or_null(scores[row])}\n"
                    for row in rows
                )
            )
        cursor.execute(FILE)
        refresh_statistics(cursor, len(rows), "people_fact", "people_household", "people_employment")


def _or_null(value: float | None) -> str:
    return "\\N" if value is None else str(value)
