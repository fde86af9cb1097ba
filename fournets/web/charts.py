"""Lines over the hours of a day or the days of an isolation, drawn as SVG by the server: no script, the page's colours. Pure.

What it shows stands beside it as a table: the picture is for the eye, the numbers for screen readers and for paper.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from math import ceil, floor

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


@dataclass(frozen=True, slots=True)
class Point:
    """One reading of a course: where it lies, what it was, whether it is an alarm."""

    x: float
    y: float
    value: float
    alarm: bool


@dataclass(frozen=True, slots=True)
class Course:
    """Readings over days: lines between those that follow one another, what was missed as marks at the foot, the threshold."""

    lines: list[str]
    points: list[Point]
    missed: list[float]
    threshold: float
    scale: list[Tick]
    days: list[tuple[float, str]]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


DAYS_WRITTEN = 7  # of a course at most
COOL, WARM = 36, 38  # °C a scale shows at least


def course_chart(
    days: Sequence[tuple[str, Sequence[float | str | None]]], *, threshold: float, alarms: frozenset[int]
) -> Course:
    """Temperatures of days, each with its name and one entry a window: °C, "" for missed, None for not yet or no temperature.

    ``alarms``: which of the entries, counted through, are alarms. A line breaks where one is missing.
    """
    entries = [one for _, of_day in days for one in of_day]
    degrees = [one for one in entries if isinstance(one, float)]
    low, high = floor(min([COOL, threshold, *degrees])), ceil(max([WARM, threshold, *degrees]))
    step, a_day = (WIDTH - LEFT - RIGHT) / max(1, len(entries)), len(entries) / max(1, len(days))

    def across(at: float) -> float:
        return round(LEFT + step * (at + 0.5), 1)

    def up(value: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - low) / (high - low), 1)

    points = {
        at: Point(across(at), up(one), one, at in alarms)
        for at, one in enumerate(entries)
        if isinstance(one, float)
    }
    every = max(1, -(-len(days) // DAYS_WRITTEN))
    return Course(
        lines=[" ".join(f"{one.x:g},{one.y:g}" for one in run) for run in _runs(points) if len(run) > 1],
        points=list(points.values()),
        missed=[across(at) for at, one in enumerate(entries) if one == ""],
        threshold=up(threshold),
        scale=[Tick(up(value), value) for value in range(low, high + 1)],
        days=[(across((at + 0.5) * a_day - 0.5), days[at][0]) for at in range(0, len(days), every)],
    )


def _runs(points: Mapping[int, Point]) -> list[list[Point]]:
    """The points that follow one another without a gap."""
    runs: list[list[Point]] = []
    for at, one in points.items():
        if at - 1 in points:
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs
