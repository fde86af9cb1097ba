"""Layouts nobody knows are asked about once; the answer is remembered for that layout and that sender."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fournets.crypto import KeyRing
from fournets.intake.extract import ExtractedSheet
from fournets.intake.models import KnownLayout, SourceFile, SourceRow, SourceSheet
from fournets.intake.services import TakeIn, take_in
from fournets.people.models import Person
from fournets.workbooks.mapping import Answer
from tests.apps.intake.conftest import HEADER, HOUSEHOLD, MEI, Workbook

pytestmark = pytest.mark.usefixtures("town")
STRANGE = [["代称", "标记", "备用"], ["区美兰", "x7", "q"], ["陈志强", "x8", "q"]]
PUSHED = Answer("asked", "pushed_list", columns={0: "name", 1: None})


class Clerk:
    """Whoever sits at the terminal: gives the same answer always, and remembers what was shown."""

    def __init__(self, answer: Answer | None) -> None:
        self.answer = answer
        self.shown: list[tuple[str, ExtractedSheet]] = []

    def __call__(self, file: str, sheet: ExtractedSheet) -> Answer | None:
        self.shown.append((file, sheet))
        return self.answer


def test_an_answer_takes_the_rows_in_the_same_run(workbook: Workbook, how: TakeIn, ring: KeyRing) -> None:
    clerk = Clerk(PUSHED)
    report = take_in([workbook("怪表.xlsx", STRANGE)], replace(how, ask=clerk), ring=ring)
    assert report.files[0].sheets[0].kind == "pushed_list"
    assert report.totals()["created"] == 2
    known = KnownLayout.objects.get()
    assert (known.sender, known.kind, known.columns) == (
        how.area_code,
        "pushed_list",
        {"0": "name", "1": None},
    )


def test_one_layout_is_asked_about_once_and_never_again(
    workbook: Workbook, how: TakeIn, ring: KeyRing
) -> None:
    clerk = Clerk(PUSHED)
    other = [*STRANGE[:2], ["仇万里", "x1", "q"]]
    files = [workbook("一.xlsx", STRANGE), workbook("二.xlsx", other)]
    report = take_in(files, replace(how, ask=clerk), ring=ring)
    assert [one.sheets[0].kind for one in report.files] == ["pushed_list"] * 2
    take_in([workbook("三.xlsx", [*other[:2], ["冼小梅", "x2", "q"]])], replace(how, ask=clerk), ring=ring)
    assert [file for file, _ in clerk.shown] == ["一.xlsx"]


def test_another_senders_answer_is_not_taken(workbook: Workbook, how: TakeIn, ring: KeyRing) -> None:
    take_in([workbook("一.xlsx", STRANGE)], replace(how, ask=Clerk(PUSHED)), ring=ring)
    elsewhere = replace(how, area_code="440605123018")
    report = take_in([workbook("二.xlsx", [*STRANGE[:2], ["仇万里", "x1", "q"]])], elsewhere, ring=ring)
    assert report.files[0].sheets[0].kind == "unknown"


def test_without_an_answer_the_rows_wait_and_are_asked_about_again(
    workbook: Workbook, how: TakeIn, ring: KeyRing
) -> None:
    clerk, path = Clerk(None), workbook("怪表.xlsx", STRANGE)
    for _ in range(2):
        assert take_in([path], replace(how, ask=clerk), ring=ring).totals()["review"] == 3
    assert len(clerk.shown) == 2
    assert not KnownLayout.objects.exists()
    assert SourceFile.objects.count() == 1


def test_the_same_file_answered_later_is_taken_without_a_second_entry(
    workbook: Workbook, how: TakeIn, ring: KeyRing
) -> None:
    path = workbook("怪表.xlsx", [HEADER, *HOUSEHOLD[1:]], STRANGE)
    first = take_in([path], how, ring=ring).totals()
    assert (first["created"], first["review"]) == (2, 3)
    chen = Person.objects.get(name="陈志强").public_id
    report = take_in([path], replace(how, ask=Clerk(PUSHED)), ring=ring)
    second = report.totals()
    assert (second["unchanged"], second["review"], second["rows"]) == (2, 0, 6)
    assert second["created"] + second["matched"] == 2
    assert [sheet.kind for sheet in report.files[0].sheets] == ["household_register", "pushed_list"]
    assert Person.objects.filter(public_id=chen).exists()
    assert (SourceFile.objects.count(), SourceSheet.objects.count()) == (1, 2)
    assert not SourceRow.objects.filter(reason="unknown_kind").exists()
    again = take_in([path], replace(how, ask=Clerk(PUSHED)), ring=ring)
    assert again.files[0].known
    assert again.totals()["created"] == 0


def test_a_map_given_later_takes_the_waiting_rows_of_the_same_file(
    workbook: Workbook, how: TakeIn, ring: KeyRing
) -> None:
    path = workbook("怪表.xlsx", STRANGE)
    take_in([path], how, ring=ring)
    mapping = {"*": {"kind": "pushed_list", "columns": {"A": "name"}}}
    assert take_in([path], replace(how, mapping=mapping), ring=ring).totals()["created"] == 2


def test_the_column_in_doubt_of_a_known_list_is_asked_about(
    workbook: Workbook, how: TakeIn, ring: KeyRing
) -> None:
    rows = [["姓名", "身份证号", "返镇日期", "到达日期"], ["区美兰", MEI, "2020-02-01", "2020-02-02"]]
    clerk = Clerk(Answer("asked", columns={3: "returned_on"}))
    take_in([workbook("两个日期.xlsx", rows)], replace(how, ask=clerk), ring=ring)
    assert [one["code"] for one in clerk.shown[0][1].layout["questions"]] == ["question_twice"]
    assert Person.objects.get().values["returned_on"] == "2020-02-02"


def test_what_is_shown_is_masked_and_what_is_kept_holds_no_values(
    workbook: Workbook, how: TakeIn, ring: KeyRing
) -> None:
    rows = [["代称", "标记", "备用"], ["x7", "找13800138001", f"证{MEI}"], ["x8", "座机075785412345", "q"]]
    clerk = Clerk(None)
    take_in([workbook("怪表.xlsx", rows)], replace(how, ask=clerk), ring=ring)
    shown = clerk.shown[0][1].examples
    assert shown["B"] == ["找138****8001", "座机075*********"]
    assert shown["C"] == [f"证{MEI[:6]}********{MEI[-4:]}", "q"]
    kept = str(SourceSheet.objects.values_list("layout", "notices", "counts"))
    assert "8001" not in kept
    assert "x7" not in kept


def test_a_page_of_text_is_not_asked_about(workbook: Workbook, how: TakeIn, ring: KeyRing) -> None:
    clerk = Clerk(None)
    take_in([workbook("说明.xlsx", [["请各社区于16时前报送"], ["谢谢"]])], replace(how, ask=clerk), ring=ring)
    assert clerk.shown == []
