"""Rows no rule could place: which of the people who bear the name is it?"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from fournets.analytics.bearers import bearers
from fournets.analytics.linkage import open_nodes
from fournets.analytics.settle import Linked, Thresholds, link_nodes
from fournets.people.rules.identity import Identity, identity
from fournets.people.rules.matching import RULES
from fournets.people.rules.nodes import nodes_of

SEEN = date(2020, 2, 3)
CELL, OTHER_CELL = "440605123018001", "440605123020002"
LARGE, SMALL = 60_000, 500


def person(name: str, number: str = "", **more: Any) -> Identity:
    certainty = "verified" if len(number) == 18 else "partial"
    return identity(name=name, id_number=number or None, id_certainty=certainty, seen_on=SEEN, **more)


def link(*rows: Identity, people: int = LARGE) -> Linked:
    nodes = nodes_of(rows, [None] * len(rows))
    return link_nodes(open_nodes(nodes), RULES, thresholds=Thresholds(), people=people)


def together(*rows: Identity, people: int = LARGE) -> bool:
    """Whether the first row ended with the second."""
    clusters = link(*rows, people=people).clusters
    return clusters.find(0) == clusters.find(1)


YE = person("叶悦琪", "430421196707136464", phone="13817798579", area_code=CELL, address="东头金沙路34号")
AT_THE_FIRM = person("叶悦琪", values={"registered_address": "湖南省衡阳市衡阳县07号", "employer": "鸿万厂"})


def test_the_only_bearer_of_a_name_who_comes_from_the_same_county_is_meant() -> None:
    linked = link(AT_THE_FIRM, YE)
    assert linked.clusters.find(0) == linked.clusters.find(1)
    assert linked.clusters.rule[0] == "likely_bearer"
    assert (linked.clusters.score[0] or 0) > 0.9


def test_in_a_small_register_somebody_not_in_it_is_as_likely() -> None:
    name_only = person("叶悦琪", sex="female")
    assert together(name_only, YE)
    assert not together(name_only, YE, people=SMALL)


def test_of_two_bearers_the_one_who_fits_is_meant() -> None:
    local = person("叶悦琪", "440605198908248130", phone="18244957202")
    neighbours = [
        person(f"何{given}", f"4406051970{month:02}011234")
        for month, given in enumerate("一二三四五六七八九十", 1)
    ]
    assert together(AT_THE_FIRM, YE, local, *neighbours)


def test_two_bearers_nothing_tells_apart_are_left_alone() -> None:
    other = person("叶悦琪", "430421198801013240", phone="13900139000")
    linked = link(AT_THE_FIRM, YE, other)
    assert len({linked.clusters.find(row) for row in range(3)}) == 3


@pytest.mark.parametrize(
    "against",
    [
        {"sex": "male"},
        {"birth_on": "1990-01-01"},
        {"values": {"age": "20"}},
        {"area_code": OTHER_CELL, "address": "北坊大街9号201"},
    ],
)
def test_what_speaks_against_the_only_bearer_is_heard(against: dict[str, Any]) -> None:
    assert not together(person("叶悦琪", **against), YE)


def test_a_mistyped_phone_and_the_name_are_enough() -> None:
    assert together(person("叶悦琪", phone="13817798570"), YE)


def test_a_name_with_another_phone_is_not_enough_unless_somebody_came_back() -> None:
    listed = person("叶悦琪", phone="15012345678")
    back = person("叶悦琪", "430421196707136464", phone="13817798579", values={"from_place": "4201"})
    assert not together(listed, YE)
    assert together(listed, back)


def test_a_number_without_a_name_belongs_to_its_only_holder() -> None:
    nameless = person("", phone="13817798579")
    child = person("叶小宝", "430421201207136461", phone="13817798579")
    assert together(nameless, YE)
    assert not together(nameless, YE, child)


def test_one_wrong_character_beside_the_same_phone_is_a_slip() -> None:
    misspelt = person("叶悦琦琪"[:2] + "祺", phone="13817798579")
    wrong = person("叶悦华", phone="13817798579")
    assert together(misspelt, YE)
    assert together(wrong, YE)


def test_where_somebody_bears_the_very_name_it_was_no_slip() -> None:
    sister = person("叶悦华", "430421197007136466", phone="13900139000")
    assert not together(person("叶悦华", phone="13817798579"), YE, sister)


def test_brothers_under_one_roof_stay_two() -> None:
    home: dict[str, Any] = {"phone": "13817798579", "area_code": CELL, "address": "东头金沙路34号"}
    elder = person("叶家强", "430421200007136458", **home)
    assert not together(person("叶家明", **home), elder)
    twin: dict[str, Any] = {"birth_on": "2000-07-13", **home}
    assert not together(person("叶家明", **twin), elder)


HOME: dict[str, Any] = {"phone": "13817798579", "area_code": CELL, "address": "东头金沙路34号"}
WORKER: dict[str, Any] = {"values": {"employer": "鸿万厂"}, **HOME}


def test_a_firms_list_gives_somebodys_own_telephone_so_one_wrong_character_there_is_a_slip() -> None:
    assert together(person("叶家明", **WORKER), person("叶家强", "430421197007136458", **HOME))


def test_of_two_characters_one_is_too_little_to_tell_a_slip_from_a_relative() -> None:
    assert not together(person("叶明", **WORKER), person("叶强", "430421197007136458", **HOME))


def test_brothers_with_the_telephone_on_the_desk_at_home_stay_two() -> None:
    desk = {"phone": "075786123456"}
    assert not together(
        person("叶家明", **WORKER | desk), person("叶家强", "430421197007136458", **HOME | desk)
    )


def test_a_misspelt_row_under_the_same_roof_is_known_by_its_number() -> None:
    home: dict[str, Any] = {"area_code": CELL, "address": "东头金沙路34号", "phone": "13817798579"}
    elder = person("叶家强", "430421200007136458", **home)
    assert together(person("叶家明", "430421200007136", **home), elder)


def test_what_one_row_adds_places_the_next() -> None:
    by_phone = person("叶悦琪", phone="13817798579", values={"employer": "鸿万厂"})
    by_work = person("叶悦琪", phone="15012345678", values={"employer": "鸿万厂"})
    assert together(by_work, YE, by_phone)


def test_rows_on_file_are_not_weighed_against_each_other() -> None:
    nodes = nodes_of([AT_THE_FIRM, YE], [1, 2])
    linked = link_nodes(open_nodes(nodes), RULES, thresholds=Thresholds(), people=LARGE)
    assert linked.clusters.find(0) != linked.clusters.find(1)
    assert not linked.doubts


BARE = person("叶悦琪", phone="13900139000")


def test_a_telephone_of_those_at_home_tells_which_bearer_is_meant() -> None:
    at_home = person(
        "何永", "440605197001011234", phone="13900139000", area_code=CELL, address="东头金沙路34号"
    )
    elsewhere = person(
        "何永", "440605197001011234", phone="13900139000", area_code=OTHER_CELL, address="北坊大街9号"
    )
    assert together(BARE, YE, at_home)
    assert not together(BARE, YE, elsewhere)


@pytest.mark.parametrize(("surnames", "meant"), [(20, True), (1, False)])
def test_a_name_on_a_list_means_its_only_bearer_when_its_characters_are_rare(
    surnames: int, meant: bool
) -> None:
    """In a town where everybody is called 叶, somebody not in the register may well be called 叶悦琪."""
    first = "叶" + "".join(chr(0x5000 + 37 * at) for at in range(surnames - 1))
    given = "悦琪" + "".join(chr(0x6100 + 37 * at) for at in range(48))
    neighbours = [
        person(f"{first[at % surnames]}{given[at % 50]}{given[(at % 50 + 1 + at // 50) % 50]}")
        for at in range(50, 1_500)
    ]
    assert together(person("叶悦琪"), YE, *neighbours) is meant


def test_a_number_cut_off_meets_the_whole_one_though_the_name_is_misspelt() -> None:
    cut = person("叶悦琳", "430421196707136", phone="13700137000")
    assert together(cut, YE)


def test_what_a_later_round_knows_for_sure_is_in_doubt_no_more() -> None:
    """The rows alone are likely one person's, the name's bearers looked at together make it sure."""
    slipped = person("叶悦琪", "430421196707136", phone="13388068606", values={"employer": "飞德家具厂"})
    whole = person(
        "叶悦琪", "430427196707136464", phone="18053709721", area_code=CELL, address="东头金沙路34号"
    )
    linked = link(slipped, whole)
    assert linked.clusters.find(0) == linked.clusters.find(1)
    assert not linked.doubts


def test_a_nameless_telephone_with_one_wrong_digit_still_finds_its_holder() -> None:
    assert together(person("", phone="13817798570"), YE)
    assert not together(person("", phone="13817798501"), YE)


def namesakes(characters: str) -> list[Identity]:
    """A town of 叶 whose given names are made of ``characters`` only."""
    size = len(characters)
    return [
        person(
            "叶" + characters[at % size] + characters[at // size % size],
            f"440605198001{at:06}",
            phone=f"150{at:08}",
        )
        for at in range(1_200)
    ]


@pytest.mark.parametrize(
    ("characters", "meant"),
    [("悦琪华明丽秀强军平芳英兰红文辉建国福生伟", True), ("明丽秀强军平芳英兰红文辉建国福生伟", False)],
)
def test_a_common_name_on_the_telephone_of_one_named_alike_was_a_slip(characters: str, meant: bool) -> None:
    """That somebody bears the name written says nothing when many do; when it is rare it is she who borrowed a telephone."""
    sister = person("叶悦华", "430421197007136466", phone="13900139000")
    assert together(person("叶悦华", phone="13817798579"), YE, sister, *namesakes(characters)) is meant


def test_a_birthday_inside_a_number_counts_once() -> None:
    """Many of a large town share county and birthday; their numbers then differ in few digits."""
    one = person(
        "叶悦明", "430421196707136", phone="13700137000", area_code=OTHER_CELL, address="北坊大街9号201"
    )
    assert not together(one, YE, people=10_000)


def test_another_employer_speaks_against_a_namesake() -> None:
    firm, other_firm = {"employer": "鸿万厂"}, {"employer": "飞德家具厂"}
    employed = person("叶悦琪", "430421196707136464", phone="13817798579", values=firm)
    assert together(person("叶悦琪", sex="female"), employed, people=40_000)
    assert not together(person("叶悦琪", sex="female", values=other_firm), employed, people=40_000)


@pytest.mark.parametrize(("came_back", "meant"), [(True, False), (False, True)])
def test_lists_say_themselves_whom_they_name(came_back: bool, meant: bool) -> None:
    """Where the lists name only people who came back, one who stayed is not meant; where they name anybody, he is."""
    names = [f"何{chr(0x5000 + 37 * at)}" for at in range(600)]
    calls = [f"138{at:08}" for at in range(600)]
    went = {"from_place": "4201"}
    register = [
        person(name, phone=call, sex="female", values=went if came_back and at < 300 else {})
        for at, (name, call) in enumerate(zip(names, calls, strict=True))
    ]
    listed = [person(name, phone=call) for name, call in zip(names[:300], calls, strict=False)]
    assert together(person("叶悦琪"), YE, *register, *listed) is meant


def test_a_later_round_weighs_again_whom_the_last_one_concerns() -> None:
    by_phone = person("叶悦琪", phone="13817798579", values={"employer": "鸿万厂"})
    by_work = person("叶悦琪", phone="15012345678", values={"employer": "鸿万厂"})
    aside = person("何永", phone="13900139000")
    again = person("何永", phone="13900139001")
    nodes = nodes_of([YE, by_work, by_phone, aside, again], [None] * 5)
    link, other = open_nodes(nodes), open_nodes(nodes)
    alone = [0, 1, 2, 3, 4]
    bearers(link, alone, [False, True, True, True, True], least=0.0, people=LARGE)
    joined, loose = [0, 1, 0, 3, 4], [False, True, False, True, True]
    later = bearers(link, joined, loose, least=0.0, people=LARGE, changed=[0])
    whole = bearers(other, joined, loose, least=0.0, people=LARGE)
    assert {(guess.one, guess.other) for guess in later} == {(1, 0)}
    assert later == [guess for guess in whole if guess.one == 1]
