"""The line over the hours of a day: a scale in round whole numbers that holds every value, and points in their order."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from fournets.web.charts import BOTTOM, HEIGHT, LEFT, RIGHT, TICKS, TOP, WIDTH, day_chart, scale_of

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
