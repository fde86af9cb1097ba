"""Whose copy a leaked text is: the exports that held its people, and what its spellings say for each of them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from fournets.crypto import KeyRing
from fournets.reporting.exports.fragment import Line, lines_of, serials_in
from fournets.reporting.exports.keys import CODE_BYTES, MarkKey
from fournets.reporting.exports.marks import Mark, read_marks
from fournets.reporting.exports.people import Found, find_people
from fournets.reporting.exports.score import Evidence, Tally, evidence, threshold
from fournets.reporting.exports.selectors import town_names
from fournets.reporting.exports.settings import doubt, shown, tracing_error
from fournets.reporting.models import Export
from fournets.workbooks.model import Sheet

CODE, CODES = "code", 1 << 8 * CODE_BYTES
HELD = """
SELECT row.export_id, array_agg(row.person_id ORDER BY row.person_id), array_agg(row.code ORDER BY row.person_id)
FROM reporting_exportrow row WHERE row.person_id = ANY(%s) GROUP BY row.export_id
"""


@dataclass(frozen=True, slots=True)
class Suspect:
    """An export that held people of the leaked text, and what speaks for it; ``power``: as a power of ten."""

    serial: str
    kind: str
    recipient: str
    asker: str
    made_on: str
    people: int
    power: float
    same: int
    seen: int
    kinds: dict[str, tuple[int, int]]


@dataclass
class Tracing:
    """What came of a leaked text. ``named``: whose copy it is, with the stated error; empty when nobody can be named."""

    lines: int
    people: int
    marks: int
    exports: int
    error: float
    needed: float
    named: list[Suspect] = field(default_factory=list)
    others: list[Suspect] = field(default_factory=list)
    stated: list[dict[str, str]] = field(default_factory=list)


@dataclass
class Seen:
    """What a leaked text shows of one person: the marks, each place once, and a row code."""

    marks: dict[int, Mark] = field(default_factory=dict)
    codes: set[int] = field(default_factory=set)


Slot = tuple[str, int]  # kind of mark and number of equivalents
Wanted = list[
    tuple[int, int, int, int]
]  # first byte of the choice, equivalents, the one seen, and which slot it counts for


class Scale:
    """Weighs what was seen for one export after the other: every export that held the people, every mark."""

    def __init__(self, seen: Mapping[int, Seen], key: MarkKey) -> None:
        self._key = key
        slots = {(mark.kind, mark.ways) for one in seen.values() for mark in one.marks.values()}
        self._slots: list[Slot] = [*sorted(slots), (CODE, CODES)]
        numbers = {slot: number for number, slot in enumerate(self._slots)}
        self._wanted: dict[int, Wanted] = {
            person: [
                (2 * mark.place, mark.ways, mark.way, numbers[mark.kind, mark.ways])
                for mark in one.marks.values()
            ]
            for person, one in seen.items()
        }
        self._codes = {person: one.codes for person, one in seen.items() if one.codes}

    def weigh(self, serial: str, people: Sequence[int], codes: Sequence[int | None]) -> Evidence:
        """What speaks for one export that held ``people`` under ``codes``."""
        same, choices = [0] * len(self._slots), self._key.choices
        for person in people:
            drawn = choices(serial, person)
            for at, ways, way, slot in self._wanted[person]:
                if ((drawn[at] << 8 | drawn[at + 1]) * ways) >> 16 == way:  # `way_of`, a million times
                    same[slot] += 1
        if self._codes:
            pairs = zip(people, codes, strict=True)
            same[-1] = sum(code in self._codes.get(person, ()) for person, code in pairs)
        seen = self._totals(people)
        tallies = {
            slot: Tally(same[number], seen[number]) for number, slot in enumerate(self._slots) if seen[number]
        }
        return evidence(tallies, doubt())

    def _totals(self, people: Sequence[int]) -> list[int]:
        seen = [0] * len(self._slots)
        for person in people:
            for _, _, _, slot in self._wanted[person]:
                seen[slot] += 1
            seen[-1] += person in self._codes
        return seen


def trace(sheets: Iterable[Sheet], *, ring: KeyRing) -> Tracing:
    """Looks for the export the rows of ``sheets`` were copied from; the scope of the connection says among which."""
    lines = lines_of(sheets)
    found = find_people(lines, ring)
    seen = _seen(lines, found)
    held = _held(seen)
    exports = Export.objects.in_bulk([export for export, _, _ in held])
    marked = sum(export.kind == "list" for export in exports.values())
    scale, suspects = Scale(seen, MarkKey(ring)), []
    for number, people, codes in held:
        export = exports[number]
        marks = scale.weigh(export.serial, people, codes) if export.kind == "list" else Evidence(0.0)
        suspects.append(_suspect(export, len(people), marks))
    suspects.sort(key=lambda one: (-one.power, -one.people, one.serial))
    needed = threshold(marked, tracing_error()) / math.log(10)
    named = [one for one in suspects if one.power >= needed]
    return Tracing(
        lines=len(lines),
        people=sum(map(bool, found.by_line)),
        marks=sum(len(one.marks) + len(one.codes) for one in seen.values()),
        exports=len(held),
        error=tracing_error(),
        needed=needed,
        named=named,
        others=[one for one in suspects if one not in named][: shown()],
        stated=_stated(lines),
    )


def _seen(lines: Sequence[Line], found: Found) -> dict[int, Seen]:
    names = town_names()
    seen: dict[int, Seen] = defaultdict(Seen)
    for line, people in zip(lines, found.by_line, strict=True):
        marks = read_marks(line.texts, names) if people else []
        for person in people:
            for mark in marks:
                seen[person].marks.setdefault(mark.place, mark)
            seen[person].codes |= line.codes
    return seen


def _held(people: Iterable[int]) -> list[tuple[int, list[int], list[int | None]]]:
    with connection.cursor() as cursor:
        cursor.execute(HELD, [list(people)])
        return list(cursor.fetchall())


def _suspect(export: Export, people: int, marks: Evidence) -> Suspect:
    return Suspect(
        serial=export.serial,
        kind=export.kind,
        recipient=export.recipient,
        asker=export.asker,
        made_on=f"{export.made_at:%Y-%m-%d}",
        people=people,
        power=marks.log / math.log(10),
        same=marks.same,
        seen=marks.seen,
        kinds=marks.kinds,
    )


def _stated(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """The exports whose serial stands in the text itself: easily removed, and easily typed by somebody else."""
    exports = Export.objects.filter(serial__in=serials_in(lines)).order_by("id")
    return [{"serial": one.serial, "recipient": one.recipient, "asker": one.asker} for one in exports]
