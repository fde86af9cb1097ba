"""A department's blank comes back filled, and looks as it did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from fournets.audit.models import AuditLine
from fournets.crypto import KeyRing
from fournets.language import Refusal
from fournets.people.models import Fact, Household, Person
from fournets.places.models import Building
from fournets.reporting.forms.fill import Order, fill
from fournets.reporting.forms.report import Report
from fournets.reporting.models import FilledForm
from fournets.screening.services import assess_people
from tests.apps.forms import blanks
from tests.apps.forms.conftest import GALAXY, TOWN, person, tell

ON, AT = date(2020, 2, 3), datetime(2020, 2, 3, 9, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]
Filler = Callable[..., tuple[Workbook, Report]]


@pytest.fixture
def filled(tmp_path: Path, ring: KeyRing) -> Filler:
    def act(make: Callable[[Path], Path], area: str = TOWN, who: str = "") -> tuple[Workbook, Report]:
        out = tmp_path / "filled.xlsx"
        report, _ = fill(
            make(tmp_path / "blank.xlsx"), Order(area, ON, who), out, ring=ring, actor="职员", at=AT
        )
        return load_workbook(out), report

    return act


def row(book: Workbook, number: int, sheet: str | None = None) -> list[object]:
    page = book[sheet] if sheet else book.worksheets[0]
    return [cell.value for cell in page[number]]


def test_returnees_are_written_as_the_lists_of_the_form_allow(filled: Filler) -> None:
    book, report = filled(blanks.returnees)
    assert row(book, 6) == [
        1,
        "甲某",
        "男",
        "440682198002030011",
        "13800000001",
        "湖北省武汉市武昌区",
        "2020-01-25",
        "有",
        36.5,
        None,
    ]
    assert row(book, 7)[:8] == [
        2,
        "乙某",
        "女",
        "440682198505060022",
        "13800000002",
        "浙江省温州市",
        "2020-01-26",
        "无",
    ]
    assert report.rows == 2


def test_an_unknown_column_and_an_empty_value_are_said_so(filled: Filler) -> None:
    _, report = filled(blanks.returnees)
    columns = {one["header"]: one for one in report.as_json()["columns"]}
    assert columns["手机彩铃"]["field"] is None
    assert columns["手机彩铃"]["why_empty"][0]["code"] == "cell_unknown_column"
    assert columns["体温(℃)"]["why_empty"] == [
        {"code": "cell_nothing_on_file", "cells": 1, "zh": "档案中没有此项内容", "en": "nothing on file"}
    ]
    assert report.cells_filled + report.cells_empty == 20


def test_rows_are_opened_and_what_stands_below_moves_down_whole(filled: Filler) -> None:
    book, report = filled(blanks.returnees, who="resident")
    sheet = book.worksheets[0]
    assert report.rows == 3
    assert (sheet["A9"].value, sheet["B9"].value, sheet["I9"].value) == (
        "合计",
        "=COUNTA(B6:B8)",
        "=SUM(I6:I8)",
    )
    assert str(sheet["A10"].value).startswith("填表说明")
    assert {"C9:H9", "A10:J10", "A2:J2", "F4:H4", "A4:A5"} <= {
        str(span) for span in sheet.merged_cells.ranges
    }
    assert {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation} == {
        "C6:C8": '"男,女"',
        "H6:H8": '"有,无"',
    }


def test_the_look_and_the_print_set_up_stay(filled: Filler) -> None:
    book, _ = filled(blanks.returnees, who="resident")
    sheet = book.worksheets[0]
    assert sheet.print_area == "'返乡登记'!$A$1:$J$10"
    assert sheet.print_title_rows == "$4:$5"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.column_dimensions["D"].width, sheet.freeze_panes) == (24, "C6")
    assert [sheet.row_dimensions[number].height for number in (6, 8)] == [31, 31]
    assert sheet["B8"].fill.fgColor.rgb == blanks.YELLOW.fgColor.rgb
    assert sheet["B8"].border.left.style == sheet["A9"].border.left.style == "thin"


def test_the_unit_and_the_day_are_written_and_the_signature_is_left(filled: Filler) -> None:
    book, _ = filled(blanks.returnees, area=GALAXY)
    text = str(book.worksheets[0]["A3"].value)
    assert text.startswith("填报单位(盖章):银河社区居委会")
    assert "填报日期:2020年2月3日" in text
    assert text.endswith("填报人:")


def test_numbers_of_identity_are_text(filled: Filler) -> None:
    book, _ = filled(blanks.returnees)
    cell = book.worksheets[0]["D6"]
    assert (cell.number_format, cell.data_type) == ("@", "s")


def test_a_name_that_looks_like_a_formula_stays_text(filled: Filler) -> None:
    book, _ = filled(blanks.returnees, who="resident")
    cell = book.worksheets[0]["B8"]
    assert "HYPERLINK" in cell.value
    assert cell.data_type == "s"
    assert not cell.value.startswith("=")


def test_members_stand_under_their_merged_head_and_examples_are_gone(filled: Filler) -> None:
    book, report = filled(blanks.households)
    sheet = book.worksheets[0]
    assert report.rows == 3
    rows = [row(book, number) for number in (3, 4, 5)]
    names = {line[2] for line in rows}
    assert names == {"甲某", "乙某", "'=HYPERLINK(丙)"}
    merged = [str(span) for span in sheet.merged_cells.ranges if span.min_row > 2]
    start = next(number for number in (3, 4, 5) if sheet.cell(number, 3).value == "甲某")
    assert merged == [f"A{start}:A{start + 1}"]
    assert row(book, start)[0] == "甲某"
    assert row(book, start)[3:] == ["户主", "1", "1980.2.3", "银河社区西路3号"]
    assert row(book, start + 1)[4:6] == ["2", "1985.5.6"]


def test_a_household_is_one_row_with_its_head_opened(filled: Filler) -> None:
    book, report = filled(blanks.per_household)
    assert report.rows == 2
    assert row(book, 3) == [1, "甲某", "440682198002030011", "13800000001", 2, 2, None]


def test_an_enterprise_is_written_with_real_dates_and_choices_of_another_sheet(filled: Filler) -> None:
    book, report = filled(blanks.enterprises)
    assert row(book, 5, "企业") == [
        1, "某某五金厂", "91440605MA4W0000XX", 45, datetime(2020, 2, 10), "丁某", "13900000001", "已复工",  # noqa: DTZ001
    ]  # fmt: skip
    assert book["企业"]["E5"].number_format == 'yyyy"年"m"月"d"日"'
    assert book["企业"]["A2"].value == "镇街:丹灶镇"
    assert report.rows == 1


def test_a_grid_counts_for_every_community_and_zero_is_written(filled: Filler) -> None:
    book, report = filled(blanks.summary)
    assert row(book, 3) == [1, "银河", 2, 1, 1, 1, 0, None]
    assert row(book, 4) == [2, "金宁社区", 1, 1, 0, 0, 1, None]
    assert row(book, 5)[2:] == [None] * 6
    assert row(book, 6)[:3] == ["合计", None, "=SUM(C3:C5)"]
    assert book.worksheets[0]["A1"].value == "各社区疫情排查日报表(截至2月3日)"
    assert report.unknown == ["口罩发放数"]
    assert {reason for column in report.columns for reason in column.empty} == {
        "cell_unknown_column",
        "cell_row_without_area",
    }


def test_who_only_works_in_a_community_is_not_counted_among_those_who_live_there(
    filled: Filler, ring: KeyRing
) -> None:
    worker = person(ring, 4, "戊某", GALAXY, None)
    Fact.objects.filter(person=worker).update(kind="staff_roster")
    assert row(filled(blanks.summary)[0], 3)[2] == 2
    tell(worker, 40, kind="returnee_list")
    assert row(filled(blanks.summary)[0], 3)[2] == 3


def test_marks_examples_and_row_formulas(filled: Filler) -> None:
    book, report = filled(blanks.isolation)
    assert report.rows == 1
    assert row(book, 4) == [1, "甲某", "√", None, "1月25日", 9, None, "=F4*2"]
    assert row(book, 5)[5] == "=SUM(F4:F4)"


def test_only_the_area_asked_for_is_in_the_form(filled: Filler) -> None:
    book, report = filled(blanks.returnees, area=GALAXY, who="resident")
    assert report.rows == 2
    assert "HYPERLINK" not in str([row(book, number) for number in range(1, book.worksheets[0].max_row + 1)])


def test_the_filling_is_on_record_without_any_personal_value(filled: Filler) -> None:
    filled(blanks.returnees)
    line = AuditLine.objects.get()
    assert (line.act, line.actor, line.details["rows"], line.details["opened"]) == (
        "fill_form",
        "职员",
        2,
        ["id_number", "phone"],
    )
    stored = str(line.details) + str(FilledForm.objects.get().report)
    assert not any(secret in stored for secret in ("甲某", "4406821980", "1380000"))


def tell_phone(person: Person, row: int, text: str, ring: KeyRing, *, file: int = 2) -> None:
    tell(person, row, kind="pushed_list", file=file, phone_sealed=ring.seal("phone", text))


def test_a_telephone_most_files_tell_is_written_and_one_told_in_two_ways_is_left_empty(
    filled: Filler, ring: KeyRing
) -> None:
    sure, unsure = Person.objects.get(public_id="P1"), Person.objects.get(public_id="P2")
    for number, text in enumerate(("13900000002", "13900000001", "13900000001|0757-86123456"), 10):
        tell_phone(sure, number, text, ring, file=number)
    for number, text in enumerate(("13900000003", "13900000004"), 20):
        tell_phone(unsure, number, text, ring)
    book, report = filled(blanks.returnees)
    assert [row(book, number)[4] for number in (6, 7)] == ["13900000001", None]
    column = next(one for one in report.columns if one.meaning.field == "phone")
    assert (column.filled, dict(column.empty)) == (1, {"cell_unsettled": 1})


def test_a_workbook_that_repeats_a_telephone_in_every_tab_counts_once(filled: Filler, ring: KeyRing) -> None:
    one = Person.objects.get(public_id="P1")
    for number, (file, text) in enumerate(((2, "13900000005"), (2, "13900000005"), (3, "13900000006")), 10):
        tell_phone(one, number, text, ring, file=file)
    book, _ = filled(blanks.returnees)
    assert row(book, 6)[4] is None
    tell_phone(one, 13, "13900000006", ring, file=4)
    book, _ = filled(blanks.returnees)
    assert row(book, 6)[4] == "13900000006"


@pytest.mark.parametrize(
    ("number", "certainty", "written", "why"),
    [
        ("440682198002030011", "verified", "440682198002030011", None),
        ("440682198002030012", "unverified", None, "cell_number_wrong"),
        ("440682198002030", "partial", None, "cell_number_in_part"),
        ("H0123456789", "unverified", "H0123456789", None),
        ("440605194707039094", "unverified", "440605194707039094", None),
    ],
)
def test_only_an_id_number_that_can_be_right_is_written(
    filled: Filler, ring: KeyRing, number: str, certainty: str, written: str | None, why: str | None
) -> None:
    sealed = ring.seal("id_number", number)
    Person.objects.filter(public_id="P1").update(id_number_sealed=sealed, id_certainty=certainty)
    book, report = filled(blanks.returnees)
    assert row(book, 6)[3] == written
    column = next(one for one in report.columns if one.meaning.field == "id_number")
    assert dict(column.empty) == ({why: 1} if why else {})


def test_many_new_rows_look_like_the_first_and_keep_what_is_merged_and_worked_out(
    filled: Filler, ring: KeyRing
) -> None:
    for number in range(10, 22):
        house = Household.objects.create(public_id=f"H{number}", area_code=GALAXY)
        for place in range(2):
            person(ring, 2 * number + place, f"某<{number}&{place}", GALAXY, house, relation="户主")
    book, report = filled(blanks.households)
    sheet = book.worksheets[0]
    assert report.rows == sheet.max_row - 2 == 27
    names = [sheet.cell(number, 3).value for number in range(3, 30)]
    assert names.count("某<21&1") == 1
    assert {sheet.cell(number, 3).border.left.style for number in range(3, 30)} == {"thin"}
    spans = [span for span in sheet.merged_cells.ranges if span.min_row > 2]
    assert len(spans) == 13
    assert {span.max_row - span.min_row for span in spans} == {1}
    assert sheet.dimensions == "A1:G29"


def test_formulas_of_the_row_follow_into_new_rows(filled: Filler, ring: KeyRing) -> None:
    for number in range(10, 15):
        isolated = {"isolation_from": "2020-01-30", "isolation_until": "2020-02-13"}
        person(ring, number, f"某{number}", GALAXY, None, **isolated)
    book, report = filled(blanks.isolation)
    assert report.rows == 6
    assert [row(book, number)[7] for number in range(4, 10)] == [f"=F{number}*2" for number in range(4, 10)]
    assert row(book, 10)[5] == "=SUM(F4:F9)"


def test_all_households_known_are_counted_not_only_those_a_list_names(filled: Filler) -> None:
    building = GALAXY + "0010010001"
    Building.objects.create(code=building, area_code=building, name="某栋", households_known=7)
    book, _ = filled(blanks.summary)
    assert row(book, 3)[3] == 7


def test_an_unknown_area_leaves_no_file(tmp_path: Path, ring: KeyRing) -> None:
    out = tmp_path / "out.xlsx"
    with pytest.raises(Refusal) as refusal:
        fill(
            blanks.returnees(tmp_path / "b.xlsx"), Order("440605123999", ON), out, ring=ring, actor="a", at=AT
        )
    assert refusal.value.message.code == "form_area_unknown"
    assert [path.name for path in tmp_path.iterdir()] == ["b.xlsx"]


def head_only(path: Path, rows: int = 0, note: str = "注:据实填写。") -> Path:
    """A form without room: a header, some filled rows, and a note right below."""
    book = Workbook()
    sheet = book.active
    sheet["A1"] = "返镇人员登记表"
    for column, text in enumerate(("序号", "姓名", "联系电话", "返回日期"), 1):
        sheet.cell(2, column, text)
        for number in range(1, rows + 1):
            sheet.cell(2 + number, column, [number, f"旧{number}", "13700000000", "2020-01-20"][column - 1])
    sheet.cell(3 + rows, 1, note)
    sheet.merge_cells(start_row=3 + rows, end_row=3 + rows, start_column=1, end_column=4)
    book.save(path)
    return path


def test_a_note_right_below_the_header_moves_down(filled: Filler) -> None:
    book, report = filled(head_only)
    assert [row(book, number)[:2] for number in (3, 4, 5)] == [
        [1, "甲某"],
        [2, "乙某"],
        ["注:据实填写。", None],
    ]
    assert report.rows == 2


@pytest.mark.parametrize("rows", [5, 900])
def test_a_form_that_came_filled_keeps_every_row(filled: Filler, rows: int) -> None:
    book, report = filled(lambda path: head_only(path, rows))
    names = [book.worksheets[0].cell(number, 2).value for number in range(3, rows + 5)]
    assert names == [*(f"旧{number}" for number in range(1, rows + 1)), "甲某", "乙某"]
    assert row(book, rows + 5)[0] == "注:据实填写。"
    assert [notice["rows"] for notice in report.notices if notice["code"] == "form_rows_kept"] == [rows]


def test_a_protected_form_with_a_formula_for_a_header_is_filled_and_stays_as_it_was(filled: Filler) -> None:
    def protected(path: Path) -> Path:
        book = load_workbook(blanks.returnees(path))
        sheet = book.active
        sheet.protection.sheet, sheet.protection.password = True, "x1"
        sheet["J4"] = '=HYPERLINK("#A1","手机彩铃")'
        sheet["I4"] = "=体温"
        sheet["I4"].data_type = "s"
        book.save(path)
        return path

    book, report = filled(protected)
    sheet = book.worksheets[0]
    assert sheet.protection.sheet and sheet.protection.password
    assert (sheet["J4"].value, sheet["I4"].value) == ('=HYPERLINK("#A1","手机彩铃")', "=体温")
    assert sheet["I4"].data_type == "s"
    assert report.rows == 2


def test_people_the_rules_isolate_are_on_the_form_of_isolation_with_their_days(filled: Filler) -> None:
    assess_people(on=ON, actor="职员", at=AT)
    book, report = filled(blanks.isolation)
    assert [row(book, number)[1] for number in (4, 5)] == ["甲某", "乙某"]
    assert row(book, 5)[4:6] == ["1月26日", 8]
    assert report.rows == 2
