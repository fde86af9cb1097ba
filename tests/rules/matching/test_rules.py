"""When two rows are the same person."""

from __future__ import annotations

from typing import Any

import pytest

from fournets.people.rules.identity import Identity, identity
from fournets.people.rules.matching import distance, numbers_differ, one_slip, rooms_differ, rule_joining

CELL = "440605123018001"
NUMBER, OTHER_NUMBER = "440682197001011236", "440682197001011252"


def row(name: str = "陈伟强", **more: Any) -> Identity:
    certainty = "verified" if len(more.get("id_number") or "") == 18 else "partial"
    return identity(name=name, **{"id_certainty": certainty} | more)


def joined_by(one: Identity, other: Identity) -> str | None:
    rule = rule_joining(one, other)
    assert rule_joining(other, one) == rule
    return rule.name if rule else None


@pytest.mark.parametrize(
    ("one", "other", "rule"),
    [
        ({"id_number": NUMBER}, {"id_number": NUMBER}, "same_number"),
        ({"id_number": NUMBER}, {"id_number": NUMBER[:15]}, "same_number_start_and_name"),
        ({"phone": "13800138000"}, {"phone": "13900139000|13800138000"}, "same_name_and_phone"),
        ({"address": "丹灶镇文明街6号501"}, {"address": "文明街6号501"}, "same_name_and_door"),
        (
            {"address": "文明街6号501"},
            {"values": {"registered_address": "丹灶文明街6号501"}},
            "same_name_and_door",
        ),
        (
            {"birth_on": "1970-01-01", "values": {"employer": "佛山市大成五金有限公司"}},
            {"birth_on": "1970-01-01", "values": {"employer": "佛山市大成五金公司"}},
            "same_name_birth_and_employer",
        ),
        ({"id_number": "440682"}, {"id_number": "440682"}, None),
        ({"id_number": "G1234567"}, {"id_number": "G1234567"}, "same_name_and_written_number"),
        ({}, {}, None),
    ],
)
def test_rows_that_share_this_are_one_person(
    one: dict[str, Any], other: dict[str, Any], rule: str | None
) -> None:
    assert joined_by(row(**one), row(**other)) == rule


SLIPPED = {"id_number": NUMBER[:7] + "3" + NUMBER[8:], "id_certainty": "unverified", "birth_on": "1971-02-01"}


def test_a_whole_number_one_slip_away_outweighs_the_day_written_beside_it() -> None:
    assert joined_by(row(id_number=NUMBER), row(**SLIPPED)) == "same_name_and_number_tail"


def test_a_number_two_slips_away_does_not_outweigh_the_day_nor_does_half_a_number() -> None:
    twice = SLIPPED | {"id_number": NUMBER[:7] + "33" + NUMBER[9:]}
    half = SLIPPED | {"id_number": NUMBER[:12], "phone": "13800138000"}
    assert joined_by(row(id_number=NUMBER), row(**twice)) is None
    assert joined_by(row(id_number=NUMBER, phone="13800138000"), row(**half)) is None


def test_two_verified_numbers_are_two_people_whatever_else_they_share() -> None:
    shared: dict[str, Any] = {"phone": "13800138000", "address": "文明街6号501", "area_code": CELL}
    assert joined_by(row(id_number=NUMBER, **shared), row(id_number=OTHER_NUMBER, **shared)) is None


def test_a_father_and_a_son_registered_at_one_door_but_living_at_two_stay_two() -> None:
    registered = {"registered_address": "文明街6号501"}
    one = row(address="北路1号301", area_code=CELL, values=registered)
    other = row(address="大街9号201", area_code=CELL, values=registered)
    assert joined_by(one, other) is None
    assert joined_by(one, row(values=registered)) == "same_name_and_door"


def test_a_home_by_number_and_one_in_words_cannot_be_compared() -> None:
    assert not rooms_differ("#7", "440605123018/文明街6号501")
    assert rooms_differ("#7", "#8")
    assert not rooms_differ("", "#8")


def test_sex_and_birth_speak_against_a_shared_phone() -> None:
    phone = {"phone": "13800138000"}
    assert joined_by(row(sex="male", **phone), row(sex="female", **phone)) is None
    assert (
        joined_by(row(birth_on="1970-01-01", **phone), row(birth_on="1970-10-01", **phone))
        == "same_name_and_phone"
    )
    assert joined_by(row(birth_on="1970-01-01", **phone), row(birth_on="1999-10-02", **phone)) is None


def test_slips_are_counted_as_people_make_them() -> None:
    assert distance("440682197001011236", "440682197001012136") == 1
    assert distance("张丹", "张杰") == 1
    assert one_slip("1970-01-12", "1970-12-01")
    assert not one_slip("1970-01-12", "1971-12-12")
    assert numbers_differ(row(id_number=NUMBER), row(id_number="430421"))
    assert not numbers_differ(row(id_number=NUMBER), row(id_number="440682"))
