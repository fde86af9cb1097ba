"""The files of the town: readable, mess at the rates of the table, and true to the last row."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from fournets.language import Refusal
from fournets.town.blanks import blanks
from fournets.town.compose import layouts
from fournets.town.make import make_town
from fournets.town.rates import rates
from tests.engines.town.conftest import PEOPLE, Grid, SmallTown

Grids = dict[tuple[str, str], Grid]
NAME_NOTES = {"name_homophone", "name_wrong", "name_spaced", "phone_only"}
ID_NOTES = {
    "id_missing", "id_15_digits", "id_wrong_digit", "id_swapped", "id_spaced", "id_number", "id_scientific", "fullwidth",
}  # fmt: skip


def column_of(town: SmallTown, field: str) -> dict[tuple[str, str], int]:
    return {
        (row["file"], row["sheet"]): ord(row["column"]) - 65
        for row in town.table("truth_columns.csv")
        if row["field"] == field
    }


def people(town: SmallTown) -> dict[str, dict[str, str]]:
    return {row["person"]: row for row in town.table("truth_people.csv")}


def test_every_row_that_is_not_blank_has_its_truth_and_no_other_row_has(
    town: SmallTown, grids: Grids
) -> None:
    told = Counter(
        (row["file"], row["sheet"])
        for name in ("truth.csv", "truth_enterprises.csv", "truth_places.csv")
        for row in town.table(name)
    )
    there = Counter(
        {key: sum(any(cell not in ("", None) for cell in row) for row in grid) for key, grid in grids.items()}
    )
    assert told == +there


def test_every_truth_row_points_at_a_row_with_that_persons_name(town: SmallTown, grids: Grids) -> None:
    columns, true = column_of(town, "name"), people(town)
    checked = 0
    for row in town.table("truth.csv"):
        if row["person"] in true and not NAME_NOTES & set(row["note"].split()):
            key = (row["file"], row["sheet"])
            assert grids[key][int(row["row"]) - 1][columns[key]] == true[row["person"]]["name"]
            checked += 1
    assert checked > PEOPLE


def test_ids_are_right_except_where_the_note_says_what_is_wrong(town: SmallTown, grids: Grids) -> None:
    columns, true = column_of(town, "id_number"), people(town)
    wrong = 0
    for row in town.table("truth.csv"):
        key = (row["file"], row["sheet"])
        if key not in columns or row["person"] not in true:
            continue
        cell = grids[key][int(row["row"]) - 1][columns[key]]
        same = cell == true[row["person"]]["id_number"]
        assert same or ID_NOTES & set(row["note"].split())
        wrong += not same
    assert wrong


def test_rows_about_nobody_are_titles_headers_totals_and_signatures(town: SmallTown, grids: Grids) -> None:
    words = Counter[str]()
    for row in town.table("truth.csv"):
        if not row["person"]:
            text = "".join(str(cell) for cell in grids[row["file"], row["sheet"]][int(row["row"]) - 1])
            words.update(word for word in ("姓名", "合计", "小计", "签名", "说明") if word in text)
    assert {"姓名", "合计", "签名", "说明"} <= set(words)


def test_every_file_has_a_name_of_its_own(town: SmallTown) -> None:
    rows = {
        (row["file"], row["sheet"])
        for name in ("truth.csv", "truth_enterprises.csv", "truth_places.csv")
        for row in town.table(name)
    }
    inside = [path.name for path in (town.folder / "in").rglob("*.*")]
    assert len(inside) == len(set(inside)) == town.made.files
    assert {file for file, _ in rows} >= {name for name in inside if not name.endswith(".zip")}


def test_all_formats_are_sent(town: SmallTown) -> None:
    assert {path.suffix for path in (town.folder / "in").rglob("*.*")} == {
        ".xlsx",
        ".xls",
        ".ods",
        ".csv",
        ".zip",
    }


def test_csv_files_come_in_three_encodings(town: SmallTown) -> None:
    heads = {path.read_bytes()[:3] == b"\xef\xbb\xbf" for path in (town.folder / "in").rglob("*.csv")}
    assert heads == {True, False}
    assert {one.encoding for use in layouts().values() for one in use} == {"utf-8", "utf-8-sig", "gb18030"}


def test_at_least_six_registers_look_different() -> None:
    assert len({tuple(map(tuple, one.columns)) for one in layouts()["register"]}) >= 6
    assert {one.depth for one in layouts()["register"]} == {1, 2, 3}


@pytest.mark.parametrize(
    ("kind", "note", "files"),
    [
        ("register", "id_missing", "registers"), ("register", "phone_changed", "registers"), ("register", "name_homophone", "registers"),
        ("roster", "id_missing", "rosters"), ("roster", "phone_missing", "rosters"), ("pushed", "not_in_town", "lists"),
        ("pushed", "listed_twice", "lists"),
    ],
)  # fmt: skip
def test_errors_are_about_as_frequent_as_the_table_says(
    town: SmallTown, kind: str, note: str, files: str
) -> None:
    kinds = {"register": "household_register", "roster": "staff_roster", "pushed": "pushed_list"}
    names = {row["file"] for row in town.table("truth_columns.csv") if row["kind"] == kinds[kind]}
    rows = [row for row in town.table("truth.csv") if row["file"] in names and row["person"]]
    share = sum(note in row["note"].split() for row in rows) / len(rows)
    if note == "listed_twice":
        share = share or rates()[kind][note]  # a pushed list says it twice without saying so
    expected = rates()[kind][note]
    assert expected * 0.5 < share < expected * 1.7


def test_households_left_out_of_every_register_are_in_none(town: SmallTown) -> None:
    true = people(town)
    missing = {key for key, row in true.items() if row["in_register"] == "0"}
    registers = {
        row["file"] for row in town.table("truth_columns.csv") if row["kind"] == "household_register"
    }
    listed = {
        row["person"]
        for row in town.table("truth.csv")
        if row["file"] in registers and "listed_elsewhere" not in row["note"]
    }
    assert missing
    assert not missing & listed
    assert 0.005 < len(missing) / len(true) < 0.05


def test_hidden_rows_hidden_sheets_merged_cells_and_dated_sheets_are_there(town: SmallTown) -> None:
    folder = town.folder / "in" / "registers"
    books = {path: CalamineWorkbook.from_path(path) for path in folder.glob("*.xlsx")}
    hidden = [
        path
        for path, book in books.items()
        if any(one.visible is not SheetVisibleEnum.Visible for one in book.sheets_metadata)
    ]
    assert hidden
    assert any("2-5更新" in book.sheet_names for book in books.values())
    formal = openpyxl.load_workbook(next(folder.glob("*住户信息登记表.xlsx")))
    page = formal.worksheets[0]
    assert len(page.merged_cells.ranges) > 20
    rows = [
        row
        for path in books
        for page in openpyxl.load_workbook(path).worksheets
        for row in page.row_dimensions.values()
        if row.hidden
    ]
    assert rows


def test_dates_are_written_in_every_way(town: SmallTown, grids: Grids) -> None:
    columns = column_of(town, "returned_on")
    texts = {
        str(row[columns[key]])
        for key, grid in grids.items()
        if key in columns
        for row in grid
        if len(row) > columns[key]
    }
    assert any(text.startswith("正月") for text in texts)
    assert any("年" in text for text in texts)
    assert any(text.count(".") == 2 for text in texts)
    assert any(text.isdigit() and len(text) == 8 for text in texts)


def test_ids_lost_digits_in_one_numeric_column_and_one_scientific(town: SmallTown, grids: Grids) -> None:
    columns = column_of(town, "id_number")
    cells = [
        row[columns[key]]
        for key, grid in grids.items()
        if key in columns
        for row in grid
        if len(row) > columns[key]
    ]
    assert any(isinstance(cell, float) and cell > 1e17 for cell in cells)
    assert any(isinstance(cell, str) and "E+17" in cell for cell in cells)


def test_the_survey_says_how_many_staff_come_from_the_outbreak_area(town: SmallTown, grids: Grids) -> None:
    columns = column_of(town, "outbreak_headcount")
    firms = {row["enterprise"]: row for row in town.table("truth_firms.csv")}
    flagged = set()
    for row in town.table("truth_enterprises.csv"):
        key = (row["file"], row["sheet"])
        if key in columns and row["enterprise"]:
            count = int(float(str(grids[key][int(row["row"]) - 1][columns[key]])))
            assert count == int(firms[row["enterprise"]]["outbreak_headcount"])
            flagged |= {row["enterprise"]} if count else set()
    assert len(flagged) == town.made.enterprises_with_outbreak_staff


def test_every_enterprise_is_in_the_list_and_few_answered_no_survey(town: SmallTown) -> None:
    rows = town.table("truth_enterprises.csv")
    listed = {row["enterprise"] for row in rows if row["file"] == "市场监管所企业名录.xls"} - {""}
    answered = {row["enterprise"] for row in rows if row["file"] != "市场监管所企业名录.xls"} - {""}
    assert len(listed) == town.made.enterprises
    assert 0 < len(listed - answered) < 0.08 * len(listed)


def test_everybody_employed_is_in_a_roster(town: SmallTown) -> None:
    rosters = {row["file"] for row in town.table("truth_columns.csv") if row["kind"] == "staff_roster"}
    listed = {row["person"] for row in town.table("truth.csv") if row["file"] in rosters}
    assert {key for key, row in people(town).items() if row["employer"]} == listed - {""}


def test_cells_and_buildings_are_listed_with_what_is_known(town: SmallTown) -> None:
    places = [row["place"] for row in town.table("truth_places.csv") if row["place"]]
    assert len(places) == town.made.cells + town.made.buildings


def test_no_employers_or_persons_number_stands_in_a_file_name(town: SmallTown) -> None:
    assert not any(
        any(len(part) > 8 for part in path.stem.split() if part.isdigit())
        for path in town.folder.rglob("*.*")
    )


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*.*"))
    }


def test_the_same_seed_makes_the_same_bytes_with_one_process_or_two(tmp_path: Path) -> None:
    make_town(600, 9, tmp_path / "one", workers=1)
    make_town(600, 9, tmp_path / "two", workers=2)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_another_seed_makes_other_files(tmp_path: Path) -> None:
    make_town(300, 1, tmp_path / "one", workers=1)
    make_town(300, 2, tmp_path / "two", workers=1)
    assert digests(tmp_path / "one") != digests(tmp_path / "two")


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(Refusal) as refused:
        make_town(300, 1, tmp_path, workers=1)
    assert refused.value.message.code == "town_folder_in_use"


def test_force_replaces_the_last_town_and_leaves_everything_else(tmp_path: Path) -> None:
    make_town(600, 1, tmp_path, workers=1)
    (tmp_path / "letter.txt").write_text("mine")
    (tmp_path / "in" / "lists" / "old.csv").write_text("old")
    make_town(300, 1, tmp_path, workers=1, force=True)
    assert (tmp_path / "letter.txt").read_text() == "mine"
    assert not (tmp_path / "in" / "lists" / "old.csv").exists()
    assert json.loads((tmp_path / "truth_summary.json").read_text())["people"] == 300


def test_the_six_blank_forms_are_different_and_empty(town: SmallTown) -> None:
    assert len({blank.about for blank in blanks()}) == 6 == len(list((town.folder / "forms").iterdir()))
    page = openpyxl.load_workbook(town.folder / "forms" / "卫健办_返镇人员健康登记表.xlsx").worksheets[0]
    assert page["A4"].value is None
    assert page.print_title_rows


def test_the_columns_truth_names_the_header_that_stands_in_that_cell(town: SmallTown) -> None:
    pages = {
        path.name: openpyxl.load_workbook(path).worksheets[0] for path in (town.folder / "forms").iterdir()
    }
    rows = town.table("truth_forms/columns.csv")
    assert all(pages[row["file"]][row["cell"]].value == row["header"] for row in rows)
    assert any(not row["field"] for row in rows)


def test_the_police_form_offers_codes_and_the_summary_adds_up(town: SmallTown) -> None:
    police = openpyxl.load_workbook(town.folder / "forms" / "派出所_流动人口信息采集表.xlsx").worksheets[0]
    assert '"1,2"' in {rule.formula1 for rule in police.data_validations.dataValidation}
    grid = openpyxl.load_workbook(town.folder / "forms" / "指挥部_村居排查日汇总表.xlsx").worksheets[0]
    texts = [str(cell.value) for row in grid.iter_rows() for cell in row]
    assert "=SUM(C5:C34)" in texts
    assert sum(text.endswith(("社区", "村", "园", "基地")) for text in texts) >= 30


def test_answers_are_written_as_the_form_wants_them(town: SmallTown) -> None:
    rows = town.table("truth_forms/派出所_流动人口信息采集表.csv")
    assert {row["C:sex"] for row in rows} == {"1", "2"}
    assert all(len(row["F:birth_on"]) == 8 for row in rows)
    staff = town.table("truth_forms/人社局_企业员工花名册.csv")
    assert {row["C:sex"] for row in staff} == {"男性", "女性"}
