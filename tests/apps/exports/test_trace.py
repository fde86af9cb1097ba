"""Whose copy a leaked text is, whatever became of it on the way; and nobody's where it was never handed out."""

from __future__ import annotations

import math
import random
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from fournets.intake.extract import read_sheets
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.people.models import Person
from fournets.people.services import merge_people
from fournets.places.scope import scope
from fournets.reporting.exports.make import Made
from fournets.reporting.exports.trace import Tracing, trace
from tests.apps.exports.conftest import AT, TOWN, crowd, leaked, made, name, number, phone, rows_of, written
from tests.apps.people.rows import RING

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]
Rows = list[list[str]]
CHANCE = random.Random(11)


@pytest.fixture
def copies(clerk: Reader) -> list[Made]:
    """The same list for four people."""
    return [made(clerk, recipient=f"{who}某") for who in "甲乙丙丁"]


def traced(rows: Any, separator: str = ",") -> Tracing:
    with scope(TOWN):
        return trace([leaked(rows, separator)], ring=RING)


def named(tracing: Tracing) -> list[str]:
    return [one.recipient for one in tracing.named]


def some(rows: Rows, count: int = 10) -> Rows:
    return CHANCE.sample(rows, count)


def without_code(rows: Rows) -> Rows:
    return [row[1:] for row in rows]


def in_another_width(rows: Rows) -> Rows:
    wide = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
    return [[cell.translate(wide) for cell in row] for row in rows]


def with_columns_mixed(rows: Rows) -> Rows:
    order = CHANCE.sample(range(len(rows[0])), len(rows[0]))
    return [[row[place] for place in order] for row in rows]


def with_blanks(rows: Rows) -> Rows:
    return [[" " + cell[:3] + "　" + cell[3:] if len(cell) > 4 else cell for cell in row] for row in rows]


def name_and_phone(rows: Rows) -> Rows:
    return [[row[0], row[3]] for row in rows]


def name_and_address(rows: Rows) -> Rows:
    return [[row[4], row[0]] for row in rows]


CHANGES: dict[str, Callable[[Rows], Rows]] = {
    "as it is": list,
    "typed full width": in_another_width,
    "columns in another order": with_columns_mixed,
    "blanks put in": with_blanks,
    "name and phone alone": name_and_phone,
    "address before name": name_and_address,
    "labelled": lambda rows: [["姓名:" + row[0], "电话:" + row[3], *row[4:]] for row in rows],
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_right_recipient_is_named_from_a_third_of_the_rows(
    copies: list[Made], change: Callable[[Rows], Rows]
) -> None:
    for place, one in enumerate(copies):
        rows = change(some(without_code(rows_of(one)), 20 if "alone" in str(change) else 15))
        assert named(traced(rows)) == ["甲乙丙丁"[place] + "某"]


@pytest.mark.parametrize("change", [in_another_width, with_blanks, with_columns_mixed])
def test_typing_a_list_again_loses_no_mark(copies: list[Made], change: Callable[[Rows], Rows]) -> None:
    rows = without_code(rows_of(copies[0]))
    once, again = traced(rows), traced(change(rows))
    assert (again.people, again.marks) == (once.people, once.marks)
    assert again.named[0].power == pytest.approx(once.named[0].power)


@pytest.mark.parametrize("separator", ["\t", ";", "|", " "])
def test_pasted_text_is_read_whatever_stands_between_its_cells(copies: list[Made], separator: str) -> None:
    assert named(traced(some(without_code(rows_of(copies[1]))), separator)) == ["乙某"]


def test_one_row_is_enough_while_its_code_is_there(copies: list[Made]) -> None:
    for row in some(rows_of(copies[2]), 5):
        assert named(traced([row])) == ["丙某"]
        assert named(traced([[row[0], "某路某号"]])) == ["丙某"]


def test_a_code_alone_might_be_any_row_of_the_export_and_weighs_less(copies: list[Made]) -> None:
    row = rows_of(copies[2])[0]
    alone, beside = traced([[row[0], "某路某号"]]), traced([[row[0], row[1]]])
    assert (alone.people, beside.people) == (1, 1)
    assert beside.named[0].power - alone.named[0].power == pytest.approx(math.log10(30))


def test_few_rows_without_their_code_name_nobody_rather_than_somebody(copies: list[Made]) -> None:
    tracing = traced(some(without_code(rows_of(copies[2])), 1))
    assert tracing.named == []
    assert tracing.people == 1
    assert len(tracing.others) == 4


def test_a_column_rewritten_alike_costs_some_evidence_and_nothing_else(copies: list[Made]) -> None:
    rows = [[row[1], "男", row[3], "138****" + row[4][-2:], *row[5:]] for row in rows_of(copies[0])]
    assert named(traced(some(rows, 20))) == ["甲某"]


def test_two_who_mix_their_copies_cell_by_cell_are_both_named(clerk: Reader) -> None:
    """Of ninety people: of thirty, half of each copy's marks falls short about once in ten exports."""
    crowd(60, first=30)
    one, other = (sorted(without_code(rows_of(made(clerk, recipient=who)))) for who in ("甲某", "丁某"))
    pairs = zip(one, other, strict=True)
    mixed = [[CHANCE.choice(cells) for cells in zip(mine, yours, strict=True)] for mine, yours in pairs]
    assert sorted(named(traced(mixed))) == ["丁某", "甲某"]


def original_rows() -> Rows:
    """The same people as their sender's own workbook wrote them."""
    return [
        [
            name(place),
            number(place),
            phone(place),
            f"佛山市南海区丹灶镇银河社区西路{place // 8 + 1}号{101 + place % 8}",
        ]
        for place in range(30)
    ]


def test_a_list_that_was_never_exported_names_nobody(copies: list[Made]) -> None:
    for rows in (
        original_rows(),
        [[row[0], row[1][:3] + "****" + row[1][-2:], row[3]] for row in original_rows()],
    ):
        tracing = traced(rows)
        assert tracing.people == 30
        assert tracing.exports == 4
        assert tracing.named == []


def test_strangers_are_nobodys_list(copies: list[Made]) -> None:
    tracing = traced([["某张三", "13900000000", "某地某路1号"], ["某李四", "13900000001", "某地某路2号"]])
    assert (tracing.people, tracing.exports, tracing.named) == (0, 0, [])


def test_somebody_of_the_same_name_with_other_numbers_is_not_taken_for_him(copies: list[Made]) -> None:
    tracing = traced([[name(place), "139****99", "999****99"] for place in range(30)])
    assert tracing.people == 0


def test_the_serial_in_the_text_is_told_but_names_nobody_by_itself(copies: list[Made]) -> None:
    tracing = traced([*original_rows(), [f"导出编号 {copies[0].export.serial} · 转发"]])
    assert [one["recipient"] for one in tracing.stated] == ["甲某"]
    assert tracing.named == []


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_file_itself_is_traced_through_the_limited_reader(
    clerk: Reader, kind: str, tmp_path: Path
) -> None:
    one = made(clerk, kind, recipient="戊某")
    with scope(TOWN):
        tracing = trace(read_sheets(written(one, tmp_path)), ring=RING)
    assert named(tracing) == ["戊某"]
    assert [found["serial"] for found in tracing.stated] == [one.export.serial]


def test_days_that_excel_made_days_still_leave_the_rest(copies: list[Made], tmp_path: Path) -> None:
    path = tmp_path / "leak.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        for place, row in enumerate(some(without_code(rows_of(copies[1])), 12)):
            for column, cell in enumerate(row):
                page.write_string(place, column, unicodedata.normalize("NFKC", cell).replace(".", "/"))
    with scope(TOWN):
        assert named(trace(read_sheets(path), ring=RING)) == ["乙某"]


def test_a_hostile_file_ends_as_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "leak.xlsx"
    path.write_bytes(b"PK\x03\x04" + b"\x00" * 500)
    with pytest.raises(Refusal):
        read_sheets(path)


def test_somebody_whose_files_were_joined_since_is_still_found(copies: list[Made]) -> None:
    rows = [[row[0], row[4]] for row in without_code(rows_of(copies[0])) if row[0] in (name(0), name(1))]
    with scope(TOWN):
        kept, gone = Person.objects.get(name=name(2)), Person.objects.get(name=name(0))
        merge_people(kept.public_id, gone.public_id, reason="同一人", actor="test", at=AT)
        Person.objects.filter(pk=kept.pk).update(name=name(0))
        tracing = traced(rows)
    assert tracing.people == 2
    held = {one.recipient: one.people for one in (*tracing.named, *tracing.others)}
    assert held["甲某"] == 3
