"""Tables saved as text, and what cells show instead of values."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter
import xlwt

from fournets.workbooks.read import read_workbook
from tests.engines.workbooks.files import mobile, person_rows

ROWS = [("姓名", "身份证号码", "联系电话"), *person_rows(4)]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "，", "；"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_any_usual_separator_and_encoding(tmp_path: Path, separator: str, encoding: str) -> None:
    path = tmp_path / "名单.csv"
    path.write_text("\r\n".join(map(separator.join, ROWS)), encoding=encoding)
    assert read_workbook(path)[0].rows == list(map(list, ROWS))


def test_a_quotation_mark_never_closed_swallows_nobody(tmp_path: Path) -> None:
    lines = [",".join(row) for row in ROWS]
    lines[1] = lines[1].replace(",", ',"', 1)
    path = tmp_path / "名单.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    (sheet,) = read_workbook(path)
    assert len(sheet.rows) == len(ROWS)
    assert [row[2] for row in sheet.rows[1:]] == [mobile(n) for n in range(4)]


def test_a_cell_of_several_lines_stays_one_cell(tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    path.write_text('姓名,电话,住址\n陈银河,13800130000,"银河社区,3号\n2栋501"\n', encoding="utf-8")
    assert read_workbook(path)[0].rows[1][2] == "银河社区,3号\n2栋501"


def test_errors_that_cells_of_an_xlsx_show_are_read(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "名单.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ROWS[0])
    sheet.write_formula(1, 0, "=VLOOKUP(1,B:C,2)", None, "#N/A")
    sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")
    sheet.write(1, 2, mobile(1))
    book.close()
    assert read_workbook(tmp_path / "名单.xlsx")[0].rows[1] == ["#N/A", "#DIV/0!", mobile(1)]


def test_errors_that_cells_of_an_old_xls_show_are_read(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("名单")
    for column, word in enumerate(ROWS[0]):
        sheet.write(0, column, word)
    sheet.row(1).set_cell_error(0, "#REF!")
    sheet.write(1, 2, mobile(1))
    book.save(str(tmp_path / "名单.xls"))
    assert read_workbook(tmp_path / "名单.xls")[0].rows[1] == ["#REF!", None, mobile(1)]


def test_a_first_line_may_name_the_separator(tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    path.write_text("sep=;\r\n" + "\r\n".join(map(";".join, ROWS)), encoding="utf-8")
    assert read_workbook(path)[0].rows == [[None] * 3, *map(list, ROWS)]


@pytest.mark.parametrize("first", ["sep=", "sep=x", "sep=,一"])
def test_a_first_line_that_names_none_is_kept(tmp_path: Path, first: str) -> None:
    path = tmp_path / "名单.csv"
    path.write_text(f"{first}\n姓名,电话\n", encoding="utf-8")
    assert [cell for cell in read_workbook(path)[0].rows[0] if cell] == [
        cell for cell in first.split(",") if cell
    ]
