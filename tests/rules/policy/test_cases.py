"""The cases of tests/cases that the policy answers by itself."""

from __future__ import annotations

from typing import Any

import pytest

from fournets import policy
from tests.cases import KEYS, cases, title


@pytest.mark.parametrize("case", cases("value", "plan", "outbreak_area", "fever"), ids=title)
def test_the_policy_answers_as_the_case_says(case: dict[str, Any]) -> None:
    answer = ANSWERS[case["ask"]](case)
    assert {name: answer.get(name) for name in case["expect"]} == case["expect"]


@pytest.mark.parametrize("case", cases(), ids=title)
def test_a_case_has_all_its_parts_and_expects_something(case: dict[str, Any]) -> None:
    assert set(case) - {"file"} == KEYS
    assert case["ask"] in {*ANSWERS, "assess", "isolation"}
    assert case["expect"]


def test_no_two_cases_bear_the_same_title() -> None:
    titles = [case["zh"] for case in cases()]
    assert len(titles) == len(set(titles))


def test_the_cases_reach_from_january_2020_to_january_2023() -> None:
    days = [case["on"] for case in cases()]
    assert (min(days).isoformat()[:7], max(days).isoformat()[:7]) == ("2020-01", "2023-01")


def the_value(case: dict[str, Any]) -> dict[str, Any]:
    in_force = policy.in_force(on=case["on"], area=case["area"])
    try:
        return {"value": in_force.entry(case["given"]["name"]).value}
    except policy.MissingNumber:
        return {"missing": True}


def the_plan(case: dict[str, Any]) -> dict[str, Any]:
    anchor_on = case["given"]["anchor_on"]
    plan = policy.plan_for(anchor_on=anchor_on, on=case["on"], area=case["area"], name=case["given"]["plan"])
    phase = plan.phase_on(case["on"], anchor_on)
    return {
        "days": plan.days,
        "until_on": plan.until(anchor_on),
        "place": phase.place if phase else "none",
        "tests_on": list(plan.tests_on(anchor_on)),
    }


def the_outbreak_area(case: dict[str, Any]) -> dict[str, Any]:
    left_on = case["given"].get("left_on", case["on"])
    listed = policy.outbreak_areas_for(anchor_on=left_on, on=case["on"], area=case["area"])
    over = [one for one in listed if case["given"]["region"].startswith(one.code)]
    return {"listed": bool(over), "via_counts": any(one.via_counts for one in over)}


def the_fever(case: dict[str, Any]) -> dict[str, Any]:
    in_force = policy.in_force(on=case["on"], area=case["area"])
    return {"fever": policy.is_fever(case["given"]["temperature"], in_force)}


ANSWERS = {"value": the_value, "plan": the_plan, "outbreak_area": the_outbreak_area, "fever": the_fever}
