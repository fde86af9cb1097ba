"""Whose copy a leaked text is: the exports that held its people, and what its spellings say for each of them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils import timezone

from fournets.crypto import KeyRing
from fournets.reporting.exports.board import Board, Seen, Slot, agreements, board_of
from fournets.reporting.exports.fragment import Line, lines_of, serials_in
from fournets.reporting.exports.keys import CODE_BYTES, MarkKey
from fournets.reporting.exports.marks import read_marks
from fournets.reporting.exports.people import Found, find_people
from fournets.reporting.exports.score import Evidence, Tally, evidence, threshold
from fournets.reporting.exports.selectors import town_names
from fournets.reporting.exports.settings import doubt, shown, tracing_error
from fournets.reporting.models import Export
from fournets.workbooks.model import Sheet

MARKED = ("list", "contacts", "calls")  # kinds of exports whose rows bear codes
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


class Scale:
    """Weighs what was seen for one export after the other: every export that held the people, every mark."""

    def __init__(self, seen: Mapping[int, Seen], key: MarkKey) -> None:
        self._seen, self._key = seen, key
        self._boards: dict[tuple[int, ...], Board] = {}

    def weigh(self, export: Export, people: Sequence[int], codes: Sequence[int | None]) -> Evidence:
        """What speaks for one export that held ``people`` under ``codes``."""
        same_people = tuple(people)
        if same_people not in self._boards:
            self._boards[same_people] = board_of(people, self._seen)
        tallies = agreements(self._boards[same_people], self._key.copy(export.serial))
        return evidence(tallies | self._codes(export, people, codes), doubt())

    def _codes(self, export: Export, people: Sequence[int], codes: Sequence[int | None]) -> dict[Slot, Tally]:
        """Row codes: of somebody whom only his code led to, it might have been any row of the export by chance."""
        tallies: dict[Slot, Tally] = {}
        for person, code in zip(people, codes, strict=True):
            one = self._seen[person]
            if one.codes:
                ways = CODES // max(export.count, 1) if one.by_code else CODES
                tally = tallies.setdefault((CODE, ways), Tally())
                tally.seen += 1
                tally.same += code in one.codes
        return tallies


def trace(sheets: Iterable[Sheet], *, ring: KeyRing) -> Tracing:
    """Looks for the export the rows of ``sheets`` were copied from; the scope of the connection says among which."""
    lines = lines_of(sheets)
    found = find_people(lines, ring)
    seen = _seen(lines, found)
    held = _held(seen)
    exports = Export.objects.in_bulk([export for export, _, _ in held])
    marked = sum(export.kind in MARKED for export in exports.values())
    scale, suspects = Scale(seen, MarkKey(ring)), []
    for number, people, codes in held:
        export = exports[number]
        marks = scale.weigh(export, people, codes) if export.kind in MARKED else Evidence(0.0)
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
            seen[person].by_code = person in found.by_code
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
        made_on=f"{timezone.localdate(export.made_at):%Y-%m-%d}",
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
