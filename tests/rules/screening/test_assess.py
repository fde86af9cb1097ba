"""What the rules say of one person: class, action, from when until when, and why."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from fournets.policy import in_force
from fournets.screening.rules import Outcome, RiskFacts, assess

TOWN = "440605123"
ON = date(2020, 2, 3)


def outcome(on: date = ON, area: str = TOWN, **values: str) -> Outcome:
    return assess(RiskFacts.of(values), in_force(on=on, area=area), on)


def rules(answer: Outcome) -> list[str]:
    return [reason.rule for reason in answer.reasons]


def test_somebody_from_hubei_stays_at_home_for_fourteen_days_from_arrival() -> None:
    answer = outcome(from_place="420106", returned_on="2020-01-25")
    assert (answer.risk_class, answer.action) == ("returnee", "isolate_home")
    assert (answer.from_on, answer.until_on) == (date(2020, 1, 25), date(2020, 2, 8))
    assert rules(answer)[0] == "from_outbreak_area"


def test_after_the_last_day_the_returnee_is_free() -> None:
    answer = outcome(date(2020, 2, 8), from_place="42", returned_on="2020-01-25")
    assert (answer.risk_class, answer.action) == ("done", "none")
    assert answer.until_on == date(2020, 2, 8)


def test_the_day_before_the_last_is_still_isolation() -> None:
    assert outcome(date(2020, 2, 7), from_place="42", returned_on="2020-01-25").risk_class == "returnee"


def test_in_foshan_the_clock_counts_from_arrival_elsewhere_from_leaving() -> None:
    facts = {"from_place": "42", "left_on": "2020-01-22", "returned_on": "2020-01-25"}
    assert outcome(area=TOWN, **facts).from_on == date(2020, 1, 25)
    assert outcome(date(2020, 2, 3), "440112", **facts).from_on == date(2020, 1, 22)


def test_a_stay_that_ended_long_before_the_arrival_does_not_count() -> None:
    answer = outcome(from_place="42", left_on="2020-01-10", returned_on="2020-01-30")
    assert answer.risk_class == "done"


def test_via_hubei_counts_like_from_hubei_because_the_list_says_so() -> None:
    answer = outcome(via_place="4201", returned_on="2020-01-28")
    assert answer.risk_class == "returnee"
    assert "via_listed_area" in rules(answer)


def test_via_wenzhou_asks_for_self_monitoring_only() -> None:
    answer = outcome(via_place="3303", returned_on="2020-01-30")
    assert (answer.risk_class, answer.action) == ("via", "self_monitor")


def test_wenzhou_counts_from_the_day_it_is_listed() -> None:
    facts = {"from_place": "3303", "returned_on": "2020-01-27"}
    assert outcome(date(2020, 1, 28), **facts).risk_class == "none"
    assert outcome(date(2020, 1, 29), **facts).risk_class == "returnee"


def test_a_province_that_holds_a_listed_city_is_a_question() -> None:
    answer = outcome(from_place="33", returned_on="2020-01-30")
    assert (answer.risk_class, answer.action) == ("unclear", "ask")
    assert rules(answer) == ["origin_too_wide"]


def test_arrival_from_nobody_knows_where_is_a_question_while_it_still_matters() -> None:
    assert outcome(returned_on="2020-01-30").risk_class == "unclear"
    assert outcome(returned_on="2020-01-10").risk_class == "none"


def test_being_native_of_hubei_is_no_risk_only_a_question() -> None:
    answer = outcome(native_place="42")
    assert (answer.risk_class, answer.action) == ("unclear", "ask")
    assert (answer.from_on, answer.until_on) == (None, None)


@pytest.mark.parametrize("known", [{"from_place": "440106"}, {"been_to_outbreak_area": "no"}])
def test_a_native_of_hubei_whose_whereabouts_are_known_is_asked_nothing(known: dict[str, str]) -> None:
    assert outcome(native_place="4201", **known).risk_class == "none"


def test_saying_yes_to_a_stay_without_a_day_isolates_until_the_day_is_known() -> None:
    answer = outcome(been_to_outbreak_area="yes")
    assert (answer.risk_class, answer.until_on) == ("returnee", None)
    assert "起算日期不明" in answer.reasons[0].zh


def test_a_close_contact_goes_to_a_site_from_the_last_exposure() -> None:
    answer = outcome(contact_history="yes", exposed_on="2020-01-26|2020-01-30")
    assert (answer.risk_class, answer.action) == ("contact", "isolate_site")
    assert (answer.from_on, answer.until_on) == (date(2020, 1, 30), date(2020, 2, 13))


def test_in_2021_the_place_changes_from_site_to_home_after_fourteen_days() -> None:
    facts = {"contact_degree": "close", "exposed_on": "2021-06-01"}
    assert outcome(date(2021, 6, 14), **facts).action == "isolate_site"
    assert outcome(date(2021, 6, 15), **facts).action == "isolate_home"


def test_secondary_contacts_count_only_while_they_are_traced() -> None:
    facts = {"contact_degree": "secondary"}
    assert outcome(date(2020, 2, 3), exposed_on="2020-02-01", **facts).risk_class == "none"
    assert outcome(date(2022, 7, 3), exposed_on="2022-07-01", **facts).risk_class == "secondary_contact"
    assert outcome(date(2022, 11, 12), exposed_on="2022-11-10", **facts).risk_class == "none"


def test_from_january_2023_nobody_is_isolated() -> None:
    on = date(2023, 1, 8)
    answer = outcome(on, contact_history="yes", exposed_on="2023-01-06", been_to_outbreak_area="yes")
    assert answer.risk_class == "none"


@pytest.mark.parametrize(
    ("temperature", "area", "feverish"),
    [("37.3", TOWN, True), ("37.2", TOWN, False), ("37.3", "4420", False), ("37.4", "4420", True)],
)
def test_thirty_seven_point_three_is_fever_where_the_rules_say_so(
    temperature: str, area: str, feverish: bool
) -> None:
    answer = outcome(date(2020, 2, 18), area, temperature=temperature)
    assert (answer.risk_class == "fever") == feverish


def test_fever_with_a_running_history_makes_a_suspect() -> None:
    answer = outcome(temperature="38.1", from_place="42", returned_on="2020-01-30")
    assert (answer.risk_class, answer.action) == ("suspect", "hospital")
    assert answer.until_on == date(2020, 2, 13)
    assert {"fever", "from_outbreak_area"} <= set(rules(answer))


def test_fever_after_the_time_is_over_is_fever() -> None:
    assert outcome(temperature="38.1", from_place="42", returned_on="2020-01-10").risk_class == "fever"


@pytest.mark.parametrize("text", ["咳嗽", "发热,乏力", "有", "是"])
def test_symptoms_are_read_as_people_write_them(text: str) -> None:
    assert outcome(symptoms=text).risk_class == "fever"


@pytest.mark.parametrize("text", ["无", "正常", "无发热咳嗽", "未见异常", "否", "无,健康"])
def test_no_symptoms_are_read_as_people_write_them(text: str) -> None:
    assert outcome(symptoms=text, health_state=text).risk_class == "none"


def test_an_old_complaint_under_health_is_no_symptom_of_the_outbreak() -> None:
    assert outcome(health_state="高血压").risk_class == "none"
    assert outcome(health_state="高血压,低烧").risk_class == "fever"


def test_every_reason_names_rule_facts_numbers_and_both_sentences() -> None:
    answer = outcome(from_place="420106", returned_on="2020-01-25", temperature="36.5")
    record = answer.reasons[0].record()
    assert record["facts"] == {"from_place": "420106", "returned_on": "2020-01-25"}
    assert record["policy"][0]["name"] == "screening.returnee_plan"
    assert record["policy"][0]["document"]
    assert "来自疫情发生地武汉市" in record["zh"]
    assert "2020-02-08" in record["en"]


def test_facts_that_played_no_part_are_not_kept() -> None:
    assert outcome(from_place="440106", native_place="44", temperature="36.5").facts == {}


def test_a_text_that_is_no_day_is_not_known() -> None:
    assert RiskFacts.of({"returned_on": "2020年2月30日", "temperature": "正常"}) == RiskFacts()


def test_the_longest_clock_of_several_counts() -> None:
    last = ON - timedelta(days=1)
    answer = outcome(
        contact_history="yes", exposed_on=last.isoformat(), from_place="42", returned_on="2020-01-25"
    )
    assert answer.risk_class == "contact"
    assert answer.until_on == last + timedelta(days=14)
