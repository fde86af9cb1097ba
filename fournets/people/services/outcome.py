"""What each row did to its person's file: created it, changed it, or said nothing new."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from django.db import connection

from fournets.crypto import KeyRing
from fournets.people.services.batch import Batch

CERTAINTY = {"": 0, "partial": 1, "unverified": 2, "verified": 3}
OWN = ("phone", "address", "enterprise_id")
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
    batch: Batch, people: Sequence[int | None], fresh: set[int], known: dict[int, set[int]], ring: KeyRing
) -> list[str]:
    """The outcome of each row of a person; call it before the rows are filed.

    ``fresh``: numbers of people this batch makes. ``known``: digests on file of the others.
    """
    met = {person for person in people if person is not None and person not in fresh}
    files = current_files(met, ring)
    seen: dict[int, set[int]] = {person: set(known.get(person, ())) for person in met}
    found = []
    for row, person in enumerate(people):
        found.append("review" if person is None else _outcome(batch, row, person, files, seen))
    return found


def _outcome(batch: Batch, row: int, person: int, files: dict[int, File], seen: dict[int, set[int]]) -> str:
    digests = seen.setdefault(person, set())
    if batch.digests[row] in digests:
        return "unchanged"
    digests.add(batch.digests[row])
    values, certainty, seen_on = _values(batch, row), batch["id_certainty"][row] or "", batch["seen_on"][row]
    file = files.get(person)
    if file is None:
        files[person] = File(seen_on, certainty, values)
        return "created"
    return "updated" if file.take(seen_on, certainty, values) else "matched"


def _values(batch: Batch, row: int) -> dict[str, Any]:
    one = batch.identities[row]
    values: dict[str, Any] = {name: batch[name][row] for name in OWN if batch[name][row]}
    values |= {
        "name": one.name,
        "sex": one.sex,
        "birth_on": batch.birth_on(row),
        "id_number": one.given_number,
    }
    own = {name: value for name, value in values.items() if value}
    return own | msgspec.json.decode(batch.documents[row], type=dict[str, Any])


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
