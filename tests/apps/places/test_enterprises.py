"""Enterprises from surveys and rosters: one enterprise however its name is written, and undo."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from fournets.crypto import KeyRing
from fournets.places.models import Enterprise, EnterpriseFact
from fournets.places.scope import scope
from fournets.places.selectors import known_totals
from fournets.places.services import enterprises_for, file_enterprises, withdraw_file
from tests.apps.places.conftest import rows

pytestmark = pytest.mark.django_db
CODE, OTHER = "91110000600037341L", "914403001922038216"
EAST = "440605123019"


def outcomes(
    *given: dict[str, Any], ring: KeyRing, file_id: int = 1, seen_on: date = date(2020, 2, 5)
) -> list[str]:
    table = rows(*given, file_id=file_id, seen_on=seen_on)
    return file_enterprises(table, ring=ring)["outcome"].to_pylist()


def snapshot() -> list[dict[str, Any]]:
    columns = [
        field.column
        for field in Enterprise._meta.fields
        if field.column not in {"id", "contact_phone_sealed", "address_sealed"}
    ]
    return list(Enterprise.objects.order_by("public_id").values(*columns))


def test_variants_of_a_name_are_one_enterprise(town: str, ring: KeyRing) -> None:
    given = [
        {"enterprise_name": "佛山市南海区华兴五金有限公司", "uscc": CODE},
        {"enterprise_name": "华兴五金公司", "headcount": "40"},
        {"enterprise_name": "佛山市南海区 华兴五金有限公司", "headcount": "40"},
        {"enterprise_name": "南海华兴五金(有限公司)"},
        {"enterprise_name": "另一家五金厂"},
        {"enterprise_name": "另一家五金厂部"},
    ]
    assert outcomes(*given, ring=ring) == ["created", "updated", "updated", "updated", "created", "updated"]
    assert Enterprise.objects.count() == 2
    known = Enterprise.objects.get(uscc=CODE)
    assert (known.headcount, known.industry_division, known.sole_trader) == (40, "33", False)


def test_the_fullest_spelling_of_the_name_last_used_is_the_name(town: str, ring: KeyRing) -> None:
    full = {"enterprise_name": "佛山市南海区华兴五金有限公司", "uscc": CODE}
    outcomes(full, ring=ring)
    outcomes(
        {"enterprise_name": "华兴 五金公司", "uscc": CODE}, ring=ring, file_id=2, seen_on=date(2020, 2, 9)
    )
    assert Enterprise.objects.get().name == full["enterprise_name"]
    renamed = {"enterprise_name": "华旺五金厂", "uscc": CODE}
    outcomes(renamed, ring=ring, file_id=3, seen_on=date(2020, 2, 10))
    assert Enterprise.objects.get().name == "华旺五金厂"


def test_a_row_filed_before_is_unchanged_and_a_newer_value_supersedes(town: str, ring: KeyRing) -> None:
    row = {"enterprise_name": "华兴五金厂", "headcount": "40"}
    assert outcomes(row, row, ring=ring) == ["created", "unchanged"]
    assert outcomes(row, ring=ring, file_id=2) == ["unchanged"]
    newer = row | {"headcount": "42"}
    assert outcomes(newer, ring=ring, file_id=3, seen_on=date(2020, 2, 9)) == ["updated"]
    assert outcomes(row | {"headcount": "30"}, ring=ring, file_id=4, seen_on=date(2020, 1, 30)) == ["matched"]
    assert Enterprise.objects.get().headcount == 42
    assert EnterpriseFact.objects.count() == 5


def test_two_verified_codes_are_two_enterprises_even_under_one_name(town: str, ring: KeyRing) -> None:
    given = [{"enterprise_name": "华兴五金厂", "uscc": code} for code in (CODE, OTHER)]
    assert outcomes(*given, ring=ring) == ["created", "created"]
    assert outcomes({"enterprise_name": "华兴五金厂"}, ring=ring, file_id=2) == ["review"]


def test_a_code_with_a_wrong_check_digit_identifies_nothing(town: str, ring: KeyRing) -> None:
    given = [
        {"enterprise_name": "华兴五金厂", "uscc": CODE},
        {"enterprise_name": "华兴五金厂", "uscc": CODE[:-1] + "A"},
    ]
    assert outcomes(*given, ring=ring) == ["created", "updated"]
    assert Enterprise.objects.get().uscc == CODE


def test_shops_of_one_name_in_two_communities_are_two(town: str, ring: KeyRing) -> None:
    given = [
        {"enterprise_name": "便民商店"},
        {"enterprise_name": "便民商店", "area_code": EAST},
        {"enterprise_name": "便民商店", "area_code": EAST, "headcount": "2"},
    ]
    assert outcomes(*given, ring=ring) == ["created", "created", "updated"]
    assert Enterprise.objects.filter(sole_trader=True).count() == 2


def test_a_row_with_neither_name_nor_code_goes_to_review(town: str, ring: KeyRing) -> None:
    assert outcomes({"enterprise_name": ""}, ring=ring) == ["review"]
    assert not Enterprise.objects.exists()


def test_an_employer_a_roster_names_is_the_enterprise_the_survey_finds(town: str, ring: KeyRing) -> None:
    names = ["华兴五金有限公司", "佛山市华兴五金公司", None, "华兴五金有限公司"]
    found = enterprises_for(names, [None] * 4, [EAST, "440605123018", EAST, "440605123005"], ring=ring)
    assert found[0] is not None and found == [found[0], found[0], None, found[0]]
    assert Enterprise.objects.get().surveyed_on is None
    assert outcomes({"enterprise_name": "华兴五金有限公司", "uscc": CODE}, ring=ring) == ["updated"]
    assert Enterprise.objects.get().id == found[0]
    assert enterprises_for(["随便写"], [CODE], [EAST], ring=ring) == [found[0]]


def test_a_newer_row_without_a_community_does_not_move_the_enterprise(town: str, ring: KeyRing) -> None:
    outcomes({"enterprise_name": "华兴五金厂", "uscc": CODE, "area_code": EAST}, ring=ring)
    newer = {"enterprise_name": "华兴五金厂", "uscc": CODE, "area_code": town, "headcount": "4"}
    outcomes(newer, ring=ring, file_id=2, seen_on=date(2020, 2, 9))
    known = Enterprise.objects.get()
    assert (known.area_code, known.headcount) == (EAST, 4)


def test_an_employer_only_a_roster_knows_does_not_stand_in_a_building(town: str, ring: KeyRing) -> None:
    enterprises_for(["华兴五金厂"], [None], [EAST + "0010010000003"], ring=ring)
    assert Enterprise.objects.get().area_code == EAST
    with scope(EAST + "001"):
        enterprises_for(["便民商店"], [None], [EAST + "0010010000003"], ring=ring)
        assert Enterprise.objects.get().area_code == EAST + "0010010000003"


def test_the_contact_phone_is_sealed(town: str, ring: KeyRing) -> None:
    outcomes({"enterprise_name": "华兴五金厂", "contact_phone": "13800138000"}, ring=ring)
    known = Enterprise.objects.get()
    assert "13800138000" not in str(known.values)
    assert known.contact_phone_sealed is not None
    assert ring.unseal("contact_phone", known.contact_phone_sealed) == "13800138000"


def test_the_address_is_sealed_and_a_new_one_is_an_update(town: str, ring: KeyRing) -> None:
    shop = {"enterprise_name": "华兴五金厂", "enterprise_address": "银河社区西路3号2栋501"}
    moved = shop | {"enterprise_address": "银河社区东街8号301"}
    outcomes(shop, ring=ring)
    assert outcomes(shop, ring=ring, file_id=2) == ["unchanged"]
    assert outcomes(moved, ring=ring, file_id=3, seen_on=date(2020, 2, 6)) == ["updated"]
    known, fact = Enterprise.objects.get(), EnterpriseFact.objects.get(file_id=1)
    assert ring.unseal("address", known.address_sealed or b"") == moved["enterprise_address"]
    assert ring.unseal("address", fact.address_sealed or b"") == shop["enterprise_address"]
    assert not any("路" in str(one) or "街" in str(one) for one in (known.values, fact.values))
    withdraw_file(3)
    known.refresh_from_db()
    assert ring.unseal("address", known.address_sealed or b"") == shop["enterprise_address"]


def test_withdrawing_a_file_brings_back_what_was_before(town: str, ring: KeyRing) -> None:
    outcomes({"enterprise_name": "华兴五金厂", "headcount": "40"}, ring=ring)
    before = snapshot()
    later = [
        {"enterprise_name": "华兴五金厂", "headcount": "50", "uscc": CODE},
        {"enterprise_name": "新开的店"},
    ]
    outcomes(*later, ring=ring, file_id=2, seen_on=date(2020, 2, 6))
    assert snapshot() != before
    withdraw_file(2)
    assert snapshot() == before
    withdraw_file(1)
    assert snapshot() == []


def test_the_same_rows_on_the_same_register_get_the_same_public_ids(town: str, ring: KeyRing) -> None:
    given = [{"enterprise_name": "华兴五金厂"}, {"enterprise_name": "新开的店", "uscc": OTHER}]
    outcomes(*given, ring=ring)
    before = snapshot()
    withdraw_file(1)
    outcomes(*given, ring=ring)
    assert snapshot() == before


def test_a_neighbour_sees_none_of_it(town: str, ring: KeyRing) -> None:
    outcomes({"enterprise_name": "华兴五金厂"}, ring=ring)
    with scope(EAST):
        assert not Enterprise.objects.exists()
        assert not EnterpriseFact.objects.exists()


def test_the_known_enterprises_of_each_community_are_counted(town: str, ring: KeyRing) -> None:
    outcomes({"enterprise_name": "华兴五金厂"}, {"enterprise_name": "便民商店", "area_code": EAST}, ring=ring)
    enterprises_for(["名单上的公司"], [None], [EAST], ring=ring)
    totals = {one.area_code: one for one in known_totals(town, level="community")}
    assert (totals[EAST].enterprises, totals[EAST].enterprises_surveyed) == (2, 1)
    assert totals["440605123018"].enterprises == 1
    assert len(totals) == 30
    assert known_totals(town, level="town")[0].enterprises == 3


def test_no_rows_give_no_outcomes(town: str, ring: KeyRing) -> None:
    assert file_enterprises(rows({"enterprise_name": "甲"}).slice(0, 0), ring=ring).num_rows == 0
    assert enterprises_for([None], [None], [EAST], ring=ring) == [None]
