"""The tokens people are found by, made again for whoever changed: in batches, apart from the filing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from fournets.crypto import KeyRing
from fournets.database import refresh_statistics
from fournets.people.rules.tokens import person_tokens

BATCH = 5_000  # people indexed in one transaction
WHILE_WAITING = 2_000  # people somebody who opens the search waits for
# One at a time: whoever read a person's values earlier must not write his tokens later.
LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('fournets search'))"
TAKE = """
DELETE FROM people_tosearch WHERE id IN (SELECT id FROM people_tosearch ORDER BY id LIMIT %s) RETURNING person_id
"""
VALUES = """
SELECT id, area_code, name, id_number_sealed, phone_sealed, address_sealed FROM people_person WHERE id = ANY(%s)
"""
WANTED = """
DROP TABLE IF EXISTS wanted_token;
CREATE TEMP TABLE wanted_token (token bigint, area_code text COLLATE "C", person_id bigint) ON COMMIT DROP
"""
FORGET = """
DELETE FROM people_searchtoken AS held WHERE person_id = ANY(%s) AND NOT EXISTS (
    SELECT FROM wanted_token AS wanted WHERE wanted.token = held.token AND wanted.area_code = held.area_code
        AND wanted.person_id = held.person_id
)
"""
KEEP = """
INSERT INTO people_searchtoken (token, area_code, person_id)
SELECT token, area_code, person_id FROM wanted_token ORDER BY token, area_code, person_id ON CONFLICT DO NOTHING
"""


def index_people(limit: int | None = None, *, ring: KeyRing) -> int:
    """Makes the tokens of people whose values changed, ``limit`` rows of what waits at most; gives how many it took.

    Each batch is one transaction. Nothing is done, and 0 given, while somebody else is at it.
    """
    done = 0
    while limit is None or done < limit:
        most = BATCH if limit is None else min(BATCH, limit - done)
        took = _index_batch(most, ring)
        done += took
        if took < most:
            break
    return done


@transaction.atomic
def _index_batch(most: int, ring: KeyRing) -> int:
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(TAKE, [most])
        took = [row[0] for row in cursor.fetchall()]
        if not took:
            return 0
        people = sorted(set(took))
        cursor.execute(VALUES, [people])
        _write(cursor, people, _tokens(cursor.fetchall(), ring))
    return len(took)


def _write(cursor: Any, people: Sequence[int], rows: Sequence[tuple[int, str, int]]) -> None:
    cursor.execute(WANTED)
    with cursor.copy("COPY wanted_token FROM STDIN") as copy:
        copy.write("".join(f"{token}\t{area}\t{person}\n" for token, area, person in rows))
    cursor.execute("ANALYZE wanted_token")
    cursor.execute(FORGET, [list(people)])
    cursor.execute(KEEP)
    refresh_statistics(cursor, len(rows), "people_searchtoken")


def _tokens(people: Sequence[tuple[Any, ...]], ring: KeyRing) -> list[tuple[int, str, int]]:
    """(token, area, person) of each of the people, whose values come sealed."""
    columns = list(zip(*people, strict=True)) or [()] * 6
    opened = [
        ring.unseal_many(name, column)
        for name, column in zip(("id_number", "phone", "address"), columns[3:], strict=True)
    ]
    owners: dict[str, list[int]] = {}
    texts: dict[str, list[str]] = {}
    for at, (name, number, phone, address) in enumerate(zip(columns[2], *opened, strict=True)):
        for purpose, text in person_tokens(name=name, id_number=number, phone=phone, address=address):
            owners.setdefault(purpose, []).append(at)
            texts.setdefault(purpose, []).append(text)
    return [
        (token, people[at][1], people[at][0])
        for purpose, said in texts.items()
        for at, token in zip(owners[purpose], ring.index_many(purpose, said), strict=True)
        if token is not None
    ]
