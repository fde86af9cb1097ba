"""The facts already on file of everybody a batch of rows may be about."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from fournets.crypto import KeyRing
from fournets.people.rules.identity import Identity, identity

FACTS = """
SELECT fact.id, fact.person_id, fact.origin, fact.digest, fact.name, fact.id_number_sealed, fact.id_certainty,
    fact.phone_sealed, fact.sex, fact.birth_on::text, fact.area_code, fact.address_sealed, fact.dwelling_id,
    fact.enterprise_id, fact.values, fact.values_sealed, fact.seen_on
FROM people_fact AS fact WHERE {which} ORDER BY fact.person_id, fact.id
"""
FIND = FACTS.format(
    which="""fact.person_id IN (
    SELECT entry.person_id FROM people_personkey AS entry JOIN wanted_key USING (key)
    UNION SELECT filed.person_id FROM people_fact AS filed JOIN wanted_origin USING (origin)
)"""
)
OF_PEOPLE = FACTS.format(which="fact.person_id = ANY(%s)")


@dataclass(frozen=True, slots=True)
class OnFile:
    """One fact on file, opened."""

    fact: int
    person: int
    origin: int
    digest: int
    identity: Identity


def facts_on_file(keys: Callable[[], set[int]], origins: Iterable[int], ring: KeyRing) -> list[OnFile]:
    """Every fact of every person who shares a key, or a row, with the batch; persons in order. ``keys`` are asked for when
    anything is on file at all."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM people_fact)")
        if not cursor.fetchone()[0]:
            return []
        for name, wanted in (("key", keys()), ("origin", set(origins))):
            _stage(cursor, name, wanted)
        cursor.execute(FIND)
        return _opened(cursor.fetchall(), ring)


def facts_of(people: Iterable[int], ring: KeyRing) -> list[OnFile]:
    """Every fact of ``people`` (numbers), opened; persons in order."""
    with connection.cursor() as cursor:
        cursor.execute(OF_PEOPLE, [list(people)])
        return _opened(cursor.fetchall(), ring)


def _opened(rows: Sequence[tuple[Any, ...]], ring: KeyRing) -> list[OnFile]:
    numbers = ring.unseal_many("id_number", [row[5] for row in rows])
    phones = ring.unseal_many("phone", [row[7] for row in rows])
    addresses = ring.unseal_many("address", [row[11] for row in rows])
    sealed = ring.unseal_many("values", [row[15] for row in rows])
    return [
        OnFile(row[0], row[1], row[2], row[3], _identity(row, *opened))
        for row, *opened in zip(rows, numbers, phones, addresses, sealed, strict=True)
    ]


def _stage(cursor, name: str, numbers: set[int]) -> None:  # type: ignore[no-untyped-def]
    table = f"wanted_{name}"
    cursor.execute(f"DROP TABLE IF EXISTS {table}; CREATE TEMP TABLE {table} ({name} bigint) ON COMMIT DROP")
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
        copy.write("".join(f"{number}\n" for number in numbers))
    cursor.execute(f"ANALYZE {table}")


def _identity(
    row: tuple[Any, ...], number: str | None, phone: str | None, address: str | None, sealed: str | None
) -> Identity:
    values = json.loads(row[14])
    return identity(
        name=row[4],
        id_number=number,
        id_certainty=row[6],
        phone=phone,
        sex=row[8],
        birth_on=row[9],
        area_code=row[10],
        address=address,
        dwelling=row[12],
        employer=row[13],
        household_no=values.get("household_no"),
        values=values | json.loads(sealed or "{}"),
        seen_on=row[16],
    )
