"""Two tables on one sheet, and one file sent under two names."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from fournets.crypto import KeyRing
from fournets.intake.models import SourceFile, SourceRow
from fournets.intake.services import TakeIn, take_in, write_rows_to_mend
from fournets.people.models import Fact, Person
from tests.apps.intake.conftest import MEI, QIANG, Workbook

pytestmark = pytest.mark.usefixtures("town")
UPPER = [["姓名", "身份证号", "电话", "返回时间"], ["区美兰", MEI, "13800138001", "2020-02-01"]]
LOWER = [
    ["姓名", "电话", "途经地", "身份证号", "备注"],
    ["", "", "武汉", "", "请核实"],
    ["陈志强", "13800138002", "武汉", QIANG, ""],
]


def test_people_of_a_lower_table_are_filed_and_its_rows_go_back_below_its_own_header(
    workbook: Workbook, how: TakeIn, ring: KeyRing, tmp_path: Path
) -> None:
    report = take_in([workbook("返乡.xlsx", [*UPPER, [], *LOWER])], how, ring=ring)
    totals = report.totals()
    assert (totals["rows"], totals["created"], totals["rejected"], totals["not_data"]) == (5, 2, 1, 2)
    out = tmp_path / "退回.xlsx"
    assert write_rows_to_mend(SourceFile.objects.get().id, out, ring=ring) == 1
    book = openpyxl.load_workbook(out)
    page = book.active
    rows = [[cell.value or "" for cell in row] for row in page.iter_rows()]
    assert rows[:2] == [[*UPPER[0], "", "退回编号"], [*LOWER[0], "退回编号"]]
    page["A3"], page["B3"] = "查文华", "13700137007"
    book.save(out)
    again = take_in([out], how, ring=ring)
    assert again.totals()["created"] == 1
    assert SourceRow.objects.exclude(mended_by=None).count() == 1
    assert Person.objects.count() == 3


def test_tables_side_by_side_are_two_sheets_of_the_ledger(
    workbook: Workbook, how: TakeIn, ring: KeyRing
) -> None:
    rows = [["姓名", "身份证号", "电话"] * 2, ["区美兰", MEI, "13800138001", "陈志强", QIANG, "13800138002"]]
    report = take_in([workbook("返乡.xlsx", rows)], how, ring=ring)
    assert [(sheet.rows, sheet.counts["created"]) for sheet in report.files[0].sheets] == [(2, 1), (2, 1)]
    assert len({sheet.sheet for sheet in report.files[0].sheets}) == 2


def test_a_title_above_tables_side_by_side_is_one_row_of_the_ledger(
    workbook: Workbook, how: TakeIn, ring: KeyRing, tmp_path: Path
) -> None:
    header = ["姓名", "身份证号", "电话"] * 2
    rows = [["区美兰", MEI, "13800138001", "陈志强", QIANG, "13800138002"], ["", "", "", "", "x44", "12"]]
    title = ["银河社区返乡人员表"]
    right = ["", "", "", "联沙社区(续)"]
    report = take_in([workbook("返乡.xlsx", [title, right, header, *rows])], how, ring=ring)
    sheets = report.files[0].sheets
    assert [(sheet.rows, sheet.counts["not_data"], sheet.counts["created"]) for sheet in sheets] == [
        (3, 2, 1),
        (4, 2, 1),
    ]
    assert report.totals()["rows"] == 7
    assert {fact.area_code for fact in Fact.objects.all()} == {"440605123018"}
    out = tmp_path / "退回.xlsx"
    assert write_rows_to_mend(SourceFile.objects.get().id, out, ring=ring) == 1
    assert openpyxl.load_workbook(out).active["A1"].value == title[0]


def test_a_file_under_two_names_is_said_to_be_what_the_first_is(
    workbook: Workbook, how: TakeIn, ring: KeyRing, tmp_path: Path
) -> None:
    good = workbook("返乡.xlsx", UPPER)
    twin, bad, worse = (tmp_path / name for name in ("又一份.xlsx", "图.xlsx", "图二.xlsx"))
    shutil.copy(good, twin)
    for path in (bad, worse):
        path.write_bytes(b"\x89PNG picture")
    files = {one.file: one for one in take_in([good, twin, bad, worse], how, ring=ring).files}
    assert (files["又一份.xlsx"].known, files["又一份.xlsx"].id) == (True, files["返乡.xlsx"].id)
    assert files["又一份.xlsx"].sheets[0].counts["unchanged"] == 1
    assert files["图二.xlsx"].refused and files["图二.xlsx"].refused.startswith("图二.xlsx")
    assert not files["图二.xlsx"].known
