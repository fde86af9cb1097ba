"""The order in which a house is walked: building by building, floor by floor, door by door."""

from __future__ import annotations

import re

_NUMBERS = re.compile(r"\d+")
_FLOOR = re.compile(r"(\d{1,2})\s*[楼层F]", re.IGNORECASE)
_PART = re.compile(r"(\d+|\D+)")


def floor_of(door: str) -> int | None:
    """The floor of a door: said outright (5楼), or what stands before the last two figures of its last number (501, 1203).

    None where the door does not say.
    """
    said = _FLOOR.search(door)
    if said:
        return int(said[1])
    numbers = _NUMBERS.findall(door)
    if not numbers or not 3 <= len(numbers[-1]) <= 4:
        return None
    return int(numbers[-1][:-2])


def in_order(text: str) -> tuple[tuple[int, int, str], ...]:
    """By what a name with numbers is sorted: 2栋 before 10栋."""
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in _PART.findall(text))


def walk_key(building: str, door: str) -> tuple[object, ...]:
    """The key of a dwelling in the order of a walk; without a building or floor, behind those with."""
    floor = floor_of(door)
    return (not building, in_order(building), floor is None, floor or 0, in_order(door))
