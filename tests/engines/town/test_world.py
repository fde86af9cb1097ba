"""The invented town as it truly is: counted exactly, numbers valid, the same from the same seed."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some
from stdnum.cn import uscc

from fournets.town import names, numbers
from fournets.town.enterprises import FLAGGED, FULL_SIZE, sizes_for, variant
from fournets.town.founding import found_town
from fournets.town.people import household_sizes
from fournets.town.places import ordinal
from fournets.town.rates import rates, regions
from fournets.town.world import Town, read_communities, split


@pytest.fixture(scope="module")
def world() -> Town:
    return found_town(6000, 3)


@pytest.fixture(scope="module")
def full() -> Town:
    return found_town(60_000, 5)


def test_there_are_twenty_eight_communities_and_two_parks() -> None:
    kinds = [one.kind for one in read_communities()]
    assert kinds.count("industrial park") == 2
    assert len(kinds) == 30


def test_exactly_so_many_people_are_made(world: Town) -> None:
    assert len(world.people) == 6000
    assert sum(len(home.people) for one in world.communities for home in one.households) == 6000


def test_a_town_of_full_size_has_the_enterprises_of_the_reference_case(full: Town) -> None:
    town = full
    assert len(town.enterprises) == FULL_SIZE == 5600
    assert sum(one.tied_staff > 0 for one in town.enterprises) == FLAGGED == 1060


@pytest.mark.parametrize(
    ("people", "expected"), [(300, (28, 5)), (6000, (560, 106)), (300_000, (5600, 1060))]
)
def test_a_smaller_town_has_fewer_enterprises(people: int, expected: tuple[int, int]) -> None:
    assert sizes_for(people) == expected


def test_exactly_the_flagged_enterprises_have_staff_from_the_outbreak_area(world: Town) -> None:
    assert sum(one.tied_staff > 0 for one in world.enterprises) == sizes_for(6000)[1]


def test_every_enterprise_has_staff_who_work_there_and_nowhere_else(world: Town) -> None:
    assert all(one.staff for one in world.enterprises)
    seats = [person.key for one in world.enterprises for person in one.staff]
    assert len(seats) == len(set(seats))
    assert all(person.employer is one for one in world.enterprises for person in one.staff)


def test_nobody_shares_an_id_and_every_id_is_valid_and_fits_the_person(world: Town) -> None:
    people = world.people + world.outsiders
    assert len({one.id_number for one in people}) == len(people)
    for one in people:
        assert numbers.id_check(one.id_number[:17]) == one.id_number[17]
        assert one.id_number[:6] == one.native.code
        assert one.id_number[6:14] == f"{one.birth_on:%Y%m%d}"
        assert int(one.id_number[16]) % 2 == (one.sex == "male")


def test_every_credit_code_is_valid_and_nobody_shares_one(world: Town) -> None:
    assert all(uscc.is_valid(one.uscc) for one in world.enterprises)
    assert len({one.uscc for one in world.enterprises}) == len(world.enterprises)


def test_no_two_enterprises_have_the_same_name(world: Town) -> None:
    assert len({one.name for one in world.enterprises}) == len(world.enterprises)


def test_every_cell_of_a_full_town_has_300_to_500_households(full: Town) -> None:
    for cell in (cell for one in full.communities for cell in one.cells):
        households = sum(len(building.households) for group in cell.groups for building in group.buildings)
        assert 300 <= households <= 500


def test_every_household_has_its_own_address_and_number(world: Town) -> None:
    homes = [home for one in world.communities for home in one.households]
    assert len({home.address for home in homes}) == len(homes)
    assert len({home.number for home in homes}) == len(homes)


def test_no_building_has_more_households_than_dwellings(world: Town) -> None:
    buildings = [
        b for one in world.communities for cell in one.cells for group in cell.groups for b in group.buildings
    ]
    assert all(len(one.households) <= len(one.dwellings) for one in buildings)
    assert len({one.code for one in buildings}) == len(buildings)


def test_returnees_came_in_january_and_february_2020(world: Town) -> None:
    days = [one.trip.returned_on for one in world.people if one.trip]
    assert min(days) >= date(2020, 1, 16)
    assert max(days) <= date(2020, 2, 14)
    assert any(one.trip and one.trip.via for one in world.people)


def test_outbreak_natives_are_about_as_many_as_the_table_says(world: Town) -> None:
    share = sum(one.native.outbreak for one in world.people) / len(world.people)
    assert abs(share - rates()["world"]["outbreak_native"]) < 0.03


def test_there_are_minority_names_rare_characters_and_shared_telephones(full: Town) -> None:
    town = full
    assert any("·" in one.name for one in town.people)
    assert any(set(one.name) & set(names.RARE) for one in town.people)
    assert len({one.phone for one in town.people}) < len(town.people)


def test_the_same_seed_founds_the_same_town() -> None:
    first, second = (
        [(one.name, one.id_number, one.phone) for one in found_town(900, 4).people] for _ in range(2)
    )
    assert first == second


def test_another_seed_founds_another_town() -> None:
    assert found_town(900, 4).people[0].id_number != found_town(900, 5).people[0].id_number


@given(some.integers(0, 5000), some.integers(1, 60), some.integers())
def test_parts_sum_to_the_whole(total: int, parts: int, seed: int) -> None:
    shares = split(random.Random(seed), total, parts)
    assert sum(shares) == total
    assert len(shares) == parts
    assert min(shares) >= 0


@given(some.integers(1, 3000), some.integers())
def test_household_sizes_hold_everybody(people: int, seed: int) -> None:
    sizes = household_sizes(random.Random(seed), people)
    assert sum(sizes) == people
    assert min(sizes) >= 1


@given(some.integers())
def test_a_homophone_differs_and_sounds_alike(seed: int) -> None:
    from pypinyin import lazy_pinyin

    rng = random.Random(seed)
    name = names.surname(rng) + names.given(rng, "male", 0)
    other = names.homophone(rng, name)
    assert lazy_pinyin(list(other[-2:])) == lazy_pinyin(list(name[-2:]))
    assert names.wrong(rng, name) != name


@given(some.integers())
def test_a_name_variant_differs_from_the_name(seed: int) -> None:
    name = "佛山市南海区丹灶镇恒华五金制品有限公司"
    assert variant(random.Random(seed), name) != name


def test_numbers_up_to_ninety_nine_are_said_in_chinese() -> None:
    assert [ordinal(number) for number in (1, 10, 12, 20, 35)] == ["一", "十", "十二", "二十", "三十五"]


def test_region_codes_are_six_digits_and_unique() -> None:
    codes = [one.code for one in regions()]
    assert len(set(codes)) == len(codes)
    assert all(len(code) == 6 and code.isdigit() for code in codes)
