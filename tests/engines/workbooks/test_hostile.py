"""Files made to hurt, and files broken on their way: each ends in a sentence, never in a crash."""

from __future__ import annotations

import time
import zipfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fournets.language import Refusal, catalogue
from fournets.workbooks.read import LIMITS, expand, read_workbook
from tests.engines.workbooks.files import person_rows, rewritten, xls, xlsx
from tests.engines.workbooks.xlsb import xlsb

SHEET = "xl/worksheets/sheet1.xml"
ODS = b"application/vnd.oasis.opendocument.spreadsheet"


def refusal(path: Path, **options: object) -> str:
    """The code of the sentence `path` is refused with; both its languages can be said."""
    with pytest.raises(Refusal) as refused:
        read_workbook(path, **options)  # type: ignore[arg-type]
    assert refused.value.message.text("zh") != refused.value.message.text("en")
    return refused.value.message.code


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A good workbook to be spoilt."""
    return xlsx(tmp_path / "plain.xlsx", {"名单": [("姓名", "身份证", "电话"), *person_rows(30)]})


@pytest.mark.parametrize("cell", ["XFD1048576", "A1048577", "XFD1", "ZZ900000"])
def test_a_value_far_from_the_table_is_refused_before_the_reader_sees_it(tmp_path: Path, cell: str) -> None:
    sheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1"><v>1</v></c><c r="{cell}"><v>1</v></c></row></sheetData></worksheet>'
    good = xlsx(tmp_path / "good.xlsx", {"a": [("a",)]})
    assert refusal(rewritten(tmp_path / "far.xlsx", good, {SHEET: sheet.encode()})) == "file_far_cell"


def part(*rows: str) -> bytes:
    """The part of a sheet with these rows."""
    return (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f"{''.join(rows)}</sheetData></worksheet>"
    ).encode()


@pytest.mark.parametrize(
    "far",
    [
        '<c r="XFD1"><v>1</v></c><c r="A1"><v>1</v></c>',
        '<c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c><c r="B1"><v>1</v></c>',
        "<c r='XFD1'><v>1</v></c>",
        '<c s="1" r = "XFD1" ><v>1</v></c>',
        '<c\nr="XFD1"><v>1</v></c>',
        '<c r="$XFD$1"><v>1</v></c>',
        '<c r="B1048577"><v>1</v></c>',
        '<c r="CZ999999"><v>1</v></c>',
        '<c r="BBBB1"><v>1</v></c><c r="DAAA1"><v>1</v></c><c r="AAAA100000"><v>1</v></c><c r="ZZZ1"><v>1</v></c>',
    ],
)
@pytest.mark.parametrize("before", [0, 60_000])
def test_a_far_value_is_found_wherever_and_however_it_is_written(
    tmp_path: Path, plain: Path, far: str, before: int
) -> None:
    near = [f'<row r="{row}"><c r="A{row}"><v>1</v></c><c r="B{row}"/></row>' for row in range(2, before + 2)]
    spoilt = {SHEET: part(*near, f'<row r="1">{far}</row>', *near[:3])}
    assert refusal(rewritten(tmp_path / "far.xlsx", plain, spoilt)) in {"file_far_cell", "file_damaged"}


def test_a_table_may_be_wide_or_long(tmp_path: Path, plain: Path) -> None:
    cells = '<row r="1"><c r="A1"><v>1</v></c><c r="ALL1"><v>2</v></c></row><row r="9"><c r="CZ9"><v>3</v></c></row>'
    wide = read_workbook(rewritten(tmp_path / "wide.xlsx", plain, {SHEET: part(cells)}))[0]
    assert (wide.rows[0][999], wide.rows[8][103]) == (2.0, 3.0)
    long = part(
        '<row r="1"><c r="B1"><v>1</v></c></row>', '<row r="200000"><c r="A200000"><v>2</v></c></row>'
    )
    assert len(read_workbook(rewritten(tmp_path / "long.xlsx", plain, {SHEET: long}))[0].rows) == 200_000


def test_spaces_without_end_after_a_formula_take_no_time(tmp_path: Path, plain: Path) -> None:
    row = '<row r="1"><c r="A1"><f>1</f>' + " " * 2_000_000 + "<x/></c></row>"
    started = time.process_time()
    with suppress(Refusal):
        read_workbook(rewritten(tmp_path / "a.xlsx", plain, {SHEET: part(row)}))
    assert time.process_time() - started < 5


@pytest.mark.parametrize("numbered", [True, False])
def test_a_hidden_row_after_a_long_table_keeps_its_number(
    tmp_path: Path, plain: Path, numbered: bool
) -> None:
    rows = [
        f'<row{f" r={chr(34)}{row}{chr(34)}" * numbered}><c r="A{row}"><v>1</v></c><c r="B{row}"><v>7</v></c></row>'
        for row in range(1, 90_001)
    ]
    hidden = '<row hidden="1"><c r="A90001"><v>1</v></c></row>'
    sheet = read_workbook(rewritten(tmp_path / "a.xlsx", plain, {SHEET: part(*rows, hidden)}))[0]
    assert sheet.hidden_rows == {90_000}


def test_an_empty_but_coloured_far_cell_does_no_harm(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "姓名"
    book.active["XFD1048576"].font = openpyxl.styles.Font(bold=True)
    book.save(tmp_path / "a.xlsx")
    assert read_workbook(tmp_path / "a.xlsx")[0].rows == [["姓名"]]


def test_a_far_value_in_an_old_xls_is_refused(tmp_path: Path) -> None:
    path = xls(tmp_path / "far.xls", [("a",), *[()] * 65_534, [""] * 255 + ["x"]])
    assert refusal(path) == "file_far_cell"


@pytest.mark.parametrize("place", [(1_048_575, 20), (0, 16_383), (1_048_575, 16_383)])
def test_a_far_value_in_an_xlsb_is_refused(tmp_path: Path, place: tuple[int, int]) -> None:
    path = xlsb(tmp_path / "far.xlsb", {"a": [("姓名", "电话"), ("区美兰", "1")]}, places={(1, 1): place})
    assert refusal(path) == "file_far_cell"


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.95])
def test_an_xlsb_cut_off_within_a_sheet_never_crashes(tmp_path: Path, keep: float) -> None:
    good = xlsb(tmp_path / "good.xlsb", {"a": [("姓名", "电话"), *[("区美兰", "1")] * 50]})
    part = "xl/worksheets/sheet1.bin"
    with zipfile.ZipFile(good) as package:
        contents = package.read(part)
    cut = rewritten(tmp_path / "cut.xlsb", good, {part: contents[: int(len(contents) * keep)]})
    try:
        assert len(read_workbook(cut)[0].rows) <= 51
    except Refusal as refused:
        assert refused.message.code in catalogue()


def test_an_ods_that_repeats_its_cells_without_end_is_refused(tmp_path: Path) -> None:
    content = b'<?xml version="1.0"?><o xmlns:table="t" xmlns:text="x" xmlns:office="o"><table:table table:name="a"><table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="900" office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row></table:table></o>'
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as package:
        package.writestr("mimetype", ODS)
        package.writestr("content.xml", content)
    assert refusal(tmp_path / "a.ods") == "file_far_cell"


def test_a_bomb_is_refused_by_what_it_says_it_unpacks_to(tmp_path: Path, plain: Path) -> None:
    bomb = rewritten(tmp_path / "bomb.xlsx", plain, {"xl/media/a.bin": b"\0" * 60_000_000})
    assert refusal(bomb) == "file_is_bomb"


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path: Path, plain: Path) -> None:
    honest = rewritten(tmp_path / "honest.xlsx", plain, {"xl/media/a.bin": b"\0" * 5_000_000})
    size = (5_000_000).to_bytes(4, "little")
    (tmp_path / "lie.xlsx").write_bytes(honest.read_bytes().replace(size, (500).to_bytes(4, "little")))
    assert refusal(tmp_path / "lie.xlsx") == "file_damaged"


def test_too_many_parts_are_refused(plain: Path) -> None:
    assert refusal(plain, limits=replace(LIMITS, entries=3)) == "file_is_bomb"


def test_bombs_within_bombs_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "0.zip"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("a.csv", "x")
    for number in range(1, 5):
        with zipfile.ZipFile(tmp_path / f"{number}.zip", "w") as package:
            package.write(tmp_path / f"{number - 1}.zip", "in.zip")
    with pytest.raises(Refusal) as refused:
        expand(tmp_path / "4.zip", tmp_path / "into")
    assert refused.value.message.code == "file_is_bomb"


@pytest.mark.parametrize(
    "name", ["../out.csv", "a/../../out.csv", "/etc/out.csv", "C:\\out.csv", "..\\out.csv"]
)
def test_a_zip_that_leads_out_of_its_folder_is_refused(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "slip.zip", "w") as package:
        package.writestr(name, "姓名\n")
    with pytest.raises(Refusal) as refused:
        expand(tmp_path / "slip.zip", tmp_path / "into")
    assert refused.value.message.code == "file_leaves_folder"
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("name", "contents", "code"),
    [
        ("a.xlsx", b"", "file_empty"),
        ("a.xlsx", b"\x00\x01\x02garbage" * 50, "file_not_workbook"),
        ("a.xlsx", "姓名,电话\n".encode(), "file_not_workbook"),
        ("a.csv", b"a\x00b,c", "file_not_workbook"),
        ("a.xls", b"<html><table><tr><td>a</td></tr></table></html>", "file_is_web_page"),
        ("a.xlsx", b"%PDF-1.7 ...", "file_is_pdf"),
        ("a.xlsx", b"\x89PNG\r\n\x1a\n", "file_is_picture"),
        ("a.xlsx", b"Rar!\x1a\x07", "file_is_rar"),
        ("a.xls", bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "file_damaged"),
        ("a.csv", b"\n\n  \n", "file_without_cells"),
    ],
)
def test_what_is_no_workbook_is_refused_with_what_it_is(
    tmp_path: Path, name: str, contents: bytes, code: str
) -> None:
    (tmp_path / name).write_bytes(contents)
    assert refusal(tmp_path / name) == code


def test_a_workbook_cut_off_on_its_way_is_refused(tmp_path: Path, plain: Path) -> None:
    whole = plain.read_bytes()
    for share in (0.1, 0.5, 0.9, 0.99):
        (tmp_path / "cut.xlsx").write_bytes(whole[: int(len(whole) * share)])
        assert refusal(tmp_path / "cut.xlsx") == "file_damaged"


def test_a_part_that_calls_itself_something_else_is_refused(tmp_path: Path, plain: Path) -> None:
    contents = plain.read_bytes()
    (tmp_path / "a.xlsx").write_bytes(contents.replace(b"xl/workbook.xml", b"\0l/workbook.xml", 1))
    assert refusal(tmp_path / "a.xlsx") == "file_damaged"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.xlsx") == "file_missing"


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    contents=st.binary(max_size=600),
    start=st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xef\xbb\xbf"]),
    ending=st.sampled_from([".xlsx", ".xls", ".xlsb", ".ods", ".csv"]),
)
def test_no_bytes_at_all_end_in_anything_but_sheets_or_a_sentence(
    tmp_path: Path, contents: bytes, start: bytes, ending: str
) -> None:
    path = tmp_path / f"random{ending}"
    path.write_bytes(start + contents)
    try:
        assert read_workbook(path)
    except Refusal as refused:
        assert refused.message.code in catalogue()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), kind=st.sampled_from(["xlsx", "xls"]))
def test_a_good_file_with_a_few_bytes_changed_never_crashes(
    tmp_path: Path, plain: Path, data: st.DataObject, kind: str
) -> None:
    source = plain if kind == "xlsx" else xls(tmp_path / "plain.xls", person_rows(5))
    contents = bytearray(source.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        contents[data.draw(st.integers(0, len(contents) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / f"changed.{kind}"
    path.write_bytes(contents)
    try:
        read_workbook(path)
    except Refusal as refused:
        assert refused.message.code in catalogue()
