"""What stands in several columns ends as one thing in a person's file."""

from __future__ import annotations

from pathlib import Path

import pytest

from fournets.crypto import KeyRing
from fournets.intake.services import TakeIn, take_in
from fournets.people.models import Fact
from fournets.places.services import plant_divisions
from tests.apps.intake.conftest import MEI, QIANG, Workbook

pytestmark = pytest.mark.usefixtures("town")


def test_a_street_in_its_own_column_is_in_the_address_on_file(
    workbook: Workbook, how: TakeIn, ring: KeyRing, tmp_path: Path
) -> None:
    plant_divisions(tmp_path / "divisions.csv", town_name="丹灶镇")
    header = ["姓名", "身份证号", "镇街", "村居", "街道", "门牌号", "房号"]
    rows = [["区美兰", MEI, "丹灶镇", "银河社区", "西路", "3号", "501"], ["陈志强", QIANG, "丹灶镇", "联沙社区", "东街", 8, ""]]  # fmt: skip
    assert take_in([workbook("住户.xlsx", [header, *rows])], how, ring=ring).totals()["created"] == 2
    facts = list(Fact.objects.order_by("row"))
    assert ring.unseal_many("address", [one.address_sealed for one in facts]) == ["西路3号501", "东街8号"]
    assert [one.area_code for one in facts] == ["440605123018", "440605123008"]


def test_a_second_phone_is_sealed_beside_the_first_and_finds_its_person_again(
    workbook: Workbook, how: TakeIn, ring: KeyRing
) -> None:
    header = ["姓名", "身份证号", "电话", "电话2"]
    first = workbook("名单.xlsx", [header, ["区美兰", MEI, "13800138001", "13900139009"]])
    take_in([first], how, ring=ring)
    fact = Fact.objects.get()
    assert ring.unseal("phone", bytes(fact.phone_sealed)) == "13800138001|13900139009"
    assert "13900139009" not in str(fact.values)
    pushed = take_in([workbook("推送.xlsx", [["姓名", "电话"], ["区美兰", "13900139009"]])], how, ring=ring)
    assert pushed.totals()["matched"] + pushed.totals()["updated"] + pushed.totals()["unchanged"] == 1
