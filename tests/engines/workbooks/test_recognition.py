"""What senders' sheets are taken for, from very different layouts; nothing is wrong without being asked about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fournets.language import Refusal
from fournets.workbooks.kinds import NAMED_KINDS, usual_fields
from fournets.workbooks.mapping import read_mapping
from fournets.workbooks.model import Layout, Sheet
from fournets.workbooks.recognise import recognise, superseded
from fournets.workbooks.vocabulary import fields
from tests.engines.workbooks.files import NAMES, mobile, resident_id

Rows = list[list[Any]]


def table(
    titles: Rows, headers: Rows, columns: Sequence[Sequence[Any]], *, name: str = "Sheet1", **more: Any
) -> Sheet:
    """A sheet of titles, header rows and columns of values."""
    return Sheet(1, name, [*titles, *headers, *map(list, zip(*columns, strict=True))], **more)


def names(count: int = 8) -> list[str]:
    return [NAMES[n % len(NAMES)] for n in range(count)]


def ids(count: int = 8) -> list[str]:
    return [resident_id(n) for n in range(count)]


def mobiles(count: int = 8, start: int = 0) -> list[str]:
    return [mobile(start + n) for n in range(count)]


def meaning(layout: Layout) -> list[str | None]:
    return [column.field for column in layout.columns]


ADDRESSES = [f"丹灶镇银河社区西路{n}号2栋50{n}" for n in range(1, 9)]
DAYS = [date(2020, 1, 20 + n) for n in range(8)]


def test_a_household_register_with_title_and_form_line() -> None:
    layout = recognise(
        table(
            [["佛山市南海区丹灶镇银河社区住户登记表"], ["填报日期:2020年2月3日"]],
            [["序号", "户主姓名", "姓 名", "与户主关系", "*身份证号码\n(必填)", "联系电话(本人)", "现住址"]],
            [range(1, 9), names(), names(), ["户主", "妻", "子", "女"] * 2, ids(), mobiles(), ADDRESSES],
        ),
        file_name="银河.xlsx",
    )
    assert layout.kind == "household_register"
    assert layout.header_rows == (2, 2)
    assert meaning(layout) == ["sequence", "head_name", "name", "relation", "id_number", "phone", "address"]
    assert layout.context == {"area": "银河社区", "date": "2020年2月3日"}
    assert layout.questions == []


def test_a_header_of_two_rows_with_merged_groups() -> None:
    sheet = table(
        [["来(返)镇人员登记表"]],
        [
            ["姓名", "身份证号", "手机", "14天内旅居史", None, "来(返)镇情况", None],
            [None, None, None, "是否到过湖北", "接触史", "时间", "交通工具"],
        ],
        [names(), ids(), mobiles(), ["是", "否"] * 4, ["无"] * 8, DAYS, ["火车"] * 8],
        merged=[(0, 0, 0, 6), (1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 2, 2), (1, 3, 1, 4), (1, 5, 1, 6)],
    )
    layout = recognise(sheet)
    assert (layout.kind, layout.header_rows) == ("returnee_list", (1, 2))
    expected = [
        "name",
        "id_number",
        "phone",
        "been_to_outbreak_area",
        "contact_history",
        "returned_on",
        "transport",
    ]
    assert meaning(layout) == expected
    sheet.merged = []
    assert meaning(recognise(sheet)) == expected


def test_a_header_of_three_rows_and_a_row_that_counts_the_columns() -> None:
    layout = recognise(
        table(
            [["员工花名册"]],
            [
                ["人员", None, None, "返岗", None],
                ["基本信息", None, "联系", "情况", None],
                ["员工姓名", "证件号码", "手机号码", "返岗日期", "出发地"],
                [1, 2, 3, 4, 5],
            ],
            [names(), ids(), mobiles(), DAYS, ["湖北武汉"] * 8],
            merged=[(1, 0, 1, 2), (1, 3, 1, 4), (2, 0, 2, 1), (2, 3, 2, 4)],
        )
    )
    assert layout.header_rows == (1, 4)
    assert meaning(layout) == ["name", "id_number", "phone", "returned_on", "from_place"]


def test_a_column_of_valid_ids_is_the_id_column_whatever_its_header_says() -> None:
    layout = recognise(table([], [["姓名", "电话", "备注"]], [names(), ids(), mobiles()]))
    assert meaning(layout)[1] == "id_number"
    layout = recognise(table([], [["姓名", "编码", "电话"]], [names(), ids(), mobiles()]))
    assert meaning(layout) == ["name", "id_number", "phone"]


def test_swapped_headers_are_put_right_by_the_values() -> None:
    layout = recognise(table([], [["姓名", "身份证号码", "联系电话"]], [names(), mobiles(), ids()]))
    assert meaning(layout) == ["name", "phone", "id_number"]


@pytest.mark.parametrize(
    "other",
    ["户主电话", "联系人电话", "紧急联系人电话", "家属联系方式", "房东手机", "网格员电话", "监护人手机号"],
)
def test_of_two_telephones_only_the_persons_own_is_taken(other: str) -> None:
    columns = [names(), ids(), mobiles(start=50), mobiles()]
    layout = recognise(table([], [["姓名", "身份证号", other, "本人电话"]], columns))
    assert meaning(layout) == ["name", "id_number", None, "phone"]
    alone = recognise(table([], [["姓名", "身份证号", other]], columns[:3]))
    assert meaning(alone)[2] is None


def test_somebody_elses_id_is_never_the_persons() -> None:
    layout = recognise(
        table([], [["姓名", "户主姓名", "户主身份证号", "电话"]], [names(), names(), ids(), mobiles()])
    )
    assert meaning(layout) == ["name", "head_name", None, "phone"]


def test_in_a_list_of_heads_the_head_is_the_person() -> None:
    layout = recognise(
        table(
            [],
            [["户号", "户主姓名", "户主身份证号", "户主电话", "住址"]],
            [range(1, 9), names(), ids(), mobiles(), ADDRESSES],
        )
    )
    assert meaning(layout) == ["household_no", "name", "id_number", "phone", "address"]


@pytest.mark.parametrize("header", [[], [["名称一", "名称二", "名称三"]], [[None, None, None]]])
def test_without_known_headers_the_values_tell(header: Rows) -> None:
    layout = recognise(table([], header, [names(), ids(), mobiles()]))
    assert "phone" not in (layout.columns[1].field, layout.columns[0].field)
    assert layout.columns[1].field == "id_number"


def test_a_sheet_without_any_header_row() -> None:
    layout = recognise(table([], [], [range(1, 9), names(), ["男", "女"] * 4, ids(), mobiles()]))
    assert layout.header_rows is None
    assert meaning(layout) == ["sequence", "name", "sex", "id_number", "phone"]


def test_numbers_that_lost_precision_are_still_no_telephones() -> None:
    broken = [440605199001010000.0 + n * 1e6 for n in range(8)]
    layout = recognise(
        table([], [["姓名", "身份证", "电话"]], [names(), broken, [float(one) for one in mobiles()]])
    )
    assert meaning(layout) == ["name", "id_number", "phone"]
    powers = recognise(table([], [["姓名", "电话", "手机"]], [names(), ["4.40682E+17"] * 8, mobiles()]))
    assert meaning(powers)[1] != "phone"


def test_an_enterprise_survey_knows_whose_telephone_it_holds() -> None:
    firms = [f"佛山市丹灶{word}五金有限公司" for word in "甲乙丙丁戊己庚辛"]
    layout = recognise(
        table(
            [["丹灶镇企业复工复产情况摸查表"]],
            [
                [
                    "序号",
                    "企业名称",
                    "统一社会信用代码",
                    "联系人",
                    "联系电话",
                    "员工总数",
                    "其中湖北籍",
                    "拟复工时间",
                    "口罩(个)",
                ]
            ],
            [
                range(1, 9),
                firms,
                ["91440605MA4UKQ4L7U"] * 8,
                names(),
                mobiles(),
                [20] * 8,
                [2] * 8,
                DAYS,
                [300] * 8,
            ],
        )
    )
    assert layout.kind == "enterprise_survey"
    assert meaning(layout) == [
        "sequence", "enterprise_name", "uscc", "contact_name", "contact_phone", "headcount", "outbreak_headcount",
        "resume_on", "mask_stock",
    ]  # fmt: skip


def test_a_staff_roster_says_its_enterprise_once() -> None:
    layout = recognise(
        table(
            [["员工花名册"], ["单位名称:佛山市丹灶银河五金有限公司"]],
            [["工号", "姓名", "身份证号码", "部门", "手机号码"]],
            [[f"A{n}" for n in range(8)], names(), ids(), ["冲压车间"] * 8, mobiles()],
        )
    )
    assert layout.kind == "staff_roster"
    assert layout.context["enterprise"] == "佛山市丹灶银河五金有限公司"
    assert meaning(layout) == [None, "name", "id_number", "job", "phone"]


def test_a_pushed_list_has_only_a_name_and_a_telephone() -> None:
    assert recognise(table([], [["姓名", "电话"]], [names(), mobiles()])).kind == "pushed_list"


def test_a_place_register_names_its_grid_workers() -> None:
    layout = recognise(
        table(
            [["银河社区网格划分表"]],
            [["网格编号", "网格名称", "户数", "人数", "网格员", "联系电话", "替补人员"]],
            [
                [f"0{n}" for n in range(8)],
                [f"第{n}网格" for n in range(8)],
                [320] * 8,
                [900] * 8,
                names(),
                mobiles(),
                names(),
            ],
        )
    )
    assert layout.kind == "place_register"
    assert meaning(layout) == [
        "cell_code", "cell_name", "households_known", "persons_known", "worker_name", "worker_phone", "substitute_name",
    ]  # fmt: skip


def test_what_nothing_tells_is_asked_about() -> None:
    layout = recognise(table([], [["甲项", "乙项"]], [["好"] * 8, ["坏"] * 8]))
    assert layout.kind == "unknown"
    assert {"code": "question_kind", "sheet": "Sheet1"} in layout.questions
    assert [one.get("column") for one in layout.questions] == [None, "A", "B"]


def test_what_a_column_is_likely_to_be_is_offered() -> None:
    other = [["户主姓名", "人员甲", "人员乙"]]
    layout = recognise(table([], other, [names(), names(), names()]), mapping={"*": {"kind": "unknown"}})
    asked = {one.get("column"): one.get("likely") for one in layout.questions}
    assert asked["B"][0] == "name"


@pytest.mark.parametrize("kind", NAMED_KINDS)
def test_every_kind_has_usual_fields_of_the_vocabulary(kind: str) -> None:
    usual = usual_fields(kind)
    assert set(usual) <= set(fields())
    assert {"enterprise_survey": "outbreak_headcount", "place_register": "cell_code"}.get(
        kind, "name"
    ) == usual[0]


@pytest.mark.parametrize(
    ("rows", "header"),
    [
        ([["代称", "标记"], ["甲组", "x7"], ["乙组", "x8"]], (0, 0)),
        ([["某街车辆"], ["代称", "标记"], ["甲组", "x7"], ["乙组", "x8"]], (1, 1)),
        ([["甲组", "x6"], ["乙组", "x7"], ["丙组", "x8"]], None),
        ([["陈银河", "老屋"], ["李西城", "5栋"], ["区仙岗", "6栋"]], None),
        ([["代称", "标记"], ["甲组", "好"], ["乙组", "坏"]], None),
    ],
)
def test_words_nobody_knows_are_a_header_when_figures_stand_below(
    rows: list[list[object]], header: tuple[int, int] | None
) -> None:
    assert recognise(Sheet(1, "表", rows)).header_rows == header


def test_two_columns_for_one_field_are_asked_about() -> None:
    layout = recognise(table([], [["姓名", "返镇日期", "到达日期"]], [names(), DAYS, DAYS[::-1]]))
    assert meaning(layout) == ["name", "returned_on", None]
    assert [(one["code"], one["column"], one["other"]) for one in layout.questions] == [
        ("question_twice", "C", "B")
    ]


def test_an_answer_is_remembered_for_the_layout() -> None:
    sheet = table([], [["甲项", "乙项"]], [names(), ["x"] * 8])
    asked = recognise(sheet)
    known = {asked.signature: {"kind": "household_register", "columns": {"0": "name", "B": "remark"}}}
    layout = recognise(sheet, known=known)
    assert (layout.kind, meaning(layout), layout.columns[0].how) == (
        "household_register",
        ["name", "remark"],
        "remembered",
    )
    assert layout.questions == []


def test_a_mapping_file_goes_before_everything(tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    path.write_text(
        '["*"]\nkind = "returnee_list"\nheader_row = 1\ncolumns = { A = "name", B = "" }\n', encoding="utf-8"
    )
    layout = recognise(table([], [["编码", "电话"]], [names(), mobiles()]), mapping=read_mapping(path))
    assert (layout.kind, meaning(layout)) == ("returnee_list", ["name", None])


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("map.toml", "not = [toml", "mapping_broken"),
        ("map.json", "{not json}", "mapping_broken"),
        ("map.json", "[1, 2]", "mapping_no_table"),
        ("map.toml", "a = 1", "mapping_no_table"),
        ("map.toml", '["*"]\ncolumns = "A"', "mapping_no_table"),
        ("map.toml", '["*"]\ncolums = { A = "name" }', "mapping_strange_word"),
        ("map.toml", '["*"]\nkind = "list"', "mapping_kind_unknown"),
        ("map.toml", '["*"]\ncolumns = { "列" = "name" }', "mapping_column_unknown"),
        ("map.toml", '["*"]\ncolumns = { A = "nonsense" }', "mapping_field_unknown"),
        ("map.json", '{"*": {"columns": {"A": ["name"]}}}', "mapping_field_unknown"),
        ("map.toml", '["*"]\nheader_row = [3, 2]', "mapping_header_wrong"),
    ],
)
def test_a_wrong_mapping_file_is_refused_with_what_is_wrong_in_both_languages(
    tmp_path: Path, name: str, text: str, code: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        read_mapping(tmp_path / name)
    message = refused.value.message
    assert message.code == code
    assert message.text("zh") != message.text("en")


def test_a_mapping_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"absent\.toml"):
        read_mapping(tmp_path / "absent.toml")


def test_a_mistyped_field_is_answered_with_the_near_ones(tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text('["*"]\ncolumns = { A = "id_numbr" }')
    with pytest.raises(Refusal, match="id_number"):
        read_mapping(tmp_path / "map.toml")


def test_of_dated_sheets_with_one_layout_the_newest_counts() -> None:
    header = [["姓名", "身份证号", "电话"]]
    sheets = [
        table([], header, [names(), ids(), mobiles()], name=name)
        for name in ("2-5更新", "2月3日", "1-30", "罗行2-1", "说明")
    ]
    for number, sheet in enumerate(sheets, 1):
        sheet.number = number
    layouts = [recognise(sheet) for sheet in sheets]
    found = superseded(sheets, layouts, on=date(2020, 2, 6))
    assert {number: (one.day, one.newer) for number, one in found.items()} == {
        2: (date(2020, 2, 3), 1),
        3: (date(2020, 1, 30), 1),
    }
    layouts[0].signature = "another layout"
    assert {
        number: one.newer for number, one in superseded(sheets, layouts, on=date(2020, 2, 6)).items()
    } == {3: 2}


def test_an_empty_sheet_is_no_trouble() -> None:
    assert recognise(Sheet(1, "空", [])).kind == "unknown"
    assert recognise(Sheet(1, "空", [[None, None]], merged=[(0, 0, 9, 9)])).questions == []
