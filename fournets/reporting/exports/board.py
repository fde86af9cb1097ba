"""What a leaked text shows, laid against the choices of one copy after the other: whole columns at once. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fournets.reporting.exports.keys import WIDTH, Copy, blocks_of
from fournets.reporting.exports.marks import Mark
from fournets.reporting.exports.score import Tally

Slot = tuple[str, int]  # kind of mark and number of equivalents
UNSEEN, AGAIN = 254, 255  # no way is that high: no mark at this place; and the second byte decides
TABLES = {
    ways: bytes(byte % ways if byte < 256 - 256 % ways else AGAIN for byte in range(256))
    for ways in range(2, 17)
}


@dataclass
class Seen:
    """What a leaked text shows of one person: the marks, each place once, and a row code."""

    marks: dict[int, Mark] = field(default_factory=dict)
    codes: set[int] = field(default_factory=set)
    by_code: bool = (
        False  # nothing else led to the person: any row of an export might have been hit by chance
    )


@dataclass(frozen=True, slots=True)
class Board:
    """The marks seen of certain people, place by place, ready to be laid against one copy after the other."""

    blocks: bytes
    columns: list[tuple[int, Slot, int]]  # place, slot, and the ways seen, a byte a person
    totals: dict[Slot, int]


def board_of(people: Sequence[int], seen: Mapping[int, Seen]) -> Board:
    """The board of these people."""
    columns: dict[tuple[int, Slot], bytearray] = {}
    totals: Counter[Slot] = Counter()
    for number, person in enumerate(people):
        for mark in seen[person].marks.values():
            slot = (mark.kind, mark.ways)
            totals[slot] += 1
            column = columns.setdefault((mark.place, slot), bytearray([UNSEEN]) * len(people))
            column[number] = mark.way
    laid = [(place, slot, int.from_bytes(column, "big")) for (place, slot), column in columns.items()]
    return Board(blocks_of(people), laid, dict(totals))


def agreements(board: Board, copy: Copy) -> dict[Slot, Tally]:
    """How many of the marks seen are those of a copy; there may be thousands of copies to ask."""
    drawn, size = copy.draw(board.blocks), len(board.blocks) // WIDTH
    same: Counter[Slot] = Counter()
    for place, slot, seen in board.columns:
        ways = slot[1]
        taken = drawn[2 * place :: WIDTH].translate(TABLES[ways])
        if AGAIN in taken:
            second = drawn[2 * place + 1 :: WIDTH]
            pairs = zip(taken, second, strict=True)
            taken = bytes(low % ways if way == AGAIN else way for way, low in pairs)
        differing = int.from_bytes(taken, "big") ^ seen
        same[slot] += differing.to_bytes(size, "big").count(0)
    return {slot: Tally(same[slot], total) for slot, total in board.totals.items()}
