"""What each row did to its person's file: created it, changed it, or said nothing new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
from django.db import connection

from fournets.crypto import KeyRing
from fournets.people.services.batch import Batch

CERTAINTY = {"": 0, "partial": 1, "unverified": 2, "verified": 3}
OWN = ("phone", "address", "enterprise_id", "name", "sex", "birth_on", "id_number")
TOLD = (
    "ready.digest",
    "seen_on",
    "id_certainty",
    "ready.document",
    "phone",
    "address",
    "enterprise_id",
    "ready.name",
    "ready.sex",
    "ready.birth",
    "ready.given_number",
)
SHARE = 20_000  # rows looked at together
CURRENT = """
SELECT id, seen_on, name, sex, birth_on::text, id_number_sealed, id_certainty, phone_sealed, address_sealed,
    values::text
FROM people_person WHERE id = ANY(%s)
"""


class File:
    """The running values of one person while the rows of a batch go by."""

    __slots__ = ("certainty", "seen_on", "values")

    def __init__(self, seen_on: Any, certainty: str, values: dict[str, Any]) -> None:
        self.seen_on, self.certainty, self.values = seen_on, certainty, values

    def take(self, seen_on: Any, certainty: str, values: dict[str, Any]) -> bool:
        """Takes a row's values in; whether any current value was added or changed."""
        newer, surer = seen_on >= self.seen_on, CERTAINTY[certainty] > CERTAINTY[self.certainty]
        changed = False
        for name, value in values.items():
            known = self.values.get(name)
            if known == value or (known is not None and not self._gives_way(name, newer, certainty, surer)):
                continue
            self.values[name] = value
            changed = True
        if surer:
            self.certainty = certainty
        if newer:
            self.seen_on = seen_on
        return changed

    def _gives_way(self, name: str, newer: bool, certainty: str, surer: bool) -> bool:
        if name == "id_number":
            return surer or (newer and certainty == self.certainty)
        if name in ("name", "sex", "birth_on") and self.certainty == "verified":
            return newer and certainty == "verified"
        return newer or (name in ("name", "sex", "birth_on") and certainty == "verified")


def outcomes(
    batch: Batch, people: Sequence[int | None], files: dict[int, File], known: dict[int, set[int]]
) -> list[str]:
    """The outcome of each row of a person; asks nothing of the register.

    ``files``: of everybody on file before (`files_met`), as they were before the rows were filed. ``known``: digests on
    file of these.
    """
    met = set(files)
    seen: dict[int, set[int]] = {person: set(known.get(person, ())) for person in met}
    found = ["review" if person is None else "created" for person in people]
    often = {person for person, rows in Counter(people).items() if rows > 1} | met
    told = [row for row, person in enumerate(people) if person is not None and person in often]
    for row, one in zip(told, _rows(batch, told), strict=True):
        found[row] = _outcome(one, people[row] or 0, files, seen)
    return found


@dataclass(slots=True)
class _Row:
    """What a row says, as its person's file would show it."""

    digest: int
    seen_on: date
    certainty: str
    own: dict[str, Any]
    document: str

    def values(self) -> dict[str, Any]:
        known = {name: value for name, value in self.own.items() if value}
        return known | msgspec.json.decode(self.document, type=dict[str, Any])


def _rows(batch: Batch, numbers: Sequence[int]) -> Iterator[_Row]:
    """These rows one after the other, a share at a time."""
    for at in range(0, len(numbers), SHARE):
        columns = batch.told(numbers[at : at + SHARE], *TOLD)
        for digest, seen_on, certainty, document, *own in zip(*columns, strict=True):
            yield _Row(digest, seen_on, certainty or "", dict(zip(OWN, own, strict=True)), document)


def _outcome(one: _Row, person: int, files: dict[int, File], seen: dict[int, set[int]]) -> str:
    digests = seen.setdefault(person, set())
    if one.digest in digests:
        return "unchanged"
    digests.add(one.digest)
    file = files.get(person)
    if file is None:
        files[person] = File(one.seen_on, one.certainty, one.values())
        return "created"
    return "updated" if file.take(one.seen_on, one.certainty, one.values()) else "matched"


def files_met(people: Sequence[int | None], fresh: Container[int], ring: KeyRing) -> dict[int, File]:
    """The files of those of ``people`` who are on file: all but the ``fresh``."""
    return current_files({one for one in people if one is not None and one not in fresh}, ring)


def current_files(people: set[int], ring: KeyRing) -> dict[int, File]:
    """The current values of people on file, opened."""
    from fournets.people.rules.names import name_key

    if not people:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(CURRENT, [sorted(people)])
        rows = cursor.fetchall()
        cursor.execute(
            "SELECT person_id, enterprise_id FROM people_employment WHERE person_id = ANY(%s) ORDER BY fact_id",
            [sorted(people)],
        )
        employers = dict(cursor.fetchall())
    files = {}
    opened = [
        ring.unseal_many(label, [row[at] for row in rows])
        for label, at in (("id_number", 5), ("phone", 7), ("address", 8))
    ]
    for row, number, phone, address in zip(rows, *opened, strict=True):
        values = {
            "name": name_key(row[2]),
            "sex": row[3],
            "birth_on": row[4],
            "id_number": number,
            "phone": phone,
            "address": address,
            "enterprise_id": employers.get(row[0]),
        }
        known = {name: value for name, value in values.items() if value}
        files[row[0]] = File(row[1], row[6], known | msgspec.json.decode(row[9]))
    return files
