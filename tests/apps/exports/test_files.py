"""What is in a file that is handed out: texts and nothing that runs, and whose copy it is, wherever one looks."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from fournets.language import Refusal
from fournets.organization.access import Reader, opened
from fournets.places.scope import scope
from fournets.reporting.exports.make import Made, make
from fournets.reporting.exports.sheet import Paper, print_footer, write_file
from fournets.reporting.models import ExportRow
from tests.apps.exports.conftest import (
    AT,
    COLUMNS,
    GALAXY,
    TOWN,
    asked,
    made,
    number,
    phone,
    rows_of,
    written,
)
from tests.apps.people.rows import RING, file, person_row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]
HOSTILE = ("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "＝HYPERLINK(1)")


def hostile_people() -> None:
    """People whose names and jobs a spreadsheet program would run."""
    with scope(TOWN):
        file(
            *(
                person_row(text, 900 + place, file_id=77, area_code=GALAXY, address=text + "西路1号")
                for place, text in enumerate(HOSTILE)
            )
        )


def cells_of(one: Made) -> list[list[object]]:
    page = load_workbook(io.BytesIO(one.content)).worksheets[0]
    return [list(row) for row in page.iter_rows(values_only=True)]


def test_a_workbook_holds_the_header_the_rows_and_the_line(clerk: Reader) -> None:
    one = made(clerk, "xlsx")
    rows = cells_of(one)
    assert rows[0][:4] == ["编号", "姓名", "性别", "身份证号码"]
    assert len(rows) == 1 + 30 + 2
    assert all(cell is None or isinstance(cell, str) for row in rows for cell in row)
    line = str(rows[-1][0])
    assert one.export.serial in line
    assert "壬某 疾控中心" in line
    assert "clerk先生 (clerk)" in line
    assert "2020-02-10" in line


def test_a_workbook_says_whose_it_is_in_its_properties_and_its_print_footer(clerk: Reader) -> None:
    one = made(clerk, "xlsx", recipient="壬某 & 癸某")
    book = load_workbook(io.BytesIO(one.content))
    assert book.properties.title == one.export.serial
    assert "壬某 & 癸某" in str(book.properties.description)
    assert {prop.name: prop.value for prop in book.custom_doc_props.props} == {
        "serial": one.export.serial,
        "recipient": "壬某 & 癸某",
        "asker": "clerk先生 (clerk)",
    }
    with zipfile.ZipFile(io.BytesIO(one.content)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    footer = re.search(r"<oddFooter>(.*?)</oddFooter>", sheet)
    assert footer is not None
    assert one.export.serial in footer[1]
    assert "壬某 &amp;&amp; 癸某" in footer[1]


def test_a_long_recipient_leaves_the_print_footer_whole() -> None:
    assert len(print_footer("&" * 300)) <= 240
    assert print_footer("&" * 300).count("&") % 2 == 0


def test_a_csv_begins_with_a_mark_and_ends_with_the_line(clerk: Reader) -> None:
    one = made(clerk)
    assert one.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(one.content.decode("utf-8-sig"))))
    assert len(rows) == 1 + 30 + 1
    assert one.export.serial in rows[-1][0]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_no_cell_can_run(clerk: Reader, kind: str) -> None:
    hostile_people()
    one = made(clerk, kind, columns=("name", "address"), recipient="=1+1", purpose="=1+1")
    rows = cells_of(one) if kind == "xlsx" else rows_of(one)
    texts = [str(cell) for row in rows for cell in row if cell]
    assert sum("SUM" in text for text in texts) == 2
    assert not [text for text in texts if text.lstrip(" ").startswith(tuple("=+-@\t\r\n＝＋－＠"))]
    if kind == "xlsx":
        with zipfile.ZipFile(io.BytesIO(one.content)) as package:
            parts = "".join(package.read(name).decode() for name in package.namelist())
        assert "<f>" not in parts
        assert "externalLink" not in parts


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_controls_no_workbook_may_hold_are_left_out(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"list.{kind}"
    paper = Paper("200210-AAAAA", "壬\x00某", "clerk", AT, "zh")
    write_file(path, kind, [("", "编号"), ("name", "姓名")], [["A", "\x00=1+1\x1f"], ["B", "\r=1"]], paper)
    text = path.read_text(encoding="utf-8-sig") if kind == "csv" else str(cells(path))
    assert "\x00" not in text
    assert "'=1+1" in text
    assert "'=1" in text.replace("'=1+1", "")
    assert "\n=" not in text


def cells(path: Path) -> list[tuple[object, ...]]:
    return list(load_workbook(path).worksheets[0].iter_rows(values_only=True))


def test_numbers_are_masked_and_stay_texts(clerk: Reader) -> None:
    row = next(row for row in rows_of(made(clerk)) if row[1] == "甲安安")
    assert re.fullmatch(r"440\d{3}\*{4,8}\w{4}", row[3])
    assert re.fullmatch(r"138\*{3,8}\d{4}", row[4])
    whole = made(clerk, "xlsx", unmasked=True)
    page = load_workbook(io.BytesIO(whole.content)).worksheets[0]
    cell = next(row for row in page.iter_rows() if row[1].value == "甲安安")[3]
    assert cell.value == number(0)
    assert cell.data_type == "s"
    assert cell.number_format == "@"
    assert phone(0) in {str(row[4].value) for row in page.iter_rows()}


def test_no_row_of_another_community_comes_along(clerk: Reader) -> None:
    one = made(clerk)
    assert {row[5].partition("丹灶镇")[2][:4] for row in rows_of(one)} == {"银河社区"}


def test_the_record_holds_the_file_and_its_people(clerk: Reader) -> None:
    one = made(clerk)
    assert one.export.sha256 == hashlib.sha256(one.content).hexdigest()
    codes = {row[0] for row in rows_of(one)}
    assert len(codes) == 30
    assert ExportRow.objects.filter(export=one.export).values("code").distinct().count() == 30


def test_the_name_of_the_file_is_its_serial(clerk: Reader) -> None:
    one = made(clerk)
    assert one.name == f"{one.export.serial}.csv"


def test_another_copy_of_the_list_shares_no_row_code(clerk: Reader) -> None:
    one, other = made(clerk), made(clerk)
    assert not {row[0] for row in rows_of(one)} & {row[0] for row in rows_of(other)}
    assert sorted(row[1] for row in rows_of(one)) == sorted(row[1] for row in rows_of(other))


def test_only_workbooks_and_csv_are_made(clerk: Reader) -> None:
    export = asked(clerk)
    with opened(clerk), pytest.raises(Refusal) as caught:
        make(export.serial, "../pdf", reader=clerk, ring=RING, at=AT)
    assert caught.value.message.code == "export_format"


def test_a_list_in_english_has_english_headers(clerk: Reader, tmp_path: Path) -> None:
    export = asked(clerk, columns=COLUMNS)
    with opened(clerk):
        one = make(export.serial, "csv", reader=clerk, ring=RING, at=AT, lang="en")
    first = written(one, tmp_path).read_text(encoding="utf-8-sig").splitlines()[0]
    assert first.startswith("Row,name,sex,ID number,phone,address")
