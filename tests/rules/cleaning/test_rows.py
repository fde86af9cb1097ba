"""Rows that stand among people and are nobody, and rows that hold several."""

from __future__ import annotations

import json

import pytest

from fournets.workbooks.model import Cell
from tests.rules.cleaning.test_sheets import WEI, row, table


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (row(name="第1页 共3页"), "separator"),
        (row(sequence="第 1 页，共 2 页"), "separator"),
        (row(name="以下空白"), "separator"),
        (row(name="二、银河村"), "separator"),
        (row(name="罗行社区"), "separator"),
        (row(name="下安村"), "separator"),
        (row(name="本周无新增"), "separator"),
        (row(name="无"), "separator"),
        (row(sequence=1.0, name="无", id_number="无", phone="/"), "separator"),
        (row(sequence="备注", name="本周无新增"), "note"),
        (row(sequence="一组小计", name="2"), "total"),
        (row(sequence="Total", name=None, sex="4"), "total"),
        (
            row(
                sequence="填表人", name="李四", id_number="审核人", phone="王五", sex="电话", relation="0757"
            ),
            "signature",
        ),
    ],
)
def test_what_stands_in_the_column_of_names_is_not_always_a_name(cells: list[Cell], reason: str) -> None:
    line = table(cells)[0]
    assert (line["status"], line["reason"]) == ("not_data", reason)


@pytest.mark.parametrize("name", ["陈新村", "王家村", "罗行", "吴锡", "李小计"])
def test_a_name_that_sounds_like_a_place_is_a_name(name: str) -> None:
    assert table(row(sequence=1.0, name=name))[0]["status"] == "data"


def test_a_row_with_several_names_goes_back_whole() -> None:
    line = table(row(name="陈大文、李小花", phone="13800138000"))[0]
    assert (line["status"], line["reason"]) == ("rejected", "people_in_one_row")
    assert [one["code"] for one in json.loads(line["problems"])] == ["cell_name_several"]


def test_a_row_of_formulas_without_results_is_told_and_not_taken_for_an_empty_line() -> None:
    lines = table(row(sequence=7.0), uncalculated={(2, 1), (2, 2)})
    assert (lines[0]["status"], lines[0]["reason"]) == ("rejected", "no_name_or_number")
    assert "cell_uncalculated" in lines[0]["problems"]


def test_a_formula_error_is_said_to_be_one_whatever_the_column() -> None:
    line = table(row(name="#REF!", id_number="#DIV/0!", phone="#VALUE!", sex="#NAME?"))[0]
    assert {one["code"] for one in json.loads(line["problems"])} == {"cell_formula_error"}
    assert table(row(name="#N/A", id_number=WEI))[0]["status"] == "data"
