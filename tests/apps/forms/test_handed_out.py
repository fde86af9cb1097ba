"""A department's form with people in it is an export too: it bears a serial where nobody sees it, and its rows are on record."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from fournets.audit.models import AuditLine
from fournets.crypto import KeyRing
from fournets.intake.extract import read_sheets
from fournets.language import Refusal
from fournets.people.models import Person
from fournets.places.scope import scope
from fournets.reporting.exports.fragment import SERIAL
from fournets.reporting.exports.trace import trace
from fournets.reporting.forms.fill import Order, fill
from fournets.reporting.models import Export, ExportRow
from fournets.workbooks.properties import properties_sheet
from tests.apps.forms import blanks
from tests.apps.forms.conftest import GALAXY, TOWN

ON, AT = date(2020, 2, 3), datetime(2020, 2, 3, 9, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]


def filled(blank: Path, out: Path, ring: KeyRing, area: str = TOWN) -> Any:
    report, _ = fill(blank, Order(area, ON), out, ring=ring, actor="职员", at=AT)
    return report


def names_of(export: Export) -> set[str]:
    people = ExportRow.objects.filter(export=export).values_list("person_id", flat=True)
    return set(Person.objects.filter(pk__in=list(people)).values_list("name", flat=True))


def test_whose_rows_a_form_holds_is_on_record(tmp_path: Path, ring: KeyRing) -> None:
    out = tmp_path / "out.xlsx"
    report = filled(blanks.returnees(tmp_path / "b.xlsx"), out, ring)
    export = Export.objects.get()
    assert (export.kind, export.state, export.count, export.asker) == ("form", "made", 2, "cli:职员")
    assert export.sha256 == hashlib.sha256(out.read_bytes()).hexdigest()
    assert names_of(export) == {"甲某", "乙某"}
    assert report.as_json()["export"] == export.serial
    assert AuditLine.objects.get().details["export"] == export.serial
    assert "people" not in report.as_json()


def test_the_serial_stands_in_the_properties_and_below_each_page(tmp_path: Path, ring: KeyRing) -> None:
    out = tmp_path / "out.xlsx"
    report = filled(blanks.returnees(tmp_path / "b.xlsx"), out, ring)
    book = load_workbook(out)
    assert book.properties.identifier == report.export
    assert book.custom_doc_props["serial"].value == report.export
    assert book.worksheets[0].oddFooter.right.text == report.export
    assert SERIAL.fullmatch(report.export)
    cells = [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
    assert report.export not in cells


def test_what_the_form_itself_prints_below_its_pages_stays(tmp_path: Path, ring: KeyRing) -> None:
    blank, out = blanks.returnees(tmp_path / "b.xlsx"), tmp_path / "out.xlsx"
    book = load_workbook(blank)
    book.worksheets[0].oddFooter.right.text = "第 &P 页"
    book.worksheets[0].oddFooter.center.text = "防控办"
    book.save(blank)
    report = filled(blank, out, ring)
    footer = load_workbook(out).worksheets[0].oddFooter
    assert (footer.right.text, footer.center.text, footer.left.text) == ("第 &P 页", "防控办", report.export)


def test_a_form_filled_again_bears_its_new_serial_alone(tmp_path: Path, ring: KeyRing) -> None:
    first, second = tmp_path / "first.xlsx", tmp_path / "second.xlsx"
    old = filled(blanks.returnees(tmp_path / "b.xlsx"), first, ring).export
    new = filled(first, second, ring).export
    texts = str(properties_sheet(second).rows)
    assert new in texts
    assert old not in texts
    assert Export.objects.count() == 2


def test_a_form_that_leaked_as_it_is_leads_to_its_export(tmp_path: Path, ring: KeyRing) -> None:
    out = tmp_path / "out.xlsx"
    serial = filled(blanks.returnees(tmp_path / "b.xlsx"), out, ring).export
    with scope(TOWN):
        tracing = trace(read_sheets(out, properties=True), ring=ring)
        bare = trace(read_sheets(out), ring=ring)
    assert [one["serial"] for one in tracing.stated] == [serial]
    assert tracing.named == []  # a form keeps its look and bears no marks: a serial alone proves nothing
    assert bare.stated == []


def test_a_grid_of_sums_and_a_list_of_firms_hand_out_nobody(tmp_path: Path, ring: KeyRing) -> None:
    for make in (blanks.summary, blanks.enterprises):
        report = filled(make(tmp_path / f"{make.__name__}.xlsx"), tmp_path / "out.xlsx", ring)
        assert report.export == ""
        assert report.as_json()["export"] is None
    assert not Export.objects.exists()
    assert load_workbook(tmp_path / "out.xlsx").properties.identifier is None


def test_a_list_of_households_hands_out_their_heads(tmp_path: Path, ring: KeyRing) -> None:
    filled(blanks.per_household(tmp_path / "b.xlsx"), tmp_path / "out.xlsx", ring, area=GALAXY)
    assert "甲某" in names_of(Export.objects.get())


def test_a_file_that_is_no_package_has_no_properties(tmp_path: Path) -> None:
    text = tmp_path / "leak.csv"
    text.write_text("姓名,电话\n某某,139\n")
    assert properties_sheet(text).rows == []
    broken = tmp_path / "leak.xlsx"
    broken.write_bytes(b"PK\x03\x04broken")
    assert properties_sheet(broken).rows == []
    with pytest.raises(Refusal):
        read_sheets(broken, properties=True)


def test_the_properties_of_a_book_are_read_in_the_child(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    book = Workbook()
    book.active["A1"] = "x"
    book.properties.title = "编号 200210-7KQ3M"
    book.save(path)
    assert [sheet.name for sheet in read_sheets(path)] == ["Sheet"]
    assert "编号 200210-7KQ3M" in str(read_sheets(path, properties=True)[-1].rows)
