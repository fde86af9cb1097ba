"""The cases of tests/cases that the rules of isolation answer: the day of release, and why."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fournets.isolation.rules import Exposure, NotNeeded, clock
from fournets.isolation.rules.clock import NoAnchor
from fournets.policy import MissingNumber
from tests.cases import cases, title

TOWN, FIRST = "440605123", date(2020, 1, 25)


@pytest.mark.parametrize("case", cases("isolation"), ids=title)
def test_the_rules_answer_as_the_case_says(case: dict[str, Any]) -> None:
    answer = answered(case)
    assert {name: answer.get(name) for name in case["expect"]} == case["expect"]


def answered(case: dict[str, Any]) -> dict[str, Any]:
    exposures = [Exposure(one["kind"], one["on"]) for one in case["given"]["exposures"]]
    try:
        found = clock(case["given"]["basis"], exposures, on=case["on"], area=case["area"])
    except NotNeeded:
        return {"not_needed": True}
    except NoAnchor:
        return {"no_anchor": True}
    except MissingNumber:
        return {"no_plan": True}
    return {
        "until_on": found.until_on,
        "anchor_on": found.anchor.on,
        "place": found.place_on(case["on"]),
        "rules": [one.rule for one in found.reasons],
    }


@given(st.lists(st.integers(0, 60), min_size=1, max_size=4))
def test_in_whatever_order_exposures_are_noted_the_end_is_the_same(days: list[int]) -> None:
    known = [Exposure("last_exposure", FIRST + timedelta(days=day)) for day in days]
    on = max(one.on for one in known)
    ends = {clock("contact", one, on=on, area=TOWN).until_on for one in permutations(known)}
    assert ends == {on + timedelta(days=14)}


def test_a_sentence_names_the_days_and_the_document_in_both_languages() -> None:
    known = [Exposure("last_exposure", date(2020, 1, 30)), Exposure("last_exposure", date(2020, 2, 5))]
    said = {one.rule: one for one in clock("contact", known, on=date(2020, 2, 6), area=TOWN).reasons}
    assert said["anchor"].zh == "最后一次无防护接触为 2020-02-05,自当日起算"
    assert said["anchor"].en == "last unprotected exposure on 2020-02-05: the clock begins that day"
    assert said["restarts"].zh == "2020-01-30 之后又有一次,重新起算"
    assert said["restarts"].document.startswith("关于加强新型冠状病毒感染的肺炎疫情社区防控工作的通知")
    assert said["until"].en == "2020-02-18 is the last day; free from 2020-02-19"
    assert "14 天" in said["plan"].zh and said["plan"].document in said["plan"].en


def test_where_somebody_stays_follows_the_plan_day_by_day() -> None:
    found = clock("contact", [Exposure("last_exposure", date(2022, 7, 1))], on=date(2022, 7, 1), area=TOWN)
    places = [found.place_on(date(2022, 7, 1) + timedelta(days=day)) for day in range(10)]
    assert places == ["site"] * 7 + ["home"] * 3
    assert (found.from_on, found.until_on) == (date(2022, 7, 1), date(2022, 7, 11))
