"""What good files become, whatever their kind."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableColumn, TableRow
from odf.text import P

from fournets.intake.extract import ExtractOptions, extract
from fournets.language import Refusal
from fournets.workbooks.read import expand, read_workbook
from tests.engines.workbooks.files import locked, person_rows, rewritten, xls, xlsx
from tests.engines.workbooks.xlsb import xlsb

TABLE = [("姓名", "身份证号码", "联系电话"), *person_rows(5)]


def test_an_xlsx_keeps_its_sheets_merged_cells_and_hidden_rows(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "名单.xlsx", {"银河": [("来返人员名单",), *TABLE], "旧": TABLE}, merged=["A1:C1"])
    book = openpyxl.load_workbook(path)
    book["银河"].row_dimensions[4].hidden = True
    book["旧"].sheet_state = "hidden"
    book.save(path)
    first, second = read_workbook(path)
    assert (first.number, first.name, first.hidden, second.hidden) == (1, "银河", False, True)
    assert first.rows[2] == list(TABLE[1])
    assert first.merged == [(0, 0, 0, 2)]
    assert first.hidden_rows == {3}


def test_a_hidden_column_that_holds_something_is_told(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "名单.xlsx", {"银河": TABLE, "旧": TABLE})
    book = openpyxl.load_workbook(path)
    for column in ("B", "E", "F"):
        book["银河"].column_dimensions[column].hidden = True
    book.save(path)
    assert [sheet.hidden_columns for sheet in read_workbook(path)] == [{1}, set()]


def test_what_an_old_xls_hides_is_told(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    for name in ("银河", "旧"):
        sheet = book.add_sheet(name)
        for number, row in enumerate(TABLE):
            for column, value in enumerate(row):
                sheet.write(number, column, value)
    sheet.row(2).hidden = True
    sheet.col(1).hidden = sheet.col(7).hidden = True
    sheet.visibility = 1
    book.save(str(tmp_path / "旧.xls"))
    first, second = read_workbook(tmp_path / "旧.xls")
    assert (first.hidden, first.hidden_rows, first.hidden_columns) == (False, set(), set())
    assert (second.hidden, second.hidden_rows, second.hidden_columns) == (True, {2}, {1})


def test_what_an_ods_hides_is_told(tmp_path: Path) -> None:
    document = OpenDocumentSpreadsheet()
    for hides in (False, True):
        table = Table(name=f"名单{hides}")
        table.addElement(TableColumn())
        table.addElement(TableColumn(visibility="collapse" if hides else "visible", numbercolumnsrepeated=2))
        for number, row in enumerate(TABLE):
            line = TableRow(visibility="filter" if hides and number == 3 else "visible")
            for value in row:
                cell = TableCell(valuetype="string")
                cell.addElement(P(text=value))
                line.addElement(cell)
            table.addElement(line)
        document.spreadsheet.addElement(table)
    document.save(str(tmp_path / "名单.ods"))
    first, second = read_workbook(tmp_path / "名单.ods")
    assert (first.hidden_rows, first.hidden_columns) == (set(), set())
    assert (second.hidden_rows, second.hidden_columns) == ({3}, {1, 2})


def test_columns_hidden_up_to_the_edge_of_the_sheet_do_no_harm(tmp_path: Path) -> None:
    plain = xlsx(tmp_path / "plain.xlsx", {"a": TABLE})
    with zipfile.ZipFile(plain) as book:
        contents = book.read("xl/worksheets/sheet1.xml")
    wide = b"<cols><col min='3' max='16384' hidden='true' width='9'/></cols><sheetData>"
    parts = {"xl/worksheets/sheet1.xml": contents.replace(b"<sheetData>", wide)}
    assert read_workbook(rewritten(tmp_path / "a.xlsx", plain, parts))[0].hidden_columns == {2}


def test_a_formula_nobody_calculated_is_told_and_an_empty_text_is_a_result(tmp_path: Path) -> None:
    rows = [("姓名", "年龄"), ("区美兰", "=2020-1985"), (None, "=1+1"), ("陈志强", 36)]
    plain = xlsx(tmp_path / "plain.xlsx", {"a": rows})
    (sheet,) = read_workbook(plain)
    assert sheet.uncalculated == {(1, 1)}
    assert sheet.rows[1] == ["区美兰", None]
    with zipfile.ZipFile(plain) as book:
        contents = book.read("xl/worksheets/sheet1.xml")
    for written, told in (
        (b'<c r="B2" t="str"><f>2020-1985</f><v></v></c>', set()),
        (b'<c r="B2"><f>2020-1985</f><v>35</v></c>', set()),
        (b'<c r="B2" s="1"><f ca="1">2020-1985</f></c>', {(1, 1)}),
        (b'<c r="B2"><f t="shared" si="0"/><v/></c>', {(1, 1)}),
    ):
        at = contents.index(b'<c r="B2"'), contents.index(b"</c>", contents.index(b'<c r="B2"')) + 4
        parts = {"xl/worksheets/sheet1.xml": contents[: at[0]] + written + contents[at[1] :]}
        assert read_workbook(rewritten(tmp_path / "b.xlsx", plain, parts))[0].uncalculated == told, written


def test_empty_cells_are_none_and_dates_are_dates(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", {"a": [(None, "到达时间"), ("", date(2020, 2, 3)), ("x", 36.5)]})
    assert read_workbook(path)[0].rows == [
        [None, "到达时间"],
        [None, read_workbook(path)[0].rows[1][1]],
        ["x", 36.5],
    ]
    assert str(read_workbook(path)[0].rows[1][1]).startswith("2020-02-03")


def test_cells_keep_their_places_when_the_table_begins_lower_and_further_right(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", {"a": [(), (), (None, None, "姓名")]})
    assert read_workbook(path)[0].rows[2] == [None, None, "姓名"]


def test_an_old_xls_is_read(tmp_path: Path) -> None:
    assert read_workbook(xls(tmp_path / "旧.xls", TABLE))[0].rows == [list(row) for row in TABLE]


def test_an_xls_of_exactly_65536_rows_may_be_cut_off(tmp_path: Path) -> None:
    full = read_workbook(xls(tmp_path / "满.xls", [(number,) for number in range(65_536)]))[0]
    assert [notice["code"] for notice in full.notices] == ["sheet_may_be_cut_off"]
    less = read_workbook(xls(tmp_path / "少.xls", [(number,) for number in range(65_535)]))[0]
    assert less.notices == []


def test_an_xlsb_is_read(tmp_path: Path) -> None:
    rows = [*TABLE, ("区美兰", None, True), (36.5, "", "末")]
    first, second = read_workbook(xlsb(tmp_path / "名单.xlsb", {"银河": rows, "旧": TABLE}, hidden=["旧"]))
    assert (first.name, first.hidden, second.name, second.hidden) == ("银河", False, "旧", True)
    assert first.rows == [*map(list, TABLE), ["区美兰", None, True], [36.5, None, "末"]]
    assert second.rows == [*map(list, TABLE)]
    assert first.notices == []


def test_errors_and_hidden_rows_of_an_xlsb_are_read(tmp_path: Path) -> None:
    rows = [("姓名", "电话", "住址"), ("区美兰", "#N/A", "#REF!"), ("陈志强", "=#N/A", "西路3号")]
    path = xlsb(tmp_path / "名单.xlsb", {"旧": TABLE, "银河": rows}, hidden_rows=[2])
    first, second = read_workbook(path)
    assert first.rows == [*map(list, TABLE)]
    assert second.rows[1:] == [["区美兰", "#N/A", "#REF!"], ["陈志强", "#N/A", "西路3号"]]
    assert second.hidden_rows == {2}
    table = extract(path, options=ExtractOptions(on=date(2020, 2, 5))).sheets[1].table
    told = [[one["code"] for one in json.loads(text or "[]")] for text in table["problems"].to_pylist()]
    assert told == [[], ["cell_formula_error"] * 2, ["cell_formula_error"]]


def test_what_an_xlsb_holds_is_recognised_and_cleaned(tmp_path: Path) -> None:
    sheet = extract(
        xlsb(tmp_path / "名单.xlsb", {"返乡人员": TABLE}), options=ExtractOptions(on=date(2020, 2, 5))
    ).sheets[0]
    assert sheet.table["name"].to_pylist()[1:] == [name for name, _, _ in TABLE[1:]]
    assert set(sheet.table["id_certainty"].to_pylist()[1:]) == {"verified"}


def test_an_ods_is_read(tmp_path: Path) -> None:
    document, table = OpenDocumentSpreadsheet(), Table(name="名单")
    for row in TABLE:
        line = TableRow()
        for value in row:
            cell = TableCell(valuetype="string")
            cell.addElement(P(text=value))
            line.addElement(cell)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    document.save(str(tmp_path / "名单.ods"))
    assert read_workbook(tmp_path / "名单.ods")[0].rows == [list(row) for row in TABLE]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_a_csv_is_read_in_any_encoding_and_with_any_separator(
    tmp_path: Path, encoding: str, separator: str
) -> None:
    path = tmp_path / "名单.csv"
    path.write_bytes("\r\n".join(separator.join(row) for row in TABLE).encode(encoding))
    assert read_workbook(path)[0].rows == [list(row) for row in TABLE]


def test_rare_characters_of_names_survive_in_gb18030(tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    path.write_bytes("姓名,电话\n陈䶮,13800130001\n".encode("gb18030"))
    assert read_workbook(path)[0].rows[1][0] == "陈䶮"


def test_a_locked_workbook_asks_for_its_password_and_opens_with_it(tmp_path: Path) -> None:
    path = locked(tmp_path / "密.xlsx", xlsx(tmp_path / "明.xlsx", {"名单": TABLE}), "danzao")
    with pytest.raises(Refusal) as missing:
        read_workbook(path)
    assert missing.value.message.code == "file_locked"
    with pytest.raises(Refusal) as wrong:
        read_workbook(path, password="other")
    assert wrong.value.message.code == "file_password_wrong"
    assert read_workbook(path, password="danzao")[0].rows == [list(row) for row in TABLE]


def test_a_workbook_with_another_extension_is_read_and_the_difference_said(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", {"名单": TABLE}).rename(tmp_path / "a.xls")
    sheet = read_workbook(path)[0]
    assert sheet.rows[1] == list(TABLE[1])
    assert [notice["code"] for notice in sheet.notices] == ["file_extension_differs"]


def test_macros_are_ignored_and_said_so(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", {"名单": TABLE}).rename(tmp_path / "a.xlsm")
    assert [notice["code"] for notice in read_workbook(path)[0].notices] == ["file_macros_ignored"]


def test_a_zip_gives_its_files_in_order_without_the_junk(tmp_path: Path) -> None:
    path = tmp_path / "全部.zip"
    with zipfile.ZipFile(path, "w") as package:
        for name in ("银河/名单.csv", "__MACOSX/银河/._名单.csv", "罗行.csv", "~$罗行.csv", ".DS_Store"):
            package.writestr(name, "姓名\n陈银河\n")
    found = expand(path, tmp_path / "into")
    assert [str(one.relative_to(tmp_path / "into")) for one in found] == ["银河/名单.csv", "罗行.csv"]
    assert read_workbook(found[0])[0].rows == [["姓名"], ["陈银河"]]


def test_a_zip_in_a_zip_is_opened_too(tmp_path: Path) -> None:
    inner = tmp_path / "内.zip"
    with zipfile.ZipFile(inner, "w") as package:
        package.writestr("a.csv", "姓名\n")
    with zipfile.ZipFile(tmp_path / "外.zip", "w") as package:
        package.write(inner, "内.zip")
    assert [one.name for one in expand(tmp_path / "外.zip", tmp_path / "into")] == ["a.csv"]
