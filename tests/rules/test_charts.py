"""The line over the hours of a day: a scale in round whole numbers that holds every value, and points in their order."""

from __future__ import annotations

import itertools
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from fournets.web.charts import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TICKS,
    TOP,
    WIDTH,
    course_chart,
    day_chart,
    scale_of,
)

NUMBERS = st.lists(st.integers(-5_000, 3_000_000), min_size=1, max_size=25)


@given(values=NUMBERS)
def test_a_scale_holds_every_value_in_few_even_steps(values: list[int]) -> None:
    ticks = scale_of(values)
    steps = {after - before for before, after in itertools.pairwise(ticks)}
    assert len(steps) == 1 and 2 <= len(ticks) <= TICKS
    assert ticks[0] <= min(values) and max(values) <= ticks[-1]
    assert str(steps.pop()).rstrip("0") in ("1", "2", "5")


@given(values=NUMBERS)
def test_every_point_lies_within_the_drawing_and_a_greater_number_higher(values: list[int]) -> None:
    chart = day_chart(list(enumerate(values)))
    assert [one.x for one in chart.dots] == sorted(one.x for one in chart.dots)
    for one in chart.dots:
        assert LEFT <= one.x <= WIDTH - RIGHT and TOP <= one.y <= HEIGHT - BOTTOM
    highest = max(chart.dots, key=lambda dot: dot.value)
    assert highest.y == min(one.y for one in chart.dots)


def test_what_is_drawn_is_what_is_written() -> None:
    chart = day_chart([(0, 10), (12, 20), (24, 15)])
    assert [tick.value for tick in chart.scale] == [10, 15, 20]
    assert chart.points == "84,152 356,14 628,83"
    assert [tick.value for tick in chart.hours] == [0, 3, 6, 9, 12, 15, 18, 21, 24]


entries = st.lists(
    st.one_of(st.none(), st.just(""), st.decimals(34, 43, places=1).map(float)), min_size=2, max_size=2
)


@given(st.lists(st.tuples(st.just("02-03"), entries), min_size=1, max_size=30), st.sampled_from([37.2, 37.3]))
def test_a_course_shows_every_reading_inside_and_breaks_its_line_where_one_is_missing(
    days: list[tuple[str, list[float | str | None]]], threshold: float
) -> None:
    flat = [one for _, of_day in days for one in of_day]
    degrees = [one for one in flat if isinstance(one, float)]
    chart = course_chart(
        days, threshold=threshold, alarms=frozenset(at for at, one in enumerate(flat) if one == 38.0)
    )
    assert [one.value for one in chart.points] == degrees and len(chart.missed) == flat.count("")
    assert all(LEFT <= one.x <= WIDTH - RIGHT and TOP <= one.y <= HEIGHT - BOTTOM for one in chart.points)
    assert all(
        (one.y <= chart.threshold) == (one.value >= threshold) or abs(one.y - chart.threshold) < 0.1
        for one in chart.points
    )
    assert [one.alarm for one in chart.points] == [one == 38.0 for one in degrees]
    joined = sum(isinstance(one, float) and isinstance(after, float) for one, after in pairwise(flat))
    assert sum(line.count(" ") for line in chart.lines) == joined
    assert 1 <= len(chart.days) <= 7 and TOP <= chart.threshold <= HEIGHT - BOTTOM
