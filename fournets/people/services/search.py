"""The tokens people are found by, made again for whoever changed: in batches, apart from the filing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from fournets.crypto import KeyRing
from fournets.database import refresh_statistics
from fournets.hands import Hands
from fournets.people.found_by import token_lines

BATCH = 50_000  # people whose tokens are written together: the more, the more tokens go to the same page of the index at a time
SHARE = 2_500  # people one hand indexes at a time
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
SELECT token, area_code, person_id FROM wanted_token ORDER BY token, area_code, person_id
"""
# Looking whether each is held already takes half as long again; nobody else writes tokens meanwhile.
HELD = "SELECT EXISTS (SELECT FROM people_searchtoken WHERE person_id = ANY(%s))"
UNLESS_HELD = " ON CONFLICT DO NOTHING"


@dataclass(slots=True)
class _Taken:
    """People taken from those who wait, in how many rows, and the lines of their tokens, which come while others are written."""

    rows: int
    people: list[int]
    lines: Iterator[str]


@transaction.atomic
def index_people(limit: int | None = None, *, ring: KeyRing) -> int:
    """Makes the tokens of people whose values changed, ``limit`` rows of what waits at most; gives how many it took.

    Nothing is done, and 0 given, while somebody else is at it.
    """
    done = 0
    with connection.cursor() as cursor, Hands() as hands:
        cursor.execute(LOCK)
        batch = _take(cursor, _most(limit, done), ring, hands) if cursor.fetchone()[0] else None
        while batch:
            done += batch.rows
            following = _take(cursor, _most(limit, done), ring, hands) if batch.rows == BATCH else None
            _write(cursor, batch)
            batch = following
    return done


def _most(limit: int | None, done: int) -> int:
    return BATCH if limit is None else min(BATCH, limit - done)


def _take(cursor: Any, most: int, ring: KeyRing, hands: Hands) -> _Taken | None:
    """Takes some of those who wait, and has their tokens begun."""
    cursor.execute(TAKE, [most])
    took = [row[0] for row in cursor.fetchall()]
    if not took:
        return None
    people = sorted(set(took))
    cursor.execute(VALUES, [people])
    values = cursor.fetchall()
    parts = [(ring, values[at : at + SHARE]) for at in range(0, len(values), SHARE)]
    return _Taken(len(took), people, hands.share(token_lines, parts, ahead=len(parts)))


def _write(cursor: Any, batch: _Taken) -> None:
    cursor.execute(WANTED)
    tokens = 0
    with cursor.copy("COPY wanted_token FROM STDIN") as copy:
        for some in batch.lines:
            tokens += some.count("\n")
            copy.write(some)
    cursor.execute("ANALYZE wanted_token")
    cursor.execute(FORGET, [batch.people])
    cursor.execute(HELD, [batch.people])
    cursor.execute(KEEP + UNLESS_HELD if cursor.fetchone()[0] else KEEP)
    refresh_statistics(cursor, tokens, "people_searchtoken")
