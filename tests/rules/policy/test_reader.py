"""What is in force on a day in a place."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fournets import policy
from fournets.policy.catalogue import catalogue

DAY = date(2020, 2, 10)
DANZAO = "440605123"

days = st.dates(date(2019, 12, 1), date(2023, 3, 1))
areas = st.sampled_from(
    ["", "44", "4406", "440605", DANZAO, "440605123018", "4420", "442000114", "42", "5110"]
)


def test_a_number_is_a_number_in_its_unit() -> None:
    assert policy.in_force(on=DAY, area=DANZAO).number("fever.threshold") == 37.3


def test_the_more_specific_scope_wins_over_the_later_start() -> None:
    in_force = policy.in_force(on=date(2020, 3, 1), area="440704001")
    assert in_force.whole("supplies.days_of_cover") == 10


def test_within_a_scope_the_later_start_wins() -> None:
    before = policy.in_force(on=date(2022, 6, 27)).whole("screening.look_back")
    after = policy.in_force(on=date(2022, 6, 28)).whole("screening.look_back")
    assert (before, after) == (14, 7)


def test_a_local_value_that_ends_gives_way_to_the_wider_one() -> None:
    action = "screening.returnee_action"
    assert policy.in_force(on=date(2022, 12, 6), area=DANZAO).text(action) == "isolate"
    assert policy.in_force(on=date(2022, 12, 7), area=DANZAO).text(action) == "none"


def test_a_scope_says_nothing_about_the_place_around_it() -> None:
    assert policy.in_force(on=DAY, area="44").text("fever.comparator") == ">="
    assert policy.in_force(on=DAY, area="4420").text("fever.comparator") == ">"


def test_a_missing_number_names_itself_the_day_and_the_place() -> None:
    with pytest.raises(policy.MissingNumber) as caught:
        policy.in_force(on=date(2020, 2, 20), area=DANZAO).number("dormitory.persons_a_room")
    for language in ("zh", "en"):
        sentence = caught.value.message.text(language)  # type: ignore[arg-type]
        assert all(part in sentence for part in ("dormitory.persons_a_room", "2020-02-20", DANZAO))


def test_a_name_nobody_knows_is_missing_too() -> None:
    with pytest.raises(policy.MissingNumber, match=r"fever\.threshhold"):
        policy.in_force(on=DAY).number("fever.threshhold")


def test_a_missing_number_of_the_country_says_country() -> None:
    with pytest.raises(policy.MissingNumber, match="country"):
        policy.in_force(on=DAY).text("no.such")


@pytest.mark.parametrize(
    ("read", "name"),
    [
        ("number", "fever.comparator"),
        ("whole", "fever.threshold"),
        ("text", "fever.threshold"),
        ("flag", "fever.threshold"),
        ("number", "isolation.new_exposure_restarts"),
        ("table", "fever.threshold"),
    ],
)
def test_a_value_is_not_read_as_something_it_is_not(read: str, name: str) -> None:
    with pytest.raises(policy.WrongKind, match=name):
        getattr(policy.in_force(on=DAY), read)(name)


def test_flags_and_tables_are_read_as_they_stand() -> None:
    in_force = policy.in_force(on=DAY)
    assert in_force.flag("isolation.new_exposure_restarts") is True
    assert in_force.table("community.caretakers")[0] == "community_cadre"


def test_a_policy_cannot_be_changed() -> None:
    in_force = policy.in_force(on=DAY)
    with pytest.raises(dataclasses.FrozenInstanceError):
        in_force.on = date(2020, 2, 11)  # type: ignore[misc]
    in_force.table("community.caretakers").clear()
    assert in_force.table("community.caretakers")


def test_every_entry_says_where_it_stands() -> None:
    entry = policy.in_force(on=date(2020, 3, 1)).entry("dormitory.persons_a_room")
    assert entry.reference.number == "国发明电〔2020〕4号"
    assert entry.checked is False


def test_the_policy_of_a_day_and_place_is_made_once() -> None:
    assert policy.in_force(on=DAY, area=DANZAO) is policy.in_force(on=DAY, area=DANZAO)


def test_places_without_rules_of_their_own_share_one_digest() -> None:
    digests = {policy.in_force(on=DAY, area=f"{DANZAO}{number:03}").digest for number in range(28)}
    assert digests == {policy.in_force(on=DAY, area=DANZAO).digest}


def test_other_numbers_give_another_digest() -> None:
    assert policy.in_force(on=DAY, area="4420").digest != policy.in_force(on=DAY, area=DANZAO).digest


def test_the_digest_of_a_subject_does_not_move_with_another_subject() -> None:
    before, after = (policy.in_force(on=day) for day in (date(2020, 2, 20), date(2020, 2, 22)))
    assert before.digest_of("isolation") == after.digest_of("isolation")
    assert before.digest_of("dormitory") != after.digest_of("dormitory")


def test_the_digest_is_the_same_in_another_process() -> None:
    code = (
        "from datetime import date; from fournets import policy;"
        f"print(policy.in_force(on=date(2020, 2, 10), area='{DANZAO}').digest)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == policy.in_force(on=DAY, area=DANZAO).digest


def test_the_reader_needs_no_django() -> None:
    code = "import sys; from fournets import policy; print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@given(on=days, area=areas)
def test_whatever_is_in_force_holds_and_nothing_more_specific_does(on: date, area: str) -> None:
    in_force = policy.in_force(on=on, area=area)
    for name, value in catalogue().values.items():
        holding = [entry for entry in value.entries if entry.holds(on, area)]
        chosen = in_force.entries.get(name)
        assert (chosen is None) == (not holding)
        for other in holding:
            assert chosen is not None
            assert (len(other.scope), other.start) <= (len(chosen.scope), chosen.start)


@given(on=days, area=areas)
def test_every_listed_region_is_listed_once_and_on_that_day(on: date, area: str) -> None:
    listed = policy.outbreak_areas(on=on, area=area)
    assert len({one.code for one in listed}) == len(listed)
    assert all(one.start <= on and (one.until is None or on < one.until) for one in listed)


@given(left_on=days, later=st.integers(0, 40), area=areas)
def test_a_lifted_listing_frees_nobody_early(left_on: date, later: int, area: str) -> None:
    on = left_on + timedelta(days=later)
    both = set(policy.outbreak_areas_for(anchor_on=left_on, on=on, area=area))
    assert both >= set(policy.outbreak_areas(on=left_on, area=area))
    assert both >= set(policy.outbreak_areas(on=on, area=area))
