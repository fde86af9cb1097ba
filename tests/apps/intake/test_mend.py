"""Rows that cannot be taken go back to their sender, and come in again mended."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from fournets.crypto import KeyRing
from fournets.intake.models import SourceFile
from fournets.intake.services import TakeIn, take_in, write_rows_to_mend
from fournets.language import Refusal
from fournets.people.models import Person
from tests.apps.intake.conftest import HEADER, MEI, Workbook

pytestmark = pytest.mark.usefixtures("town")


@pytest.fixture
def returned(workbook: Workbook, how: TakeIn, ring: KeyRing, tmp_path: Path) -> Path:
    rows = [
        HEADER,
        [1, "区美兰", MEI, "13800138001", "银河社区西路3号2栋501", "户主"],
        [2, "", "", "", "银河社区西路3号2栋502", "户主"],
    ]
    report = take_in([workbook("户册.xlsx", [["银河社区居民户册登记表"], *rows])], how, ring=ring)
    assert report.totals()["rejected"] == 1
    out = tmp_path / "退回.xlsx"
    assert write_rows_to_mend(SourceFile.objects.get().id, out, ring=ring) == 1
    return out


def test_only_the_rows_to_mend_go_back_below_the_senders_own_header(returned: Path) -> None:
    page = openpyxl.load_workbook(returned).active
    assert page["A1"].value == "银河社区居民户册登记表"
    assert [cell.value for cell in page[2]] == HEADER
    assert page.max_row == 3
    assert "Please" in page["A3"].comment.text or "name" in page["A3"].comment.text
    assert "姓名" in page["A3"].comment.text


def test_mended_and_sent_again_only_those_rows_are_taken(returned: Path, how: TakeIn, ring: KeyRing) -> None:
    book = openpyxl.load_workbook(returned)
    book.active["B3"], book.active["D3"] = "查文华", "13700137007"
    book.save(returned)
    totals = take_in([returned], how, ring=ring).totals()
    assert (totals["created"], totals["matched"], totals["updated"]) == (1, 0, 0)
    assert set(Person.objects.values_list("name", flat=True)) == {"区美兰", "查文华"}


def test_an_unknown_file_is_refused(tmp_path: Path, ring: KeyRing) -> None:
    with pytest.raises(Refusal):
        write_rows_to_mend(4711, tmp_path / "x.xlsx", ring=ring)
