"""Filing: rows of source files end in one file a person."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import msgspec
import pyarrow as pa
from django.db import connection

from fournets.analytics.settle import Thresholds
from fournets.crypto import KeyRing
from fournets.people.models import ReviewItem
from fournets.people.services.batch import COLUMNS, Batch
from fournets.people.services.candidates import OnFile, facts_on_file
from fournets.people.services.derive import derive_people
from fournets.people.services.forgotten import hold_up_forgotten
from fournets.people.services.households import households_of
from fournets.people.services.match import Matches, match
from fournets.people.services.merge import join_files
from fournets.people.services.outcome import files_met, outcomes
from fournets.people.services.stage import stage_batch, write_facts
from fournets.policy import in_force

FILED = pa.schema(
    [
        ("outcome", pa.string()),
        ("reason", pa.string()),
        ("rule", pa.string()),
        ("score", pa.float64()),
        ("person_id", pa.int64()),
        ("public_id", pa.string()),
    ]
)
# The sequence is looked up once, not once a number.
NEW_NUMBERS = """
SELECT nextval(counter) FROM (SELECT pg_get_serial_sequence('people_person', 'id')::regclass AS counter OFFSET 0) AS one,
    generate_series(1, %s)
"""


@dataclass
class Assigned:
    """The person of each row (None: in doubt), and the public ids of those the batch makes."""

    people: list[int | None]
    fresh: dict[int, str]


def file_people(rows: pa.Table, *, ring: KeyRing) -> pa.Table:
    """Files every row with the person it is about, in the caller's transaction; one line of outcome a row.

    ``rows``: the columns of `COLUMNS` (those that are missing count as empty). Returns `FILED`, row for row.
    The same rows on the same register give the same people under the same public ids.
    """
    if not rows.num_rows:
        return FILED.empty_table()
    batch = stage_batch(rows, ring)
    on_file = facts_on_file(batch.keys, batch.origins, ring)
    matches = match(batch, on_file, thresholds=thresholds(max(batch["seen_on"])))
    hold_up_forgotten(batch, matches, on_file, ring)
    return file_matched(batch, matches, on_file, ring)


def thresholds(on: date) -> Thresholds:
    """The odds from which two rows are one person, and from which somebody has to look, on that day."""
    policy = in_force(on=on)
    return Thresholds(policy.number("matching.same"), policy.number("matching.unsure"))


def file_matched(batch: Batch, matches: Matches, on_file: Sequence[OnFile], ring: KeyRing) -> pa.Table:
    """Files a staged batch whose rows have been given to people."""
    merged = join_files(matches.merges, file_ids=batch["file_id"], people=matches.person)
    assigned = _assign(batch, matches)
    files = files_met(assigned.people, assigned.fresh, ring)
    again = {one.origin for one in on_file if one.digest is not None}
    rows = [row for row in range(batch.size) if assigned.people[row] and batch.origins[row] not in again]
    touched = {assigned.people[row] for row in rows} | set(merged.values())
    households = households_of(batch, ring)
    with ThreadPoolExecutor(1) as aside:  # while the register writes, this process has nothing else to do
        found = aside.submit(outcomes, batch, assigned.people, files, _digests(on_file, merged))
        write_facts(
            rows, people=assigned.people, households=households, rules=matches.rule, scores=matches.score
        )
        derive_people([person for person in touched if person], public_ids=assigned.fresh)
    _queue(batch, matches, assigned, len(matches.begins), on_file, ring)
    return _report(batch, matches, assigned, found.result())


def _assign(batch: Batch, matches: Matches) -> Assigned:
    """Each row's person: the one on file, or a new number for each group of rows about somebody new."""
    first: dict[int, int] = {}
    for row, root in enumerate(matches.begins):
        if matches.person[row] is None and row not in matches.doubts:
            first.setdefault(root, row)
    names = _public_ids([batch["row_key"][row] for row in first.values()])
    numbers = dict(zip(first, _new_numbers(len(first)), strict=True))
    people = [
        None if row in matches.doubts else matches.person[row] or numbers[root]
        for row, root in enumerate(matches.begins)
    ]
    return Assigned(people, dict(zip(numbers.values(), names, strict=True)))


def _new_numbers(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(NEW_NUMBERS, [count])
        return [row[0] for row in cursor.fetchall()]


def public_id(row_key: str, again: int = 0) -> str:
    """The public id of the person a row begins; ``again`` counts people begun by the same row before."""
    text = f"{row_key}#{again}" if again else row_key
    return "P" + base64.b32encode(hashlib.sha256(text.encode()).digest()[:10]).decode()


def _public_ids(row_keys: Sequence[str]) -> list[str]:
    names = [public_id(key) for key in row_keys]
    again = 0
    while taken := _taken(names):
        again += 1
        names = [
            public_id(key, again) if name in taken else name
            for key, name in zip(row_keys, names, strict=True)
        ]
    return names


def _taken(names: Sequence[str]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT public_id FROM people_person WHERE public_id = ANY(%s)", [list(names)])
        return {row[0] for row in cursor.fetchall()}


def _digests(on_file: Iterable[OnFile], merged: dict[int, int]) -> dict[int, set[int]]:
    known: dict[int, set[int]] = {}
    for one in on_file:
        known.setdefault(merged.get(one.person, one.person), set()).add(one.digest)
    return known


def _queue(
    batch: Batch, matches: Matches, assigned: Assigned, size: int, on_file: Sequence[OnFile], ring: KeyRing
) -> None:
    """Writes the rows in doubt to the review queue, unless they wait there already."""
    waiting = set(
        ReviewItem.objects.filter(
            origin__in=[batch.origins[row] for row in matches.doubts], decided=""
        ).values_list("origin", flat=True)
    )
    rows = [row for row in matches.doubts if batch.origins[row] not in waiting]
    sealed = ring.seal_many("row", [_as_text(batch, row) for row in rows])
    ReviewItem.objects.bulk_create(
        ReviewItem(
            area_code=batch["area_code"][row],
            file_id=batch["file_id"][row],
            sheet=batch["sheet"][row],
            row=batch["row"][row],
            reason=matches.doubts[row][0],
            score=matches.score[row],
            candidates=_candidates(matches.doubts[row][1], assigned, size, on_file),
            row_sealed=text,
            origin=batch.origins[row],
        )
        for row, text in zip(rows, sealed, strict=True)
    )


def _candidates(nodes: Sequence[int], assigned: Assigned, size: int, on_file: Sequence[OnFile]) -> list[int]:
    people = [assigned.people[node] if node < size else on_file[node - size].person for node in nodes]
    return sorted({person for person in people if person is not None})


def _as_text(batch: Batch, row: int) -> str:
    said = batch.row(row)
    return msgspec.json.encode({name: said[name] for name in COLUMNS}).decode()


def _report(batch: Batch, matches: Matches, assigned: Assigned, found: Sequence[str]) -> pa.Table:
    names = _names(assigned)
    doubts = matches.doubts
    return pa.table(
        {
            "outcome": found,
            "reason": [doubts[row][0] if row in doubts else "" for row in range(batch.size)],
            "rule": [
                "new_person" if outcome == "created" else rule
                for outcome, rule in zip(found, matches.rule, strict=True)
            ],
            "score": matches.score,
            "person_id": assigned.people,
            "public_id": [names.get(person) if person else None for person in assigned.people],
        },
        schema=FILED,
    )


def _names(assigned: Assigned) -> dict[int, str]:
    known = {person for person in assigned.people if person and person not in assigned.fresh}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, public_id FROM people_person WHERE id = ANY(%s)", [sorted(known)])
        return dict(cursor.fetchall()) | assigned.fresh
