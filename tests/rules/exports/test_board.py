"""Laying what was seen against a copy, whole columns at once, counts as comparing mark by mark does."""

from __future__ import annotations

import random
from collections import Counter

from fournets.crypto import new_ring
from fournets.reporting.exports.board import Seen, agreements, board_of
from fournets.reporting.exports.keys import MarkKey, way_of
from fournets.reporting.exports.marks import Mark

KINDS = (("sex", 0, 2), ("head", 4, 3), ("mask", 11, 4), ("mask", 12, 4), ("area", 7, 3), ("area", 7, 2))


def test_columns_count_as_marks_one_by_one() -> None:
    dice, key = random.Random(3), MarkKey(new_ring())
    people = dice.sample(range(1, 1 << 40), 700)
    seen = {person: Seen() for person in people}
    for one in seen.values():
        for kind, place, ways in dice.sample(KINDS, 4):
            one.marks[place] = Mark(kind, place, ways, dice.randrange(ways))
    for serial in ("A", "B"):
        copy = key.copy(serial)
        same: Counter[tuple[str, int]] = Counter()
        for person, one in seen.items():
            for mark in one.marks.values():
                same[mark.kind, mark.ways] += way_of(copy.choices(person), mark.place, mark.ways) == mark.way
        tallies = agreements(board_of(people, seen), copy)
        assert {slot: tally.same for slot, tally in tallies.items()} == same
        assert sum(tally.seen for tally in tallies.values()) == sum(len(one.marks) for one in seen.values())
