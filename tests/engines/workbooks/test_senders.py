"""Layouts of senders who write for themselves: a market, a property manager, a bus company, a plant from abroad."""

from __future__ import annotations

from typing import Any

import pytest

from fournets.workbooks.model import Layout, Sheet
from fournets.workbooks.recognise import recognise
from tests.engines.workbooks.files import NAMES, mobile, resident_id
from tests.engines.workbooks.test_recognition import meaning

ADDRESSES = [f"丹灶镇银河社区西路{n}号2栋50{n}" for n in range(1, 5)]
FIRMS = [f"佛山市南海某{n}五金制品有限公司" for n in range(4)]
VALUES: dict[str, list[Any]] = {
    "name": list(NAMES[:4]), "other": list(NAMES[4:8]), "id": [resident_id(n) for n in range(4)],
    "id2": [resident_id(n + 20) for n in range(4)], "phone": [mobile(n) for n in range(4)],
    "phone2": [mobile(n + 20) for n in range(4)], "place": ADDRESSES, "day": ["2020-01-2" + str(n) for n in range(4)],
    "yes": ["是", "否", "否", "是"], "from": ["武汉", "黄冈", "长沙", "武汉"], "time": ["8:30", "9:30", "10:15", "11:00"],
    "plate": ["鄂A12345", "粤E23456", "鄂J34567", "粤E45678"], "firm": FIRMS, "latin": ["Chen Yinhe", "Li Xicheng", "Ou Xiangang", "Huang Luohang"],
    "text": ["蔬菜", "水果", "猪肉", "水产"], "number": [1, 2, 3, 4],
}  # fmt: skip


def layout(*columns: tuple[str, str], titles: Any = (), group: str = "", merged: Any = ()) -> Layout:
    """What a table of these columns (header, kind of values) is recognised as."""
    rows = zip(*(VALUES[kind] for _, kind in columns), strict=True)
    return recognise(
        Sheet(1, "表", [*titles, [header for header, _ in columns], *map(list, rows)], merged=list(merged))
    )


def test_the_employees_number_is_not_the_shopkeepers() -> None:
    found = layout(
        ("经营者", "other"), ("经营者身份证", "id2"), ("联系电话", "phone2"), ("经营品种", "text"),
        ("从业人员姓名", "name"), ("从业人员身份证号码", "id"), ("从业人员电话", "phone"),
    )  # fmt: skip
    assert meaning(found)[4:] == ["name", "id_number", "phone"]
    assert not {"id_number", "phone", "second_phone", "name"} & set(meaning(found)[:4])
    assert "C" in {one["column"] for one in found.questions}


def test_people_who_live_somewhere_are_no_address() -> None:
    found = layout(
        ("楼栋", "number"), ("业主姓名", "other"), ("现住人员", "name"), ("现住人员身份证", "id"), ("现住人员电话", "phone")
    )  # fmt: skip
    assert meaning(found) == ["building_name", None, "name", "id_number", "phone"]


@pytest.mark.parametrize(
    "called", ["家中是否有湖北返回人员", "家里是否有人到过湖北", "企业是否有员工来自湖北"]
)
def test_what_is_asked_of_a_household_is_not_the_persons_answer(called: str) -> None:
    assert "been_to_outbreak_area" not in meaning(layout(("姓名", "name"), ("身份证", "id"), (called, "yes")))


def test_the_journey_of_a_member_is_not_the_heads() -> None:
    found = layout(("户主", "name"), ("户主身份证号", "id"), ("返回人员姓名", "other"), ("返回时间", "day"))
    assert meaning(found)[:2] == ["name", "id_number"]
    assert meaning(found)[3] is None
    assert "D" in {one["column"] for one in found.questions}


def test_day_and_time_at_a_gate_are_no_journeys_day() -> None:
    found = layout(
        ("日期", "day"), ("时间", "time"), ("车牌号", "plate"), ("司机姓名", "name"), ("司机电话", "phone"), ("始发地", "from")
    )  # fmt: skip
    assert meaning(found) == ["visited_on", None, "transport_no", "name", "phone", "from_place"]


def test_a_parent_is_no_head_and_a_pupils_list_no_register_of_visits() -> None:
    found = layout(("学生姓名", "name"), ("家长姓名", "other"), ("家长电话", "phone"), ("家庭住址", "place"), ("寒假去向", "from"), ("返回时间", "day"))  # fmt: skip
    assert meaning(found) == ["name", None, None, "address", "from_place", "returned_on"]
    assert found.kind == "returnee_list"


def test_a_mere_list_says_of_nobody_that_he_was_visited() -> None:
    assert (
        layout(("姓名", "name"), ("身份证", "id"), ("电话", "phone"), ("民族", "text")).kind == "pushed_list"
    )


def test_where_somebody_is_registered_is_no_part_of_where_he_lives() -> None:
    head = [
        ["姓名", "身份证号", "户籍地", None, None, None, "现住址"],
        [None, None, "省", "市", "县", "镇(街道)", None],
    ]
    rows = [
        [NAMES[n], resident_id(n), "湖北省", "恩施州", "利川市", "谋道镇", ADDRESSES[n]] for n in range(4)
    ]
    merged = [(0, 2, 0, 5), (0, 0, 1, 0), (0, 1, 1, 1), (0, 6, 1, 6)]
    found = recognise(Sheet(1, "表", [*head, *rows], merged=merged))
    assert meaning(found) == ["name", "id_number", *["registered_address"] * 4, "address"]
    assert found.questions == []


def test_a_declaration_from_abroad_is_read() -> None:
    found = layout(
        ("Full Name", "latin"), ("Chinese Name", "name"), ("Passport / ID No.", "id"), ("Mobile", "phone"),
        ("Travelled to Hubei in last 14 days? (Y/N)", "yes"), ("Cities visited", "from"), ("Return date", "day"), ("Body Temp", "number"),
    )  # fmt: skip
    assert meaning(found)[1:7] == [
        "name",
        "id_number",
        "phone",
        "been_to_outbreak_area",
        "from_place",
        "returned_on",
    ]


def test_the_firm_of_the_contract_is_the_employer_and_the_bank_is_not() -> None:
    found = layout(
        ("姓名", "name"), ("证件号码", "id"), ("开户行", "firm"), ("合同公司", "firm"), ("工作地点", "from")
    )
    assert meaning(found) == ["name", "id_number", None, "employer", None]
    assert found.questions == []


def test_numbers_of_pupils_are_not_asked_about() -> None:
    assert layout(("学号", "number"), ("姓名", "name"), ("身份证", "id")).questions == []


def test_words_below_a_day_are_no_day() -> None:
    found = layout(
        ("航班", "plate"),
        ("日期", "day"),
        ("旅客", "name"),
        ("证件", "id"),
        ("出发", "from"),
        ("到达", "text"),
    )
    assert meaning(found) == ["transport_no", "travelled_on", "name", "id_number", "from_place", None]
    assert [one["column"] for one in found.questions] == ["F"]


def test_a_driver_is_the_person_of_a_list_of_drivers_and_not_of_one_of_passengers() -> None:
    assert meaning(layout(("车牌", "plate"), ("司机", "name"), ("电话", "phone")))[1] == "name"
    found = layout(("姓名", "name"), ("身份证", "id"), ("车牌", "plate"), ("司机", "other"))
    assert (meaning(found)[0], meaning(found)[3], found.questions) == ("name", None, [])


def test_what_is_asked_of_somebody_and_his_family_is_his_answer_too() -> None:
    found = layout(("姓名", "name"), ("身份证", "id"), ("您或家人是否近期到过湖北?", "yes"))
    assert meaning(found)[2] == "been_to_outbreak_area"


def test_parts_beneath_merged_groups_belong_to_the_header() -> None:
    head = [["村居", "总户数", "湖北返乡人数", None, "居家隔离"], [None, None, "武汉", "湖北其他", None]]
    rows = [["银河", 300, 1, 2, 1], ["联沙", 400, 2, 0, 1], ["石联", 350, 0, 0, 0]]
    assert recognise(Sheet(1, "表", [*head, *rows], merged=[(0, 2, 0, 3)])).header_rows == (0, 1)
    people = [
        ["姓名", "身份证号", "电话", None],
        *([NAMES[n], resident_id(n), mobile(n), ""] for n in range(3)),
    ]
    assert recognise(Sheet(1, "表", people, merged=[(0, 2, 0, 3)])).header_rows == (0, 0)
