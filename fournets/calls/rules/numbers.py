"""Which number of a person is called next: his own before those of older lists, these before those of who lives with him."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

OWN, EARLIER, HOUSEHOLD = "own", "earlier", "household"
WHOSE = (OWN, EARLIER, HOUSEHOLD)


@dataclass(frozen=True, slots=True)
class Number:
    """A telephone number and whose it is: ``own``, ``earlier`` (of an older list), or ``household`` (``name``'s)."""

    text: str
    whose: str
    name: str = ""


def parts_of(phone: str | None) -> list[str]:
    """The numbers of a field that may hold several."""
    return [one for one in (phone or "").split("|") if one]


def best_first(numbers: Iterable[Number]) -> list[Number]:
    """Each number once, the best first; among those of the same kind in the order given."""
    found: dict[str, Number] = {}
    for one in sorted(numbers, key=lambda one: WHOSE.index(one.whose)):
        found.setdefault(one.text, one)
    return list(found.values())
