"""The spellings an export chooses among, written and read back: each pair of functions here is one kind of mark. Pure.

Whatever was chosen says the same. A mark is read from the text alone, never from what the register holds today, so that a
list is traced also after the register has moved on. What a re-typed copy loses (width, blanks) carries no mark.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

from fournets.places.rules.regions import find_region, region_level_name, region_name, short_name
from fournets.reporting.exports.keys import way_of
from fournets.reporting.exports.names import HEADS, Names

SEX, RELATION, RESIDENCE, REGION, HEAD, DOOR, BLOCK, AREA = range(8)
MASKS, DAYS = (10, 6), (16, 16)  # the first place, and how many: two masks or days of a row seldom share one
WORDS = {"sex": SEX, "relation": RELATION, "residence_type": RESIDENCE}
_DOOR = re.compile(r"(?<=[号栋幢座])([0-9]{3,4})(室|房)?$")
_BLOCK = re.compile(r"(?<=[0-9A-Z])(栋|幢)")
_MASK = re.compile(r"([0-9A-Z]{2,6})(\*{3,})([0-9A-Z]{2,4})", re.ASCII)
_DAY = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII)
_LEVELS = (2, 4, 6)


class Mark(NamedTuple):
    """One choice read from a text: which kind, at which place of the row, and which of how many equivalents."""

    kind: str
    place: int
    ways: int
    way: int


@dataclass(frozen=True, slots=True)
class Hand:
    """Writes the values of one row as its choices want them."""

    choices: bytes
    names: Names

    def day(self, day: date) -> str:
        """A day, never another one."""
        patterns = table()["days"]
        pattern: str = patterns[way_of(self.choices, _day_place(day), len(patterns))]
        return pattern.format(y=day.year, m=day.month, d=day.day)

    def word(self, field: str, code: str) -> str | None:
        """The word of a code such as ``male``; None where there is no choice."""
        words: list[str] | None = table()[field].get(code)
        return words[way_of(self.choices, WORDS[field], len(words))] if words else None

    def relation(self, text: str) -> str:
        """A relation to the head as written, or its other word."""
        group = _groups("relation").get(text)
        return (self.word("relation", group[0]) if group else None) or text

    def mask(self, masked: str) -> str:
        """A masked number with as many stars as the row wants; what it shows stays."""
        found = _MASK.fullmatch(masked)
        if not found:
            return masked
        stars: list[int] = table()["stars"]
        way = way_of(self.choices, _mask_place(found), len(stars))
        return found[1] + "*" * stars[way] + found[3]

    def area(self, name: str) -> str:
        """A community by one of its names."""
        names = self.names.of(name)
        return names[way_of(self.choices, AREA, len(names))] if names else name

    def region(self, code: str) -> str | None:
        """A division of the country, with or without 省, 市, 区."""
        ways = _region_ways(code)
        return ways[way_of(self.choices, REGION, len(ways))] if ways else None

    def address(self, text: str) -> str:
        """An address whose divisions above the town, block and room are written as the row wants; all numbers stay."""
        head = self.names.head(text)
        if head:
            text = head.written(way_of(self.choices, HEAD, HEADS)) + text[head.end :]
        doors, blocks = table()["doors"], table()["blocks"]
        door: str = doors[way_of(self.choices, DOOR, len(doors))]
        block: str = blocks[way_of(self.choices, BLOCK, len(blocks))]
        return _DOOR.sub(lambda found: found[1] + door, _BLOCK.sub(block, text, count=1))


def read_marks(texts: list[str], names: Names) -> list[Mark]:
    """The marks of one row's cells (already `plain`), each place once: the first cell that has it counts."""
    found: dict[int, Mark] = {}
    for text in texts:
        for mark in _marks(text, names):
            found.setdefault(mark.place, mark)
    return list(found.values())


def plain(text: str) -> str:
    """A cell's text as it is compared: half width, without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _marks(text: str, names: Names) -> Iterator[Mark]:
    for field, place in WORDS.items():
        if group := _groups(field).get(text):
            ways: list[str] = table()[field][group[0]]
            yield Mark(field, place, len(ways), group[1])
    if found := _MASK.fullmatch(text.upper()):
        stars = table()["stars"]
        if len(found[2]) in stars:
            yield Mark("mask", _mask_place(found), len(stars), stars.index(len(found[2])))
    elif day := read_day(text):
        yield Mark("day", _day_place(day), len(table()["days"]), int("." in text))
    elif known := names.of(text):
        yield Mark("area", AREA, len(known), known.index(text))
    elif (code := _region_of(text)) and len(_region_ways(code)) > 1:
        yield Mark("region", REGION, 2, _region_ways(code).index(text))
    else:
        yield from _address_marks(text, names)


def _address_marks(text: str, names: Names) -> Iterator[Mark]:
    if (head := names.head(text)) and head.way is not None:
        yield Mark("head", HEAD, HEADS, head.way)
    if door := _DOOR.search(text):
        doors = table()["doors"]
        yield Mark("door", DOOR, len(doors), doors.index(door[2] or ""))
    if block := _BLOCK.search(text):
        blocks = table()["blocks"]
        yield Mark("block", BLOCK, len(blocks), blocks.index(block[1]))


def read_day(text: str) -> date | None:
    """The day a text is, in any of the ways days are written with signs between."""
    found = _DAY.fullmatch(text)
    try:
        return date(int(found[1]), int(found[3]), int(found[4])) if found else None
    except ValueError:
        return None


def read_mask(text: str) -> tuple[str, str] | None:
    """What a masked number shows: its beginning and its end."""
    found = _MASK.fullmatch(text.upper())
    return (found[1], found[3]) if found else None


def _day_place(day: date) -> int:
    return DAYS[0] + day.toordinal() % DAYS[1]


def _mask_place(found: re.Match[str]) -> int:
    return MASKS[0] + crc32(f"{found[1]}*{found[3]}".encode()) % MASKS[1]


@cache
def _region_ways(code: str) -> tuple[str, ...]:
    full = region_name(code)
    if full is None:
        return ()
    levels = [region_level_name(code[:size]) or "" for size in _LEVELS if size <= len(code)]
    short = "".join(short_name(name) for name in levels if name in full)
    return (full, short) if short != full and find_region(short) == code else (full,)


def _region_of(text: str) -> str | None:
    code = find_region(text) if not re.search(r"\d", text) else None
    return code if code and text in _region_ways(code) else None


@cache
def _groups(field: str) -> dict[str, tuple[str, int]]:
    """Each word with its code and its number among the equivalents."""
    return {word: (code, way) for code, words in table()[field].items() for way, word in enumerate(words)}


@cache
def table() -> dict[str, Any]:
    """The equivalents, from ``marks.toml``."""
    return tomllib.loads(Path(__file__).with_name("marks.toml").read_text(encoding="utf-8"))
