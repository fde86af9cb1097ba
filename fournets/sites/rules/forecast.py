"""Free beds on the days to come, with whoever is expected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Expected:
    """So many people are expected on a day and have not come yet."""

    on: date
    people: int


def with_arrivals(
    ahead: Sequence[tuple[date, int]], expected: Iterable[Expected]
) -> list[tuple[date, int, int]]:
    """For each day of a forecast: free beds less all who are expected until then, and how many are expected that day.

    Whoever should have come before the first day is expected on it. Below zero, so many beds are lacking.
    """
    if not ahead:
        return []
    first, by_day = ahead[0][0], dict[date, int]()
    for one in expected:
        day = max(one.on, first)
        by_day[day] = by_day.get(day, 0) + one.people
    found, taken = [], 0
    for day, free in ahead:
        taken += by_day.get(day, 0)
        found.append((day, free - taken, by_day.get(day, 0)))
    return found
