"""Whole sheets: what each row is, what comes down from above, and that no row is ever lost."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fournets.intake.rules.clean import clean_sheet
from fournets.intake.rules.ids import check_character
from fournets.intake.rules.lines import count_rows
from fournets.workbooks.model import Cell, Column, Layout, Sheet

DAY = date(2020, 2, 5)
HEADERS = {
    "sequence": "序号",
    "name": "姓名",
    "id_number": "身份证号码",
    "phone": "联系电话",
    "sex": "性别",
    "relation": "与户主关系",
    "household_no": "户编号",
    "address": "现住址",
}
FIELDS = list(HEADERS)
WEI, MIN = ("44060519750307" + end + check_character("44060519750307" + end) for end in ("001", "002"))


def table(*rows: list[Cell], kind: str = "returnee_list", **how: Any) -> list[dict[str, Any]]:
    """The lines of a sheet with a title, the usual header and ``rows``."""
    sheet = Sheet(1, "表", [["返乡人员表", *[None] * 7], list(HEADERS.values()), *map(list, rows)])
    sheet.merged = how.pop("merged", [])
    sheet.hidden_rows = how.pop("hidden_rows", set())
    sheet.uncalculated = how.pop("uncalculated", set())
    columns = [Column(at, HEADERS[field], field) for at, field in enumerate(FIELDS)]
    layout = Layout(kind, (1, 1), columns, "signature", how.pop("context", {}))
    cleaned = clean_sheet(sheet, layout, on=DAY, **how)
    assert len(cleaned) == count_rows(sheet)
    lines: list[dict[str, Any]] = cleaned.to_pylist()
    return lines[2:]


def row(**cells: Cell) -> list[Cell]:
    return [cells.get(field) for field in FIELDS]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (row(name="合 计", phone=None, sex="3人"), "total"),
        (row(sequence="小计"), "total"),
        (row(sequence="填表说明:每日16时前报送"), "note"),
        (row(sequence="备注：本表由网格员填写"), "note"),
        (row(sequence="1、此表一式两份,由村居留存一份"), "note"),
        (row(sequence="填表人：李四", id_number="审核人：王五"), "signature"),
        (row(sequence="负责人签字:"), "signature"),
        (row(sequence="------"), "separator"),
        (row(sequence="一组"), "separator"),
        (row(sequence="示例", name="某某", id_number=WEI, phone="13800138000"), "example"),
        (row(sequence=1.0, name="张某（示例）", id_number=WEI), "example"),
        (row(sequence=7.0), "empty_line"),
        (list(HEADERS.values()), "header"),
    ],
)
def test_rows_that_are_no_data_say_why(cells: list[Cell], reason: str) -> None:
    line = table(cells)[0]
    assert (line["status"], line["reason"]) == ("not_data", reason)


@pytest.mark.parametrize(
    "cells",
    [
        row(name="张伟"),
        row(name="计小明", phone="13800138000"),
        row(phone="13800138000"),
        row(id_number=WEI, address="合计村西路3号"),
    ],
)
def test_rows_about_somebody_are_data(cells: list[Cell]) -> None:
    assert table(cells)[0]["status"] == "data"


def test_a_row_without_name_and_number_is_rejected_and_a_bad_cell_is_not() -> None:
    lost, bad = table(row(sex="男", address="西路3号"), row(name="张伟", phone="12"))
    assert (lost["status"], lost["reason"]) == ("rejected", "no_name_or_number")
    assert (bad["status"], bad["phone"]) == ("data", None)
    problem = json.loads(bad["problems"])[0]
    assert (problem["cell"], problem["field"], problem["code"]) == ("D4", "phone", "cell_phone_length")
    assert "12" not in problem["zh"] + problem["en"]
    assert json.loads(bad["changes"]) == [["phone", "D4", "12", "left_out"]]


def test_ditto_comes_down_its_own_column_over_rows_that_are_no_data() -> None:
    lines = table(
        row(name="张伟", phone="13800138000", address="西路3号"),
        row(sequence="小计"),
        row(name="李娜", phone="同上", address="〃"),
        row(name="王芳", phone="13900139000", address='"'),
    )
    assert [line["address"] for line in lines] == ["西路3号", None, "西路3号", "西路3号"]
    assert lines[2]["phone"] == "13800138000"
    assert ["address", "H5", "〃", "ditto"] in json.loads(lines[2]["changes"])


def test_ditto_with_nothing_above_is_a_problem() -> None:
    line = table(row(name="张伟", address="同上"))[0]
    assert line["address"] is None
    assert json.loads(line["problems"])[0]["code"] == "cell_ditto"


def test_a_document_number_never_comes_down_to_another_name() -> None:
    lines = table(
        row(name="张伟", id_number=WEI),
        row(name="李娜", id_number="同上"),
        row(name="张伟", id_number=WEI),
        row(name="同上", id_number="同上"),
    )
    assert [line["id_number"] for line in lines] == [WEI, None, WEI, WEI]


def test_merged_cells_hold_for_all_their_rows() -> None:
    lines = table(
        row(name="张伟", household_no="H1", address="西路3号"),
        row(name="李娜"),
        row(name="王芳"),
        merged=[(2, 7, 3, 7), (2, 6, 3, 6)],
    )
    assert [line["address"] for line in lines] == ["西路3号", "西路3号", None]
    assert [line["household_no"] for line in lines] == ["H1", "H1", None]


def test_members_below_their_head_share_the_household() -> None:
    lines = table(
        row(name="张伟", relation="户主", household_no="H1", address="西路3号"),
        row(name="李娜", relation="配偶"),
        row(name="王芳", relation="户主", household_no="H2", address="西路5号"),
        row(name="张明", relation="子", address="西路9号"),
        kind="household_register",
    )
    assert [line["household_no"] for line in lines] == ["H1", "H1", "H2", None]
    assert lines[3]["address"] == "西路9号"


def test_the_number_tells_sex_and_birth_day_and_contradictions_are_listed() -> None:
    silent, contradicted = table(row(name="张伟", id_number=WEI), row(name="李敏", id_number=MIN, sex="男"))
    assert (silent["sex"], silent["birth_on"], silent["id_kind"]) == ("male", "1975-03-07", "resident_id")
    assert silent["problems"] is None
    assert contradicted["sex"] == "female"
    assert json.loads(contradicted["problems"])[0]["code"] == "cell_sex_differs"


def test_hidden_rows_are_taken_unless_they_are_to_be_skipped() -> None:
    cells = row(name="张伟")
    assert table(cells, hidden_rows={2})[0]["status"] == "data"
    assert table(cells, hidden_rows={2}, skip_hidden=True)[0]["reason"] == "hidden"


def test_a_formula_nobody_calculated_is_a_problem_of_its_row() -> None:
    lines = table(row(name="张伟"), row(name="李敏"), uncalculated={(2, 3), (2, 40), (0, 0)})
    (problem,) = json.loads(lines[0]["problems"])
    assert (problem["cell"], problem["field"], problem["code"]) == ("D3", "phone", "cell_uncalculated")
    assert lines[1]["problems"] is None


def test_what_the_title_says_holds_for_every_row() -> None:
    lines = table(row(name="张伟"), context={"area": "银河社区", "date": "2月3日"})
    assert lines[0]["community"] == "银河社区"


def test_who_reports_a_list_of_enterprises_is_none_of_them() -> None:
    layout = Layout(
        "enterprise_survey",
        (0, 0),
        [Column(0, "企业名称", "enterprise_name"), Column(1, "联系电话", "contact_phone")],
        "signature",
        {"enterprise": "五金产业基地"},
    )
    rows: list[list[Cell]] = [
        ["企业名称", "联系电话"],
        ["鸿兴制品厂", "13800138001"],
        [None, "13800138002"],
    ]
    lines = clean_sheet(Sheet(1, "表", rows), layout, on=DAY).to_pylist()[1:]
    assert [line["status"] for line in lines] == ["data", "rejected"]
    layout.columns.pop(0)
    lines = clean_sheet(Sheet(1, "表", rows), layout, on=DAY).to_pylist()[1:]
    assert [line["enterprise_name"] for line in lines] == ["五金产业基地"] * 2


def test_a_sheet_nobody_knows_waits_and_a_page_of_text_is_a_note() -> None:
    unknown = Layout("unknown", None, [], "signature")
    wide = clean_sheet(Sheet(1, "表", [["甲", "乙", "丙"]] * 2), unknown, on=DAY)
    text = clean_sheet(Sheet(2, "说明", [["请于16时前报送"], [None]]), unknown, on=DAY)
    assert wide["reason"].to_pylist() == ["unknown_kind"] * 2
    assert text["status"].to_pylist() == ["not_data"]


CELLS = st.one_of(
    st.none(),
    st.sampled_from(
        [WEI, "张伟", "同上", "合计", "〃", "户主", "", " ", "\u200b", "13800138000", "示例", "注:", "姓名"]
    ),
    st.text(max_size=6),
    st.floats(),
    st.booleans(),
    st.dates(),
)


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.lists(CELLS, min_size=8, max_size=8), max_size=8),
    kind=st.sampled_from(["household_register", "pushed_list", "enterprise_survey", "place_register"]),
    merged=st.lists(
        st.tuples(st.integers(2, 9), st.integers(0, 7), st.integers(0, 4)).map(
            lambda at: (at[0], at[1], at[0] + at[2], at[1])
        ),
        max_size=3,
    ),
)
def test_every_row_gets_exactly_one_status(
    rows: list[list[Cell]], kind: str, merged: list[tuple[int, int, int, int]]
) -> None:
    lines = table(*rows, kind=kind, merged=merged)
    assert all(line["status"] in ("data", "not_data", "rejected") for line in lines)
    assert all((line["reason"] is None) == (line["status"] == "data") for line in lines)
    assert [line["row"] for line in lines] == sorted({line["row"] for line in lines})
    assert all(
        json.loads(line[name] or "[]") is not None for line in lines for name in ("problems", "changes")
    )
