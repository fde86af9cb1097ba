"""A form is remembered; its next version is compared with it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from fournets.language import Refusal
from fournets.reporting.forms.learn import Changes, columns_of, learn, remember
from fournets.reporting.models import FormTemplate
from tests.apps.forms import blanks

AT = datetime(2020, 2, 3, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_a_form_learned_twice_is_one_version(tmp_path: Path) -> None:
    form, _ = learn(blanks.returnees(tmp_path / "a.xlsx"))
    first, changes = remember(form, at=AT)
    again, _ = remember(form, at=AT)
    assert (first.pk, first.version, changes) == (again.pk, 1, None)


def test_a_new_version_names_what_was_added_gone_and_renamed(tmp_path: Path) -> None:
    path = blanks.returnees(tmp_path / "a.xlsx")
    remember(learn(path)[0], at=AT)
    book = load_workbook(path)
    sheet = book.active
    sheet["E4"], sheet["J4"], sheet["I4"] = "手机号码", "宠物", "体温"
    book.save(path)
    template, changes = remember(learn(path)[0], at=AT)
    assert changes is not None
    assert (template.version, changes.last_version) == (2, 1)
    assert (changes.added, changes.gone) == (["宠物"], ["手机彩铃"])
    assert changes.renamed == [("联系电话", "手机号码"), ("体温(℃)", "体温")]
    assert FormTemplate.objects.count() == 2


def test_the_columns_carry_the_cells_of_their_headers(tmp_path: Path) -> None:
    form, _ = learn(blanks.returnees(tmp_path / "a.xlsx"))
    cells = {column["header"]: column["cell"] for column in columns_of(form)}
    assert (cells["姓名"], cells["返乡信息 / 返回日期"], cells["手机彩铃"]) == ("B4", "G5", "J4")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"name,phone\n"])
def test_a_damaged_blank_is_refused_with_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    with pytest.raises(Refusal) as refusal:
        learn(path)
    assert "x.xlsx" in str(refusal.value)


def test_other_formats_missing_files_and_sheets_without_a_table_are_refused(tmp_path: Path) -> None:
    book = Workbook()
    book.active["A1"] = "通知"
    book.save(tmp_path / "letter.xlsx")
    (tmp_path / "old.xls").write_bytes(b"x")
    codes = []
    for name in ("letter.xlsx", "old.xls", "none.xlsx"):
        with pytest.raises(Refusal) as refusal:
            learn(tmp_path / name)
        codes.append(refusal.value.message.code)
    assert codes == ["form_without_table", "form_not_xlsx", "form_missing"]


def changed(tmp_path: Path, **cells: str) -> Changes | None:
    """What the second version of a form with other texts in some cells changes."""
    path = blanks.returnees(tmp_path / "a.xlsx")
    remember(learn(path)[0], at=AT)
    book = load_workbook(path)
    for cell, text in cells.items():
        book.active[cell] = text
    book.save(path)
    return remember(learn(path)[0], at=AT)[1]


def test_an_unknown_column_with_a_like_name_in_its_place_is_renamed(tmp_path: Path) -> None:
    changes = changed(tmp_path, J4="手机彩铃名")
    assert changes is not None
    assert (changes.added, changes.gone, changes.renamed) == ([], [], [("手机彩铃", "手机彩铃名")])


def test_of_a_header_that_stands_twice_one_may_be_gone(tmp_path: Path) -> None:
    path = blanks.returnees(tmp_path / "a.xlsx")
    book = load_workbook(path)
    book.active["K4"] = "联系电话"
    book.save(path)
    remember(learn(path)[0], at=AT)
    _, changes = remember(learn(blanks.returnees(path))[0], at=AT)
    assert changes is not None
    assert (changes.added, changes.gone, changes.renamed) == ([], ["联系电话"], [])
