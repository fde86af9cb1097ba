"""What differs between two fillings of a form: which rows are the same row, what changed in them, what came and went."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fournets.reporting.forms.differences import CAME, CHANGED, GONE, Column, Row, Table, difference

PEOPLE = (
    Column("序号", "sequence", "number"),
    Column("姓名", "name", "name"),
    Column("身份证号码", "id_number", "id_number"),
    Column("联系电话", "phone", "phone"),
    Column("体温", "temperature", "temperature"),
)
GRID = (
    Column("社区", "area"),
    Column("返镇人数", "figure:returnees"),
    Column("其他"),
)


def changes(before: list[Row], after: list[Row], columns: tuple[Column, ...] = PEOPLE) -> list[object]:
    found = difference([Table("表", columns, before)], [Table("表", columns, after)])
    return [
        (
            row.kind,
            row.named[0][1],
            [(cell.column.header, cell.before, cell.after, cell.difference) for cell in row.cells],
        )
        for row in found.rows
    ]


def test_a_row_is_found_again_wherever_it_stands() -> None:
    before = [
        ("1", "甲某", "A1", "138", "36.5"),
        ("2", "乙某", "", "139", "36.6"),
        ("3", "丙某", "C3", "", ""),
    ]
    after = [
        ("1", "丁某", "D4", "", ""),
        ("2", "乙某", "", "139", "37.4"),
        ("3", "甲某某", "A1", "138", "36.5"),
    ]
    assert changes(before, after) == [
        (CHANGED, "乙某", [("体温", "36.6", "37.4", "+0.8")]),
        (CHANGED, "甲某某", [("姓名", "甲某", "甲某某", "")]),
        (CAME, "丁某", [("姓名", "", "丁某", ""), ("身份证号码", "", "D4", "")]),
        (GONE, "丙某", [("姓名", "丙某", "", ""), ("身份证号码", "C3", "", "")]),
    ]


def test_of_one_name_who_cannot_be_told_apart_is_not_guessed() -> None:
    before = [("1", "甲某", "", "138", ""), ("2", "甲某", "", "139", "")]
    after = [("1", "甲某", "", "137", ""), ("2", "甲某", "", "136", "")]
    assert [kind for kind, *_ in changes(before, after)] == [CAME, CAME, GONE, GONE]  # type: ignore[misc]


def test_figures_of_a_grid_differ_by_a_number_and_its_places_are_its_rows() -> None:
    found = changes([("银河", "12", "x"), ("金宁", "3", "")], [("金宁", "3", ""), ("银河", "9", "x")], GRID)
    assert found == [(CHANGED, "银河", [("返镇人数", "12", "9", "-3")])]


def test_a_renamed_column_is_compared_by_its_field_and_a_new_one_is_not_a_change_of_every_row() -> None:
    old = Table("2.3", PEOPLE[:3], [("1", "甲某", "A1")])
    now = (PEOPLE[0], Column("姓名(全名)", "name", "name"), PEOPLE[2], PEOPLE[4])
    found = difference([old], [Table("2.4", now, [("1", "甲某", "A1", "36.5")])])
    assert (found.rows, found.same) == ([], 1)


TEXT = st.sampled_from(["", "甲", "乙", "丙"])
ROWS = st.lists(st.tuples(st.just("1"), TEXT, TEXT, TEXT, TEXT), max_size=6)


def said(rows: list[Row]) -> int:
    """How many rows say anything but their number."""
    return sum(any(row[1:]) for row in rows)


@given(before=ROWS, after=ROWS)
def test_every_row_is_told_once(before: list[Row], after: list[Row]) -> None:
    columns = PEOPLE
    found = difference([Table("表", columns, before)], [Table("表", columns, after)])
    both = found.same + found.counts[CHANGED]
    assert both + found.counts[GONE] == said(before)
    assert both + found.counts[CAME] == said(after)
    assert difference([Table("表", columns, before)], [Table("表", columns, before)]).same == said(before)
