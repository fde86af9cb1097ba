"""What stands in columns side by side and is one thing: street and house."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from fournets.intake.rules.clean import clean_sheet
from fournets.intake.rules.lines import count_rows
from fournets.workbooks.model import Cell, Sheet
from fournets.workbooks.recognise import recognise
from tests.engines.workbooks.files import person_rows

DAY = date(2020, 2, 10)


def lines(header: list[Cell], *rows: list[Cell], merged: Any = ()) -> list[dict[str, Any]]:
    """The data rows of a sheet under ``header`` as recognised and cleaned, problems as codes."""
    sheet = Sheet(1, "表", [header, *rows], merged=list(merged))
    table = clean_sheet(sheet, recognise(sheet), on=DAY)
    assert len(table) == count_rows(sheet)
    found: list[dict[str, Any]] = [row for row in table.to_pylist() if row["status"] != "not_data"]
    for row in found:
        row["problems"] = [one["code"] for one in json.loads(row["problems"] or "[]")]
        row["changes"] = json.loads(row["changes"] or "[]")
    return found


STREETS = ("西路", "东街", "银河大道")


@pytest.mark.parametrize("called", ["街道", "镇街", "路名", "街路巷"])
@pytest.mark.parametrize(
    ("numbers", "first"), [(["3号", "4号", "5号"], "西路3号"), ([3.0, 4.0, 5.0], "西路3号")]
)
def test_a_street_in_a_column_of_its_own_stands_before_its_house(
    called: str, numbers: list[Cell], first: str
) -> None:
    people = zip(("区美兰", "陈志强", "解小兰"), STREETS, numbers, strict=True)
    found = lines(["姓名", called, "门牌号"], *map(list, people))
    assert found[0]["building_name"] == first
    assert found[0]["street"] is None
    written = "3" if numbers[0] == 3.0 else "3号"
    assert found[0]["changes"] == [["building_name", "C2", written, "street_joined"]]


def test_a_street_stands_before_the_rest_of_an_address_but_not_twice() -> None:
    found = lines(
        ["姓名", "街道", "详细地址"], ["区美兰", "西路", "3号2栋501"], ["陈志强", "东街", "东街8号301"], ["解小兰", "南街", None]
    )  # fmt: skip
    assert [row["address"] for row in found] == ["西路3号2栋501", "东街8号301", None]


def test_a_street_stays_in_its_place_before_the_block_of_an_estate() -> None:
    header: list[Cell] = ["姓名", "街道", "小区", "楼栋", "房号"]
    found = lines(
        header, *([name, "西路", "金宁花园", "2栋", "501"] for name in ("区美兰", "陈志强", "解小兰"))
    )
    assert (found[0]["street"], found[0]["building_name"]) == ("西路", "2栋")


def test_a_column_of_towns_is_no_street() -> None:
    header: list[Cell] = ["姓名", "街道", "社区", "门牌号"]
    found = lines(header, ["区美兰", "桂城街道", "银河社区", "3号"], ["陈志强", "丹灶镇", "银河社区", "4号"])
    assert [(row["town"], row["building_name"]) for row in found] == [("桂城街道", "3号"), ("丹灶镇", "4号")]


PEOPLE = person_rows(6)
UNDER_ONE: list[Cell] = ["姓名", "身份证号", None, "电话"]


@pytest.mark.parametrize("cut", [6, 14])
@pytest.mark.parametrize("typed", [str, int])
@pytest.mark.parametrize("merged", [[(0, 1, 0, 2)], []])
def test_a_number_cut_in_two_below_one_header_is_one_number(cut: int, typed: Any, merged: Any) -> None:
    rows: list[list[Cell]] = [
        [name, typed(number[:cut]), number[cut:] if "X" in number else typed(number[cut:]), phone]
        for name, number, phone in PEOPLE
    ]
    found = lines(UNDER_ONE, *rows, merged=merged)
    assert [row["id_number"] for row in found] == [number for _, number, _ in PEOPLE]
    assert {row["id_certainty"] for row in found} == {"verified"}
    assert [row["phone"] for row in found] == [phone for *_, phone in PEOPLE]
    assert found[0]["changes"][0][:2] == ["id_number", "B2"]


@pytest.mark.parametrize(
    "parts", [("前六位", "后十二位"), ("前14位", "后4位"), ("身份证前6位", "身份证后12位")]
)
def test_pieces_with_headers_of_their_own_are_one_number(parts: tuple[str, str]) -> None:
    cut = 14 if "14" in parts[0] else 6
    group: list[Cell] = ["姓名", "身份证号码", None, "电话"]
    merged = [(0, 1, 0, 2), (0, 0, 1, 0), (0, 3, 1, 3)]
    rows: list[list[Cell]] = [[name, number[:cut], number[cut:], phone] for name, number, phone in PEOPLE]
    found = lines(group, [None, *parts, None], *rows, merged=merged)
    assert [row["id_number"] for row in found] == [number for _, number, _ in PEOPLE]


def test_a_number_in_three_pieces_is_one_and_a_slip_in_it_is_told() -> None:
    rows: list[list[Cell]] = [
        [name, number[:6], number[6:14], number[14:], phone] for name, number, phone in PEOPLE
    ]
    last = str(rows[1][3])
    rows[1][3] = last[:3] + ("1" if last[3] != "1" else "2")
    rows[2][2:4] = [None, None]
    found = lines(["姓名", "身份证号", None, None, "电话"], *rows, merged=[(0, 1, 0, 3)])
    assert found[0]["id_number"] == PEOPLE[0][1]
    assert (found[1]["id_certainty"], found[1]["problems"]) == ("unverified", ["cell_id_check"])
    assert (found[2]["id_number"], found[2]["problems"]) == (None, ["cell_id_form"])


def test_the_heads_number_in_pieces_is_one_and_a_piece_alone_is_told() -> None:
    rows: list[list[Cell]] = [[name, number[:14], number[14:], phone] for name, number, phone in PEOPLE]
    rows[1][2] = None
    found = lines(["户主", "户主身份证号", None, "户主电话"], *rows, merged=[(0, 1, 0, 2)])
    assert found[0]["id_number"] == PEOPLE[0][1]
    assert found[1]["problems"] == ["cell_id_length"]


def test_an_address_of_registration_in_columns_is_one_address() -> None:
    header: list[Cell] = ["姓名", "身份证号", "户籍地", None, None, None]
    below: list[Cell] = [None, None, "省", "市", "县", "镇村"]
    rows: list[list[Cell]] = [
        [name, number, "湖北省", "恩施州", "利川市", "谋道镇鱼木村3组"] for name, number, _ in PEOPLE
    ]
    merged = [(0, 2, 0, 5), (0, 0, 1, 0), (0, 1, 1, 1)]
    found = lines(header, below, *rows, merged=merged)
    assert found[0]["registered_address"] == "湖北省恩施州利川市谋道镇鱼木村3组"


def test_a_whole_number_beside_a_second_one_is_not_joined() -> None:
    rows: list[list[Cell]] = [
        [name, number, other, phone]
        for (name, number, phone), (_, other, _) in zip(PEOPLE, PEOPLE[1:] + PEOPLE[:1], strict=True)
    ]
    found = lines(UNDER_ONE, *rows, merged=[(0, 1, 0, 2)])
    assert [row["id_number"] for row in found] == [number for _, number, _ in PEOPLE]


FIRMS = [f"佛山市南海区某{n}五金制品有限公司" for n in range(9)]


@pytest.mark.parametrize(
    ("cell", "resumed", "day"),
    [
        ("已复工", "yes", None),
        ("己开工", "yes", None),
        ("已复工复产", "yes", None),
        ("2月10日已复工", "yes", "2020-02-10"),
        ("已于2020年2月9日复工", "yes", "2020-02-09"),
        ("已复工(2.10)", "yes", "2020-02-10"),
        ("一直生产", "yes", None),
        ("春节未停工", "yes", None),
        ("未复工", "no", None),
        ("尚未复工", "no", None),
        ("暂不开业", "no", None),
        ("停产", "no", None),
        ("未复工,预计2月20日", "no", "2020-02-20"),
        ("2020-02-17", None, "2020-02-17"),
        ("预计2月20日", None, "2020-02-20"),
        ("拟2月20日复工", None, "2020-02-20"),
    ],
)
def test_a_state_in_the_column_of_a_day_is_the_state(cell: str, resumed: str | None, day: str | None) -> None:
    rows: list[list[Cell]] = [
        [FIRMS[0], "30", cell],
        [FIRMS[1], "40", "2020-02-12"],
        [FIRMS[2], "50", "已复工"],
    ]
    found = lines(["企业名称", "员工人数", "复工日期"], *rows)
    assert (found[0].get("resumed"), found[0]["resume_on"]) == (resumed, day)
    assert found[0]["problems"] == []
    assert found[2]["changes"] == [["resumed", "C4", "已复工", "state_in_date"]]


def test_a_state_that_its_own_column_contradicts_is_told_and_one_alike_is_not() -> None:
    rows: list[list[Cell]] = [[FIRMS[n], "30", said, "已复工"] for n, said in enumerate(("否", "是", None))]
    found = lines(["企业名称", "员工人数", "是否复工", "复工日期"], *rows)
    assert [row["resumed"] for row in found] == ["no", "yes", "yes"]
    assert [row["problems"] for row in found] == [["cell_resumed_differs"], [], []]


def test_a_word_that_is_neither_day_nor_state_is_told() -> None:
    rows: list[list[Cell]] = [[FIRMS[0], "30", "待定"], [FIRMS[1], "40", "2020-02-12"]]
    assert lines(["企业名称", "员工人数", "复工日期"], *rows)[0]["problems"] == ["cell_date_form"]
