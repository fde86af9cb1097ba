"""How people are written down wrongly, and how days and cells are written."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from borax.calendars.lunardate import LunarDate
from hypothesis import given
from hypothesis import strategies as some

from fournets.town import numbers
from fournets.town.compose import Layout, compose, turns
from fournets.town.founding import found_town
from fournets.town.mess import NEW_YEAR, date_cell, lunar, widen, write_down
from fournets.town.rates import rates, regions
from fournets.town.sheets import Entry, OutBook, OutSheet
from fournets.town.world import Person
from fournets.town.writers import write_book
from fournets.workbooks.packages import column_letters
from tests.engines.town.conftest import read

NEVER = dict.fromkeys(rates()["register"] | rates()["pushed"], 0.0)
DAY = date(2020, 2, 3)


@pytest.fixture(scope="module")
def person() -> Person:
    """Somebody born before 2000 with two telephones."""
    people = found_town(300, 1).people
    return next(one for one in people if one.id_number[6:8] == "19" and one.phone and one.other_phone)


def test_with_no_errors_a_person_is_written_as_they_are(person: Person) -> None:
    entry = write_down(random.Random(1), person, NEVER)
    assert entry.notes == []
    assert (entry.values["name"], entry.values["id_number"]) == (person.name, person.id_number)


@pytest.mark.parametrize("note", ["id_missing", "id_15_digits", "id_wrong_digit", "phone_missing", "phone_changed", "phone_mistyped",
                                  "phone_several", "name_wrong", "name_spaced", "birth_wrong"])  # fmt: skip
def test_each_error_is_made_and_noted(person: Person, note: str) -> None:
    entry = write_down(random.Random(1), person, NEVER | {note: 1.0})
    assert entry.notes == [note]
    field = {"id": "id_number", "phone": "phone", "name": "name", "birth": "birth_on"}[note.split("_")[0]]
    assert entry.values[field] != write_down(random.Random(1), person, NEVER).values[field]


def test_a_fifteen_digit_id_leaves_out_the_century_and_the_check(person: Person) -> None:
    entry = write_down(random.Random(1), person, NEVER | {"id_15_digits": 1.0})
    number = str(entry.values["id_number"])
    assert len(number) == 15
    assert numbers.resident_id(number[:6], person.birth_on, int(number[12:])) == person.id_number


@given(some.integers())
def test_a_wrong_digit_fails_the_check(seed: int) -> None:
    rng = random.Random(seed)
    number = numbers.resident_id("440605", date(1980, 5, 6), rng.randrange(1, 999))
    somebody = Person("P1", "陈明", "male", date(1980, 5, 6), regions()[0], number, "13800000000")
    entry = write_down(rng, somebody, NEVER | {"id_wrong_digit": 1.0})
    wrong = str(entry.values["id_number"])
    assert numbers.id_check(wrong[:17]) != wrong[17]


@pytest.mark.parametrize(
    ("way", "text"),
    [("iso", "2020-02-03"), ("dot", "2020.2.3"), ("slash", "2020/2/3"), ("chinese", "2020年2月3日"), ("month_day", "2月3日"),
     ("compact", "20200203"), ("lunar", "正月初十"), ("serial", DAY)],
)  # fmt: skip
def test_a_day_is_written_in_the_layouts_way(way: str, text: object) -> None:
    assert date_cell(random.Random(1), DAY, way) == text


def test_a_day_long_ago_is_never_written_without_its_year() -> None:
    assert date_cell(random.Random(1), date(1980, 2, 3), "month_day") == "1980年2月3日"


def test_lunar_days_agree_with_a_calendar_library() -> None:
    for days in range(29):
        day = NEW_YEAR + timedelta(days=days)
        assert lunar(day) == f"正月{LunarDate.from_solar(day).cn_day}"
    assert lunar(NEW_YEAR - timedelta(days=1)) is None


def test_wide_text_is_the_same_text_when_narrowed() -> None:
    import unicodedata

    for seed in range(20):
        assert (
            unicodedata.normalize("NFKC", widen(random.Random(seed), "13800138000")).strip() == "13800138000"
        )


def layout(**changes: object) -> Layout:
    columns = [
        ["sequence", "序号"],
        ["household_no", "户", "编号"],
        ["name", "人", "姓名"],
        ["sex", "人", "性别"],
    ]
    return Layout(
        **{
            "name": "x",
            "format": "xlsx",
            "columns": columns,
            "titles": ["登记表"],
            "foot": ["签名"],
            **changes,
        }
    )  # type: ignore[arg-type]


def family() -> list[Entry]:
    home = object()
    return [
        Entry(f"P{order}", {"name": name, "sex": "male", "household_no": "7", "cell_name": "一"}, home=home)
        for order, name in enumerate(("陈一", "陈二"))
    ]


MARKS = {"fullwidth": 0.0, "hidden_row": 0.0, "ditto": 1.0}


def test_headers_are_merged_across_equal_labels_and_down_short_columns() -> None:
    sheet = compose(random.Random(1), layout(), "表", family(), MARKS)
    assert sheet.rows[1] == ["序号", "户", "人", None]
    assert sheet.rows[2] == [None, "编号", "姓名", "性别"]
    assert {(0, 0, 0, 3), (1, 2, 1, 3), (1, 0, 2, 0)} <= set(sheet.merged)
    assert sheet.entities == {3: ("P0", ""), 4: ("P1", "")}


def test_what_a_household_shares_is_merged_or_dittoed() -> None:
    merged = compose(random.Random(1), layout(merge=["household_no"]), "表", family(), MARKS)
    assert [row[1] for row in merged.rows[3:5]] == ["7", None]
    assert (3, 1, 4, 1) in merged.merged
    dittoed = compose(random.Random(1), layout(ditto=["household_no"], mark="〃"), "表", family(), MARKS)
    assert [row[1] for row in dittoed.rows[3:5]] == ["7", "〃"]


def test_totals_and_signatures_close_the_sheet() -> None:
    sheet = compose(random.Random(1), layout(totals="end"), "表", family(), MARKS)
    assert [row[0] for row in sheet.rows[-2:]] == ["合计", "签名"]


def test_subtotals_stand_between_cells() -> None:
    other = Entry("P9", {"name": "李三", "sex": "female", "cell_name": "二"}, home=object())
    sheet = compose(random.Random(1), layout(totals="cells"), "表", [*family(), other], MARKS)
    assert [row[0] for row in sheet.rows[3:]] == [1, 2, "小计", 3, "合计", "签名"]


def test_only_some_files_of_a_losing_layout_lose_their_ids() -> None:
    some_turns = [one for one, _ in zip(turns("register"), range(32), strict=False) if one.id != "text"]
    assert {one.loses for one in some_turns} == {True, False}


@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods", "csv"])
def test_what_is_written_is_what_a_reader_reads(ending: str) -> None:
    rows = [["姓名", "编号"], ["陈<&>一", 7], [None, 4.5]]
    book = OutBook(
        f"小表.{ending}",
        [OutSheet("表" if ending != "csv" else "小表", [list(row) for row in rows])],
        "x",
        "gb18030",
    )
    ((_, grid),) = read(book.name, write_book(book))
    assert [[str(cell).removesuffix(".0") for cell in row] for row in grid] == [
        ["姓名", "编号"],
        ["陈<&>一", "7"],
        ["", "4.5"],
    ]


def test_hidden_sheets_rows_and_merged_cells_reach_an_ods_reader() -> None:
    sheet = OutSheet("表", [["题", None], ["甲", 1]], merged=[(0, 0, 0, 1)], hidden_rows={1}, hidden=True)
    data = write_book(OutBook("小表.ods", [OutSheet("先", [["一"]]), sheet], "x"))
    grids = dict(read("小表.ods", data))
    assert grids["表"][1] == ["甲", 1.0]


def test_columns_are_called_as_excel_calls_them() -> None:
    assert [column_letters(place + 1) for place in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
