"""Which code a cell, group or building gets: the one it is known by, the number its sender gives it, or the next free."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from fournets.places.rules.addresses import building_key, prepare
from fournets.places.rules.codes import LEVELS, WIDTHS

_LAST_NUMBER = re.compile(r"(\d+)(?=\D*$)")
_FIRST_NUMBER = re.compile(r"\d+")
DEFAULT_NAMES = {"cell": "第{}网格", "group": "第{}组", "building": "{}栋"}


def place_key(level: str, name: str) -> str:
    """The spelling by which a cell, group or building is known again."""
    return building_key(name) if level == "building" else prepare(name)


def default_name(code: str) -> str:
    """What a place is called when no row names it: 第3网格."""
    level = WIDTHS.level(code) or "cell"
    above = LEVELS[LEVELS.index(level) - 1]
    return DEFAULT_NAMES[level].format(int(code[WIDTHS.of(above) :]))


@dataclass
class Numbering:
    """The codes given so far; the same rows on the same register always get the same codes."""

    names: dict[tuple[str, str], str] = field(default_factory=dict)
    senders: dict[tuple[str, str], str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    last: dict[tuple[str, str], int] = field(default_factory=dict)

    def remember(self, code: str, *names: str) -> None:
        """A place that stands already, under each of ``names``."""
        level = WIDTHS.level(code) or ""
        self.taken.add(code)
        for name in names:
            if name:
                self.names.setdefault((self._parent(code), place_key(level, name)), code)
        stem = code[: WIDTHS.of(LEVELS[LEVELS.index(level) - 1])]
        self.last[stem, level] = max(self.last.get((stem, level), 0), int(code[len(stem) :]))

    def remember_sender(self, parent: str, sender_code: str, code: str) -> None:
        """The code a sender uses for a place inside ``parent``."""
        self.senders[parent, prepare(sender_code)] = code

    def code(self, parent: str, level: str, name: str, sender_code: str) -> str | None:
        """The code of a place below ``parent``; None when neither a name nor a code is given."""
        key, theirs = place_key(level, name) if name else "", prepare(sender_code) if sender_code else ""
        if not key and not theirs:
            return None
        if WIDTHS.level(theirs) == level and theirs.isdigit() and theirs.startswith(parent):
            found: str | None = theirs
        else:
            found = self._known(parent, key, theirs)
        found = found or self._fresh(parent, level, key, theirs)
        self.remember(found, name)
        if theirs:
            self.remember_sender(parent, sender_code, found)
        return found

    def _known(self, parent: str, key: str, theirs: str) -> str | None:
        return self.senders.get((parent, theirs)) or (self.names.get((parent, key)) if key else None)

    def _fresh(self, parent: str, level: str, key: str, theirs: str) -> str:
        for number in _suggested(level, key, theirs.removeprefix(parent)):
            if 0 < number < 10 ** (WIDTHS.of(level) - WIDTHS.of(LEVELS[LEVELS.index(level) - 1])):
                code = WIDTHS.numbered(parent, level, number)
                if code not in self.taken:
                    return code
        stem = parent.ljust(WIDTHS.of(LEVELS[LEVELS.index(level) - 1]), "0")
        return WIDTHS.numbered(parent, level, self.last.get((stem, level), 0) + 1)

    @staticmethod
    def _parent(code: str) -> str:
        """Where names are unique: cells and groups inside their community and cell, buildings inside their group."""
        level = WIDTHS.level(code) or ""
        parent = code[: WIDTHS.of(LEVELS[LEVELS.index(level) - 1])]
        for upper, width in (("cell", WIDTHS.cell), ("community", WIDTHS.community)):
            size = {"cell": 3, "community": 3}[upper]
            if len(parent) > width and not parent[width : width + size].strip("0"):
                parent = parent[:width]
        return parent


def _suggested(level: str, key: str, theirs: str) -> list[int]:
    numbers = [_LAST_NUMBER.search(theirs), _FIRST_NUMBER.search(key) if level == "cell" else None]
    return [int(found[0]) for found in numbers if found and len(found[0]) < 9]
