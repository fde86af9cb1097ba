"""Which day's number counts (ADR 0003), and what follows for the days of a plan."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fournets import policy
from fournets.policy.catalogue import Reference

NOWHERE = Reference("", "", None)
phases = st.builds(policy.Phase, st.sampled_from(["site", "home"]), st.integers(1, 21), st.just(()))
plans = st.builds(
    policy.Plan,
    st.lists(phases, min_size=1, max_size=3).map(tuple),
    st.integers(0, 1),
    st.just(NOWHERE),
    st.just(False),
)
anchors = st.dates(date(2020, 1, 25), date(2022, 12, 31))


def test_the_plan_of_the_anchor_day_counts() -> None:
    plan = policy.plan_for(anchor_on=date(2022, 6, 27), on=date(2022, 7, 4))
    assert [(phase.place, phase.days) for phase in plan.phases] == [("site", 14), ("home", 7)]


def test_a_later_plan_counts_only_where_it_says_so() -> None:
    plan = policy.plan_for(anchor_on=date(2022, 11, 8), on=date(2022, 11, 11))
    assert [(phase.place, phase.days) for phase in plan.phases] == [("site", 5), ("home", 3)]


def test_a_later_plan_does_not_count_before_its_day() -> None:
    plan = policy.plan_for(anchor_on=date(2022, 11, 8), on=date(2022, 11, 10))
    assert plan.days == 10


def test_of_two_later_plans_the_latest_counts() -> None:
    plan = policy.plan_for(anchor_on=date(2022, 12, 6), on=date(2023, 1, 8))
    assert plan.phases == ()


def test_a_wider_notice_does_not_touch_places_with_their_own_rule() -> None:
    entry = policy.value_for(
        "screening.returnee_action", anchor_on=date(2020, 1, 20), on=date(2020, 1, 22), area="440605"
    )
    assert entry.value == "self_monitor"


def test_who_came_before_there_was_a_plan_comes_under_the_first_one() -> None:
    plan = policy.plan_for(anchor_on=date(2020, 1, 18), on=date(2020, 7, 1), name="screening.returnee_plan")
    assert plan.until(date(2020, 1, 18)) == date(2020, 2, 1)


def test_no_plan_until_today_is_an_error_with_its_name() -> None:
    with pytest.raises(policy.MissingNumber, match=r"isolation\.contact_plan.*2020-01-10"):
        policy.plan_for(anchor_on=date(2020, 1, 1), on=date(2020, 1, 10))


def test_fourteen_days_from_the_day_of_arrival_end_on_the_fifteenth() -> None:
    plan = policy.plan_for(anchor_on=date(2020, 2, 1), on=date(2020, 2, 1), name="screening.returnee_plan")
    assert plan.until(date(2020, 2, 1)) == date(2020, 2, 15)


def test_where_the_clock_begins_the_day_after_one_day_is_added() -> None:
    phase = policy.Phase("home", 14, (1, 14))
    plan = policy.Plan((phase,), 0, NOWHERE, False)
    assert plan.until(date(2020, 2, 1)) == date(2020, 2, 16)
    assert plan.tests_on(date(2020, 2, 1)) == (date(2020, 2, 2), date(2020, 2, 15))


@given(plan=plans, anchor_on=anchors)
def test_the_last_day_is_in_the_last_phase_and_the_next_day_is_free(
    plan: policy.Plan, anchor_on: date
) -> None:
    free_on = plan.until(anchor_on)
    assert plan.phase_on(free_on - timedelta(days=1), anchor_on) is plan.phases[-1]
    assert plan.phase_on(free_on, anchor_on) is None


@given(anchor_on=anchors, after=st.integers(0, 60))
def test_every_test_of_a_plan_falls_within_it(anchor_on: date, after: int) -> None:
    plan = policy.plan_for(anchor_on=anchor_on, on=anchor_on + timedelta(days=after), area="440605123")
    assert all(anchor_on <= day < plan.until(anchor_on) for day in plan.tests_on(anchor_on))


@given(anchor_on=anchors, after=st.integers(0, 60))
def test_on_the_anchor_day_itself_the_plan_in_force_counts(anchor_on: date, after: int) -> None:
    name = "isolation.contact_plan"
    counted = policy.value_for(name, anchor_on=anchor_on, on=anchor_on)
    assert counted is policy.in_force(on=anchor_on).entry(name)
