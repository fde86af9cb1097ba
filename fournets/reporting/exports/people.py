"""Whom the lines of a leaked text are about: found by blind keys among the people who ever stood in an export."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import connection

from fournets.crypto import KeyRing
from fournets.people.models import Person
from fournets.people.rules.names import name_key
from fournets.reporting.exports.fragment import Line

# Somebody may have stood in an export before two files were made one: then by the number of the file that is gone.
CANDIDATES = """
SELECT entry.key, entry.person_id, held.number
FROM people_personkey entry CROSS JOIN LATERAL (
    SELECT entry.person_id UNION
    SELECT gone_id FROM people_merge WHERE kept_id = entry.person_id AND undone_at IS NULL) AS held (number)
WHERE entry.key = ANY(%s) AND EXISTS (SELECT FROM reporting_exportrow row WHERE row.person_id = held.number)
"""
CODED = "SELECT code, person_id FROM reporting_exportrow WHERE code = ANY(%s)"
NAME, WHOLE, PART, DAY = (
    2,
    4,
    3,
    1,
)  # how much agreement counts: a name, a whole number, what a masked one shows, a birthday


@dataclass(frozen=True, slots=True)
class Known:
    """What is compared of somebody on file."""

    name: str
    number: str
    phones: tuple[str, ...]
    birth_on: object


@dataclass
class Found:
    """Of each line the people of exports it is about: one, or the several numbers one person went by; empty for nobody.

    ``by_code``: those nothing but a row code led to.
    """

    by_line: list[frozenset[int]] = field(default_factory=list)
    by_code: set[int] = field(default_factory=set)


def find_people(lines: Sequence[Line], ring: KeyRing) -> Found:
    """Whom each line is about; nobody where two people fit equally well."""
    keys = _keys_of(lines, ring)
    by_key, held = _candidates({key for some in keys for key in some})
    known = _known({person for some in by_key.values() for person in some}, ring)
    coded = _coded({code for line in lines for code in line.codes})
    found, named = Found(), set[int]()
    for line, some in zip(lines, keys, strict=True):
        candidates = {person for key in some for person in by_key.get(key, ())}
        person = _best(line, candidates, known)
        people: frozenset[int] = frozenset(held[person]) if person is not None else frozenset()
        named |= people
        if not candidates:
            people = _by_code(line, coded)
            found.by_code |= people
        found.by_line.append(people)
    found.by_code -= named
    return found


def _keys_of(lines: Sequence[Line], ring: KeyRing) -> list[set[int]]:
    entries = [list(line.entries()) for line in lines]
    purposes: dict[str, dict[str, int]] = defaultdict(dict)
    for purpose, text in {entry for some in entries for entry in some}:
        purposes[purpose][text] = ring.index(purpose, text)
    return [{purposes[purpose][text] for purpose, text in some} for some in entries]


def _candidates(keys: Iterable[int]) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    by_key: dict[int, set[int]] = defaultdict(set)
    held: dict[int, set[int]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATES, [list(keys)])
        for key, person, number in cursor.fetchall():
            by_key[key].add(person)
            held[person].add(number)
    return by_key, held


def _coded(codes: Iterable[int]) -> dict[int, set[int]]:
    by_code: dict[int, set[int]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(CODED, [list(codes)])
        for code, person in cursor.fetchall():
            by_code[code].add(person)
    return by_code


def _by_code(line: Line, coded: dict[int, set[int]]) -> frozenset[int]:
    people = set().union(*(coded.get(code, set()) for code in line.codes))
    return frozenset(people) if len(people) == 1 else frozenset()


def _known(people: Iterable[int], ring: KeyRing) -> dict[int, Known]:
    rows = list(Person.objects.filter(pk__in=list(people)))
    numbers = ring.unseal_many("id_number", [row.id_number_sealed for row in rows])
    phones = ring.unseal_many("phone", [row.phone_sealed for row in rows])
    return {
        row.pk: Known(name_key(row.name), number or "", tuple((phone or "").split("|")), row.birth_on)
        for row, number, phone in zip(rows, numbers, phones, strict=True)
    }


def _best(line: Line, candidates: Iterable[int], known: dict[int, Known]) -> int | None:
    scored = sorted(((_agreement(line, known[one]), one) for one in candidates if one in known), reverse=True)
    if not scored or scored[0][0] <= 0 or (len(scored) > 1 and scored[1][0] == scored[0][0]):
        return None
    return scored[0][1]


def _agreement(line: Line, one: Known) -> int:
    """How well a line fits somebody; nothing unless name or a whole number does, or where every masked number contradicts."""
    whole = (one.number in line.numbers) + bool(set(one.phones) & line.phones)
    named = one.name in line.names
    told = [text for text in (one.number, *one.phones) if text]
    shown = sum(
        any(text.startswith(start) and text.endswith(end) for text in told) for start, end in line.masks
    )
    if not whole and (not named or (line.masks and told and not shown)):
        return 0
    return NAME * named + WHOLE * whole + PART * shown + DAY * (one.birth_on in line.days)
