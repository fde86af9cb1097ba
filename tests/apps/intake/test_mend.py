"""Rows that cannot be taken go back to their sender, and come in again mended."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from fournets.crypto import KeyRing
from fournets.intake.models import SourceFile, SourceRow
from fournets.intake.selectors import waiting_rows
from fournets.intake.services import TakeIn, take_in, undo_file, write_rows_to_mend
from fournets.language import Refusal
from fournets.people.models import Person, ReviewItem
from fournets.people.selectors import review_queue
from fournets.people.services import decide_review
from tests.apps.intake.conftest import AT, HEADER, MEI, QIANG, Workbook

pytestmark = pytest.mark.usefixtures("town")


@pytest.fixture
def returned(workbook: Workbook, how: TakeIn, ring: KeyRing, tmp_path: Path) -> Path:
    rows = [
        HEADER,
        [1, "区美兰", MEI, "13800138001", "银河社区西路3号2栋501", "户主"],
        [2, "", "", "", "同上", "户主"],
    ]
    report = take_in([workbook("户册.xlsx", [["银河社区居民户册登记表"], *rows])], how, ring=ring)
    assert report.totals()["rejected"] == 1
    out = tmp_path / "退回.xlsx"
    assert write_rows_to_mend(SourceFile.objects.get().id, out, ring=ring) == 1
    return out


def mended(path: Path) -> Path:
    book = openpyxl.load_workbook(path)
    book.active["B3"], book.active["D3"] = "查文华", "13700137007"
    book.save(path)
    return path


@pytest.fixture
def doubtful(workbook: Workbook, how: TakeIn, ring: KeyRing) -> SourceFile:
    """A list with a number that stands for somebody of another name: one row in review."""
    rows = [HEADER, [1, "区美兰", MEI, "13800138001", "银河社区西路3号2栋501", "户主"]]
    take_in([workbook("户册.xlsx", rows)], how, ring=ring)
    doubt = [["姓名", "身份证号", "电话"], ["陈志强", MEI, "13800138002"]]
    report = take_in([workbook("下发名单.xlsx", doubt)], how, ring=ring)
    assert report.totals()["review"] == 1
    return SourceFile.objects.get(name="下发名单.xlsx")


def test_only_the_rows_to_mend_go_back_below_the_senders_own_header(returned: Path) -> None:
    page = openpyxl.load_workbook(returned).active
    assert page["A1"].value == "银河社区居民户册登记表"
    assert [cell.value for cell in page[2]] == [*HEADER, "退回编号"]
    assert page.max_row == 3
    assert "name" in page["A3"].comment.text
    assert "姓名" in page["A3"].comment.text


def test_a_ditto_is_written_out_for_the_rows_above_do_not_go_back(returned: Path) -> None:
    assert openpyxl.load_workbook(returned).active["E3"].value == "银河社区西路3号2栋501"


def test_mended_and_sent_again_only_those_rows_are_taken(returned: Path, how: TakeIn, ring: KeyRing) -> None:
    totals = take_in([mended(returned)], how, ring=ring).totals()
    assert (totals["created"], totals["matched"], totals["updated"]) == (1, 0, 0)
    assert set(Person.objects.values_list("name", flat=True)) == {"区美兰", "查文华"}


def test_a_mended_row_is_no_longer_waited_for_until_its_file_is_taken_back(
    returned: Path, how: TakeIn, ring: KeyRing, tmp_path: Path
) -> None:
    first = SourceFile.objects.get()
    assert waiting_rows([first])[first.id] == 1
    report = take_in([mended(returned)], how, ring=ring)
    assert report.files[0].mended == 1
    assert waiting_rows([first])[first.id] == 0
    assert write_rows_to_mend(first.id, tmp_path / "再退.xlsx", ring=ring) == 0
    undo_file(report.files[0].id or 0, actor="梁书记员", at=AT)
    assert waiting_rows([first])[first.id] == 1


def test_a_row_sent_back_unmended_waits_in_its_new_file_only(
    returned: Path, how: TakeIn, ring: KeyRing
) -> None:
    report = take_in([returned], how, ring=ring)
    assert report.totals()["rejected"] == 1
    files = list(SourceFile.objects.order_by("id"))
    waiting = waiting_rows(files)
    assert [waiting[file.id] for file in files] == [0, 1]


def test_a_doubt_is_settled_when_its_row_returns_mended(
    doubtful: SourceFile, how: TakeIn, ring: KeyRing, tmp_path: Path
) -> None:
    out = tmp_path / "退回.xlsx"
    write_rows_to_mend(doubtful.id, out, ring=ring)
    book = openpyxl.load_workbook(out)
    book.active["B2"] = QIANG
    book.save(out)
    report = take_in([out], how, ring=ring)
    assert report.totals()["created"] == 1
    assert review_queue(ring=ring) == []
    with pytest.raises(Refusal):
        decide_review(ReviewItem.objects.get().pk, "new", actor="梁书记员", at=AT, ring=ring)
    undo_file(report.files[0].id or 0, actor="梁书记员", at=AT)
    assert len(review_queue(ring=ring)) == 1


def test_a_decided_doubt_does_not_go_back_to_its_sender(
    doubtful: SourceFile, ring: KeyRing, tmp_path: Path
) -> None:
    decide_review(ReviewItem.objects.get().pk, "new", actor="梁书记员", at=AT, ring=ring)
    assert waiting_rows([doubtful])[doubtful.id] == 0
    assert write_rows_to_mend(doubtful.id, tmp_path / "退回.xlsx", ring=ring) == 0


def test_nobody_answers_the_rows_of_another_sender(
    returned: Path, workbook: Workbook, how: TakeIn, ring: KeyRing
) -> None:
    mark = openpyxl.load_workbook(returned).active["G3"].value
    other = TakeIn(on=how.on, at=how.at, actor="外村书记", area_code="440605123212")
    rows = [[*HEADER, "退回编号"], [1, "查文华", "", "13700137007", "", "", mark]]
    report = take_in([workbook("朗心.xlsx", rows)], other, ring=ring)
    assert report.files[0].mended == 0
    assert SourceRow.objects.filter(mended_by=None, outcome="rejected").count() == 1


def test_a_list_without_a_header_goes_back_with_one(
    workbook: Workbook, how: TakeIn, ring: KeyRing, tmp_path: Path
) -> None:
    rows = [["区美兰", MEI, "13800138001"], ["陈志强", QIANG, "13800138002"], ["查文华", MEI, "13700137007"]]
    take_in([workbook("下发名单.xlsx", rows)], how, ring=ring)
    out = tmp_path / "退回.xlsx"
    assert write_rows_to_mend(SourceFile.objects.get().id, out, ring=ring) >= 1
    page = openpyxl.load_workbook(out).active
    assert [cell.value for cell in page[1]] == ["姓名", "身份证号码", "联系电话", "退回编号"]


def test_an_unknown_file_is_refused(tmp_path: Path, ring: KeyRing) -> None:
    with pytest.raises(Refusal):
        write_rows_to_mend(4711, tmp_path / "x.xlsx", ring=ring)
