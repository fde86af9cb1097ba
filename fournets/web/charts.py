"""A line over the hours of a day, drawn as SVG by the server: no script, no style of its own, the page's colours. Pure.

What it shows stands beside it as a table: the picture is for the eye, the numbers for screen readers and for paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

WIDTH, HEIGHT = 640, 180
LEFT, RIGHT, TOP, BOTTOM = 84, 12, 14, 28  # room for the scale at the left and the hours below
HOURS, EVERY = 24, 3  # of a day; one in so many is written
TICKS = 4  # lines of the scale at most


@dataclass(frozen=True, slots=True)
class Tick:
    """One line of a scale: where it lies, and the number or hour it stands for."""

    at: float
    value: int


@dataclass(frozen=True, slots=True)
class Dot:
    """One point of a line: where it lies, of which hour and number it is."""

    x: float
    y: float
    hour: float
    value: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A line ready to be drawn: points of ``polyline``, the dots on it, the scale at the left and the hours below."""

    points: str
    dots: list[Dot]
    scale: list[Tick]
    hours: list[Tick]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def day_chart(values: Sequence[tuple[float, int]]) -> Chart:
    """A line of numbers by the hour of the day, from 0 to 24 in order; a scale that holds them all, in whole numbers."""
    ticks = scale_of([value for _, value in values])
    low, high = ticks[0], ticks[-1]

    def across(hour: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * hour / HOURS, 1)

    def up(value: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - low) / (high - low), 1)

    dots = [Dot(across(hour), up(value), hour, value) for hour, value in values]
    return Chart(
        points=" ".join(f"{one.x:g},{one.y:g}" for one in dots),
        dots=dots,
        scale=[Tick(up(value), value) for value in ticks],
        hours=[Tick(across(hour), hour) for hour in range(0, HOURS + 1, EVERY)],
    )


def scale_of(values: Sequence[int]) -> list[int]:
    """Round whole numbers, evenly apart, from not above the least to not below the greatest: two at least, few at most."""
    least, most = min(values, default=0), max(values, default=0)
    for power in count():
        for step in (10**power, 2 * 10**power, 5 * 10**power):
            low, high = least // step * step, -(-most // step) * step
            if high == low:
                high += step
            if (high - low) // step < TICKS:
                return list(range(low, high + 1, step))
    raise AssertionError  # pragma: no cover
