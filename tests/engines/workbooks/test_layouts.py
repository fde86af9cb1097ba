"""Layouts as senders really make them: lists below and beside each other, headers nobody foresaw."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fournets.intake.rules.clean import clean_sheet
from fournets.intake.rules.lines import count_rows
from fournets.workbooks.beside import tables_beside
from fournets.workbooks.model import Layout, Sheet
from fournets.workbooks.read import read_workbook
from fournets.workbooks.recognise import recognise
from tests.engines.workbooks.files import NAMES, mobile, resident_id, xlsx
from tests.engines.workbooks.test_recognition import DAYS, meaning

ON = DAYS[-1]


def cleaned(rows: list[list[Any]], **more: Any) -> tuple[Layout, list[dict[str, Any]]]:
    """The layout of a sheet of these rows and its lines; no row is lost."""
    sheet = Sheet(1, "Sheet1", rows, **more)
    layout = recognise(sheet)
    table: pa.Table = clean_sheet(sheet, layout, on=ON)
    assert len(table) == count_rows(sheet)
    lines: list[dict[str, Any]] = table.to_pylist()
    return layout, lines


def people(headers: list[str], first: int, count: int = 3) -> list[list[Any]]:
    """A header and so many invented people below it."""
    made = {
        "序号": lambda n: n + 1,
        "姓名": lambda n: NAMES[n % len(NAMES)],
        "身份证号": resident_id,
        "身份证号码": resident_id,
        "电话": mobile,
        "联系电话": mobile,
        "途经地": lambda n: "武汉",
        "返回时间": lambda n: "2020-01-22",
    }
    return [list(headers), *([made[word](n) for word in headers] for n in range(first, first + count))]


def test_a_second_table_below_with_other_columns_is_read_by_its_own_header() -> None:
    upper = people(["序号", "姓名", "身份证号", "电话", "返回时间"], 0)
    lower = people(["序号", "姓名", "联系电话", "身份证号码", "途经地", "返回时间"], 3)
    layout, lines = cleaned([["一、湖北返回人员"], *upper, [], ["二、途经湖北人员"], *lower])
    assert layout.header_rows == (1, 1)
    assert [part.header_rows for part in layout.parts] == [(7, 7)]
    data = [line for line in lines if line["status"] == "data"]
    assert [line["id_number"] for line in data] == [resident_id(n) for n in range(6)]
    assert [line["phone"] for line in data] == [mobile(n) for n in range(6)]
    assert [line["via_place"] for line in data] == [None, None, None, "4201", "4201", "4201"]


def test_a_header_repeated_on_every_page_begins_no_new_table() -> None:
    head = ["序号", "姓名", "身份证号", "电话"]
    layout, lines = cleaned([*people(head, 0), *people(head, 3), [None, "第2页 共2页"]])
    assert layout.parts == []
    assert [line["reason"] for line in lines if line["status"] == "not_data"] == [
        "header",
        "header",
        "separator",
    ]


def test_a_table_of_enterprises_below_a_list_of_people_waits_to_be_explained() -> None:
    lower = [["企业名称", "统一社会信用代码", "员工人数"], ["佛山某某五金厂", "91440605MA4WXYZ12K", 20]]
    _, lines = cleaned([*people(["姓名", "身份证号", "电话"], 0), *lower])
    assert [(line["status"], line["reason"]) for line in lines[4:]] == [("review", "unknown_kind")] * 2


def test_two_tables_side_by_side_become_two_sheets(tmp_path: Path) -> None:
    head = ["序号", "姓名", "身份证号", "电话"]
    left, right = people(head, 0), people(head, 3)
    rows = [[*one, None, *other] for one, other in zip(left, right, strict=True)]
    path = xlsx(tmp_path / "两栏.xlsx", {"名单": [["银河社区外来人员登记"], *rows]})
    first, second = read_workbook(path)
    assert (first.name, second.name, second.number) == ("名单", "名单(F)", 2)
    assert [notice["code"] for notice in first.notices] == ["sheet_side_by_side"]
    found = [clean_sheet(one, recognise(one), on=ON).to_pylist() for one in (first, second)]
    for start, lines in zip((0, 3), found, strict=True):
        data = [line for line in lines if line["status"] == "data"]
        assert [line["id_number"] for line in data] == [resident_id(start + n) for n in range(3)]
        assert {line["community"] for line in data} == {"银河社区"}
        assert [line["row"] for line in data] == [3, 4, 5]


def test_columns_for_other_people_are_not_a_table_beside(tmp_path: Path) -> None:
    head = ["姓名", "电话", "网格员姓名", "网格员电话"]
    rows = [[NAMES[n], mobile(n), NAMES[n + 1], mobile(n + 5)] for n in range(3)]
    assert len(read_workbook(xlsx(tmp_path / "名单.xlsx", {"名单": [head, *rows]}))) == 1


def test_numbered_members_beside_the_head_are_never_mixed_with_the_head() -> None:
    head = ["户主", "户主身份证", "电话", "成员1姓名", "成员1身份证"]
    rows = [[NAMES[n], resident_id(n), mobile(n), NAMES[n + 1], resident_id(n + 20)] for n in range(3)]
    alone = [NAMES[5], resident_id(5), mobile(5), None, None]
    layout, lines = cleaned([head, *rows, alone])
    assert meaning(layout) == ["name", "id_number", "phone", None, None]
    assert [(line["status"], line["reason"]) for line in lines[1:]] == [
        *[("rejected", "people_in_one_row")] * 3,
        ("data", None),
    ]
    assert "cell_beside" in lines[1]["problems"] and '"D2"' in lines[1]["problems"]
    assert (lines[4]["name"], lines[4]["id_number"]) == (NAMES[5], resident_id(5))


@pytest.mark.parametrize("head", [["机主", "机主号码"], ["甲项", "乙项"], ["用户姓名", "用户号码"]])
def test_a_list_of_two_columns_is_never_taken_for_prose(head: list[str]) -> None:
    _, lines = cleaned([head, *([NAMES[n], mobile(n)] for n in range(5))])
    assert [line["status"] for line in lines] == ["not_data", *["data"] * 5]
    assert [line["phone"] for line in lines[1:]] == [mobile(n) for n in range(5)]


def test_a_table_of_numbers_nobody_knows_waits_and_is_no_note() -> None:
    _, lines = cleaned([["甲", "乙"], *(["线索", mobile(n)] for n in range(5))])
    assert {line["status"] for line in lines} <= {"data", "review", "not_data"}
    assert sum(line["status"] != "not_data" for line in lines) >= 5


def test_a_header_of_words_nobody_knows_is_nobody() -> None:
    layout, lines = cleaned(
        [["甲项", "乙项", "丙项"], *([NAMES[n], resident_id(n), mobile(n)] for n in range(4))]
    )
    assert layout.header_rows == (0, 0)
    assert meaning(layout) == ["name", "id_number", "phone"]
    assert lines[0]["reason"] == "header"


def test_somebody_above_the_header_is_told_and_not_taken_for_a_title() -> None:
    head = people(["姓名", "身份证号", "联系电话"], 1)
    _, lines = cleaned([["陈银河", resident_id(40)], ["登记表"], *head])
    assert (lines[0]["status"], lines[0]["reason"]) == ("rejected", "above_header")


def column(path: list[str], values: list[Any], *, beside: list[Any] | None = None) -> Layout:
    """The layout of a sheet with a name, a number and one more column below the header `path`."""
    head = [["姓名", "身份证号", word] for word in path]
    rows = [[NAMES[n], resident_id(n), value] for n, value in enumerate(values)]
    merged = [(0, at, len(path) - 1, at) for at in (0, 1)] if len(path) > 1 else []
    return recognise(Sheet(1, "Sheet1", [*head, *rows], merged=merged))


@pytest.mark.parametrize(
    ("path", "values", "field"),
    [
        (["何时到", "日期"], ["2月1日", "2月2日", "2月3日"], "returned_on"),
        (["走访", "日期"], ["2月1日", "2月2日", "2月3日"], "visited_on"),
        (["来自IP"], ["113.67.1.2(广东-佛山)"] * 3, None),
        (["入丹时间"], ["2020-01-22"] * 3, "returned_on"),
        (["来源社区村"], ["某某村"] * 3, None),
        (["来源省份"], ["湖北省"] * 3, "from_place"),
        (["返回社区"], ["银河社区"] * 3, "community"),
        (["户主信息", "门牌号"], ["伏水村12号", "伏水村13号", "伏水村14号"], "building_name"),
        (["家庭成员信息", "是否在家"], ["是", "否", "是"], None),
        (["8、您是否有发热、咳嗽等症状？"], ["否"] * 3, "symptoms"),
        (["代理人身份证号码"], [resident_id(n + 30) for n in range(3)], None),
        (["漫出地"], ["武汉"] * 3, "from_place"),
        (["入职日期"], ["2018-03-05"] * 3, None),
        (["行程信息", "时间"], ["2月1日", "2月2日", "2月3日"], None),
        (["湖北返乡"], [3, 1, 2], None),
        (["座机"], ["0757-85410001", "0757-85410002", "0757-85410003"], "phone"),
        (["身份证后六位"], ["368698", "673496", "624885"], None),
        (["是否经过武汉"], ["否", "是", "否"], "been_to_outbreak_area"),
        (["Address 住址"], ["银河社区西路3号", "银河社区西路4号", "银河社区西路5号"], "address"),
        (["屋主电话"], [mobile(n) for n in range(3)], None),
        (["包保责任人"], list(NAMES[3:6]), "covered_by"),
        (["包保干部"], list(NAMES[3:6]), "covered_by"),
        (["责任人"], list(NAMES[3:6]), "covered_by"),
        (["包保责任人", "姓名"], list(NAMES[3:6]), "covered_by"),
        (["包保责任人电话"], [mobile(n) for n in range(3)], None),
        (["包保责任人", "电话"], [mobile(n) for n in range(3)], None),
        (["走访责任人"], list(NAMES[3:6]), "visited_by"),
        (["走访人"], list(NAMES[3:6]), "visited_by"),
    ],
)
def test_one_more_column_is_what_its_words_and_its_group_say(
    path: list[str], values: list[Any], field: str | None
) -> None:
    assert meaning(column(path, values))[2] == field


def test_a_date_nobody_knows_is_not_asked_about_as_an_address() -> None:
    assert column(["入职日期"], ["2018-03-05"] * 3).questions == []


def test_the_job_goes_before_the_department_and_nothing_is_asked() -> None:
    rows = [[NAMES[n], resident_id(n), "冲压", "普工"] for n in range(4)]
    layout = recognise(Sheet(1, "Sheet1", [["姓名", "身份证号", "部门", "岗位"], *rows]))
    assert meaning(layout)[2:] == [None, "job"]
    assert layout.questions == []


def test_a_division_spread_over_columns_is_read_as_one() -> None:
    head = ["姓名", "身份证号", "来源省份", "来源地市", "来源县市区"]
    rows = [
        [NAMES[0], resident_id(0), "浙江省", "温州市", "乐清市"],
        [NAMES[1], resident_id(1), "湖北", "武汉", None],
        [NAMES[2], resident_id(2), "江苏省", "南京市", "鼓楼区"],
    ]
    layout, lines = cleaned([head, *rows])
    assert meaning(layout)[2:] == ["from_place"] * 3
    assert [line["from_place"] for line in lines[1:]] == ["330382", "4201", "320106"]
    assert {line["problems"] for line in lines} == {None}


def test_where_somebody_went_away_the_day_he_left_is_asked_and_not_taken_for_leaving_the_outbreak_area() -> (
    None
):
    head = ["姓名", "身份证号", "寒假是否离开佛山", "目的地", "离开时间", "返回时间"]
    rows = [[NAMES[n], resident_id(n), "是", "湖北荆州", "2020-01-15", "2020-01-30"] for n in range(4)]
    layout = recognise(Sheet(1, "Sheet1", [head, *rows]))
    assert meaning(layout) == ["name", "id_number", None, None, None, "returned_on"]
    assert [question["column"] for question in layout.questions] == ["D", "E"]


def test_a_summary_of_counts_makes_no_people_of_its_contacts() -> None:
    head = ["经济社", "返乡人数", "湖北返乡", "居家隔离", "联系人", "电话"]
    rows = [["伏水", 12, 3, 3, NAMES[0], mobile(0)], ["东坑", 8, 0, 0, NAMES[1], mobile(1)]]
    layout, lines = cleaned([head, *rows])
    assert layout.kind == "unknown"
    assert {line["status"] for line in lines} == {"review"}


def test_the_liaison_officer_is_not_the_contact_of_the_enterprise() -> None:
    head = ["挂钩联络员", "联络员电话", "企业名称", "企业联系人", "企业联系人电话", "员工总数", "防疫专干"]
    rows = [
        [NAMES[n], mobile(n), f"佛山市某{n}科技有限公司", NAMES[n + 1], mobile(n + 5), 100, NAMES[n + 2]]
        for n in range(4)
    ]
    layout = recognise(Sheet(1, "Sheet1", [head, *rows]))
    assert layout.kind == "enterprise_survey"
    assert meaning(layout) == [
        *(None, None, "enterprise_name", "contact_name", "contact_phone", "headcount", None),
    ]


def test_a_spare_telephone_is_the_persons_too() -> None:
    head = ["姓名", "身份证", "手机", "座机", "备用电话"]
    rows = [[NAMES[n], resident_id(n), mobile(n), f"0757-8541000{n}", mobile(n + 20)] for n in range(4)]
    layout, lines = cleaned([head, *rows])
    assert layout.questions == []
    assert lines[1]["phone"] == f"{mobile(0)}|0757-85410000"
    assert lines[1]["second_phone"] == mobile(20)


@pytest.mark.parametrize(
    "called",
    ["电话2", "备用电话", "联系电话2", "联系电话(2)", "手机号码②", "第二联系电话", "手机号码", "联系电话"],
)
def test_a_second_number_in_a_column_of_its_own_is_the_second_phone(called: str) -> None:
    rows = [[NAMES[n], resident_id(n), mobile(n), mobile(n + 20)] for n in range(4)]
    layout = recognise(Sheet(1, "Sheet1", [["姓名", "身份证", "联系电话", called], *rows]))
    assert meaning(layout) == ["name", "id_number", "phone", "second_phone"]
    assert layout.questions == []


def test_a_spare_number_alone_is_the_first_and_a_contacts_second_one_is_the_contacts() -> None:
    rows = [[NAMES[n], resident_id(n), mobile(n)] for n in range(4)]
    assert meaning(recognise(Sheet(1, "Sheet1", [["姓名", "身份证", "备用电话"], *rows])))[2] == "phone"
    head = ["企业名称", "员工总数", "联系人", "联系电话", "联系电话2"]
    firms = [[f"佛山市某{n}科技有限公司", 90 + n, NAMES[n], mobile(n), mobile(n + 20)] for n in range(4)]
    layout, lines = cleaned([head, *firms])
    assert (layout.kind, layout.questions) == ("enterprise_survey", [])
    assert lines[1]["contact_phone"] == f"{mobile(0)}|{mobile(20)}"


def test_the_number_of_somebody_to_be_called_in_need_is_not_the_persons_second() -> None:
    rows = [[NAMES[n], resident_id(n), mobile(n), mobile(n + 20)] for n in range(4)]
    for called in ("紧急联系电话", "紧急联系人电话", "家属电话", "联系人电话"):
        layout = recognise(Sheet(1, "Sheet1", [["姓名", "身份证", "联系电话", called], *rows]))
        assert meaning(layout)[3] is None


def test_a_blank_to_be_filled_above_the_table_names_no_enterprise() -> None:
    blank = ["填报单位（盖章）：　　　　　填报日期：　　年　月　日"]
    layout = recognise(Sheet(1, "Sheet1", [blank, *people(["姓名", "身份证号", "电话"], 0)]))
    assert "enterprise" not in layout.context


def test_a_table_with_no_more_than_a_mobile_number_under_strange_words_is_asked_about() -> None:
    rows = [["甲", f"x{n}", mobile(n), "q"] for n in range(4)]
    assert recognise(Sheet(1, "Sheet1", [["代称", "标记", "备用", "其它"], *rows])).kind == "unknown"


def test_a_card_about_one_person_makes_no_people_of_its_words() -> None:
    card = [
        ["返乡人员情况表"],
        ["姓名", NAMES[0], "性别", "男", "身份证号", resident_id(0)],
        ["电话", mobile(0), "住址", "银河社区西路3号"],
        ["返乡时间", "2020-01-23", "从何地", "武汉", "交通", "火车"],
        ["健康状况", "良好"],
    ]
    _, lines = cleaned(card)
    assert not [line for line in lines if line["status"] == "data"]
    assert "rejected" in {line["status"] for line in lines} or "review" in {line["status"] for line in lines}


CELLS = st.sampled_from(
    [
        None,
        "",
        "姓名",
        "身份证号",
        "电话",
        "住址",
        "企业名称",
        "户数",
        "合计",
        "同上",
        "张三、李四",
        "湖北",
        3,
        2.5,
        True,
        NAMES[0],
        resident_id(1),
        mobile(1),
        "银河社区西路3号",
    ]
)


@given(st.lists(st.lists(CELLS, max_size=7), max_size=14))
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_a_sheet_every_row_is_a_line_once(rows: list[list[Any]]) -> None:
    for sheet in tables_beside([Sheet(1, "Sheet1", rows)]):
        layout = recognise(sheet)
        lines = clean_sheet(sheet, layout, on=ON)
        assert len(lines) == count_rows(sheet)
        assert len(set(lines["row"].to_pylist())) == len(lines)


@pytest.mark.parametrize("called", ["车次", "航班", "航班号", "车次/航班号"])
@pytest.mark.parametrize("day", ["日期", "时间"])
def test_a_bare_day_beside_a_train_or_flight_is_the_day_of_the_journey(called: str, day: str) -> None:
    rows = [[NAMES[n], resident_id(n), f"G10{n}", f"2020-01-2{n}", f"0{n}车12A"] for n in range(4)]
    layout = recognise(Sheet(1, "Sheet1", [["姓名", "身份证", called, day, "座位号"], *rows]))
    assert meaning(layout)[2:4] == ["transport_no", "travelled_on"]


def test_a_bare_day_far_from_the_train_is_asked_about_and_without_one_it_is_the_visit() -> None:
    rows = [[f"2020-01-2{n}", NAMES[n], resident_id(n), f"G10{n}"] for n in range(4)]
    layout = recognise(Sheet(1, "Sheet1", [["日期", "姓名", "身份证", "车次"], *rows]))
    assert meaning(layout)[0] is None
    assert [one["column"] for one in layout.questions] == ["A"]
    plain = recognise(Sheet(1, "Sheet1", [["日期", "姓名", "身份证"], *(row[:3] for row in rows)]))
    assert meaning(plain)[0] == "visited_on"
