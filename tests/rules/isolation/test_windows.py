"""Which part of the day an entry counts for, and which comes next: at every minute there is."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from fournets.isolation.rules.windows import Window, next_window, window_at, windows_of
from fournets.policy import in_force

DAY = date(2020, 2, 3)
OFFICIAL = windows_of(in_force(on=DAY, area="440605123"))


@st.composite
def days(draw: st.DrawFn) -> list[Window]:
    """A day's windows, one after another, with or without a gap between them."""
    hours = sorted(draw(st.lists(st.integers(0, 23), min_size=2, max_size=8, unique=True)))
    pairs = zip(hours[::2], hours[1::2], strict=False)
    return [Window(str(at), "", "", time(begin), time(end)) for at, (begin, end) in enumerate(pairs)]


@given(days(), st.times())
def test_an_entry_counts_for_the_last_window_that_has_begun(windows: list[Window], now: time) -> None:
    found = window_at(windows, now)
    begun = [one for one in windows if one.begins <= now]
    assert found == (begun[-1] if begun else None)
    inside = [one for one in windows if one.begins <= now < one.ends]
    assert inside in ([], [found])


@given(days(), st.times())
def test_the_next_window_is_ahead_within_a_day_and_nothing_lies_between(
    windows: list[Window], clock: time
) -> None:
    now = datetime.combine(DAY, clock)
    on, window = next_window(windows, now)
    begins = datetime.combine(on, window.begins)
    assert now < begins <= now + timedelta(days=1)
    starts = [
        datetime.combine(DAY + timedelta(days=ahead), one.begins) for ahead in (0, 1) for one in windows
    ]
    assert not [one for one in starts if now < one < begins]


def test_late_counts_until_the_next_begins() -> None:
    codes = {
        clock: window_at(OFFICIAL, time.fromisoformat(clock))
        for clock in ("05:59", "06:00", "13:00", "16:00", "23:59")
    }
    assert [one and one.code for one in codes.values()] == [None, "morning", "morning", "evening", "evening"]
