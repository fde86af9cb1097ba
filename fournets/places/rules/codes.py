"""The area code is the path: fixed widths, cut in one place. Other countries set other widths here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LEVELS: Final = ("province", "city", "county", "town", "community", "cell", "group", "building")


@dataclass(frozen=True, slots=True)
class Widths:
    """How many digits a code has at each level, and how many its building number."""

    province: int = 2
    city: int = 4
    county: int = 6
    town: int = 9
    community: int = 12
    cell: int = 15
    group: int = 18
    building: int = 22

    def of(self, level: str) -> int:
        """The number of digits of ``level``."""
        width: int = getattr(self, level)
        return width

    def level(self, code: str) -> str | None:
        """The level a code of this length stands at; None for a length no level has."""
        return next((name for name in LEVELS if self.of(name) == len(code)), None)

    def ancestors(self, code: str) -> list[str]:
        """The codes above ``code``, from the province down."""
        return [code[: self.of(name)] for name in LEVELS if self.of(name) < len(code)]

    def above(self, code: str, level: str) -> str:
        """The part of ``code`` down to ``level``."""
        return code[: self.of(level)]

    def numbered(self, parent: str, level: str, number: int) -> str:
        """The code of child ``number`` of ``parent`` at ``level``; a level left out between them is zeros."""
        below = LEVELS[LEVELS.index(level) - 1]
        stem = parent.ljust(self.of(below), "0")
        return stem + str(number).zfill(self.of(level) - len(stem))


WIDTHS: Final = Widths()
