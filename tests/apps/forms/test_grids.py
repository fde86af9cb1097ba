"""Grids of figures by grid cell, by sex and by age."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from fournets.crypto import KeyRing
from fournets.people.models import Person
from fournets.places.models import Area
from fournets.reporting.forms.fill import Order, fill
from fournets.reporting.forms.report import Report
from tests.apps.forms.blanks import frame, head
from tests.apps.forms.conftest import GALAXY, GOLDEN, TOWN, person

ON, AT = date(2020, 2, 3), datetime(2020, 2, 3, 9, tzinfo=UTC)
FIRST, SECOND, OTHER_FIRST = f"{GALAXY}001", f"{GALAXY}002", f"{GOLDEN}001"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town", "told")]
Grid = Callable[..., tuple[list[list[object]], Report]]


@pytest.fixture
def grid(tmp_path: Path, ring: KeyRing) -> Grid:
    def act(
        title: str, headers: str, names: list[str], area: str = TOWN, beside: list[str] | None = None
    ) -> tuple[list[list[object]], Report]:
        book = Workbook()
        sheet = book.active
        sheet["A1"] = title
        sheet.merge_cells("A1:C1")
        head(sheet, 2, headers)
        for row, name in enumerate(names, 3):
            sheet.cell(row, 1, name)
        for row, name in enumerate(beside or [], 3):
            sheet.cell(row, 2, name or None)
        frame(sheet, f"A2:{chr(64 + len(headers.split()))}{max(4, len(names) + 2)}")
        book.save(tmp_path / "blank.xlsx")
        out = tmp_path / "filled.xlsx"
        report, _ = fill(tmp_path / "blank.xlsx", Order(area, ON), out, ring=ring, actor="职员", at=AT)
        page = load_workbook(out).worksheets[0]
        return [[cell.value for cell in row] for row in page.iter_rows(min_row=3)], report

    return act


@pytest.fixture
def told(town: object) -> None:
    """Sex and birthday of the second one, which her ID number says."""
    Person.objects.filter(public_id="P2").update(sex="female", birth_on="1985-05-06")


@pytest.fixture
def cells(town: object, ring: KeyRing) -> None:
    """Two cells of one community and one of another, with one, two and one inhabitants; nobody without a cell."""
    for code, name in ((FIRST, "银河第一网格"), (SECOND, "银河第二网格"), (OTHER_FIRST, "金宁第一网格")):
        Area.objects.create(code=code, kind="cell", official_name=name, short_name=name)
    for number, code in ((1, FIRST), (2, SECOND), (3, OTHER_FIRST)):
        Person.objects.filter(public_id=f"P{number}").update(area_code=f"{code}0010001")
    person(ring, 4, "丁某", f"{SECOND}0010001", None, sex="male", birth_on="1950-02-03")


@pytest.mark.usefixtures("cells")
def test_rows_named_for_grid_cells_count_those_who_live_in_them(grid: Grid) -> None:
    rows, report = grid(
        "网格排查汇总表", "网格 人口数 返镇人数", ["银河第一网格", "银河第二网格", "不存在网格"]
    )
    assert [row[1:] for row in rows] == [[1, 1], [2, 1], [None, None]]
    assert report.columns[1].empty == {"cell_row_without_area": 1}


@pytest.mark.usefixtures("cells")
def test_a_cells_short_name_is_read_within_its_community(grid: Grid) -> None:
    rows, _ = grid("网格排查汇总表", "网格名称 人口数", ["第一网格", "第二网格"], area=GALAXY)
    assert [row[1] for row in rows] == [1, 2]
    rows, _ = grid("网格排查汇总表", "网格名称 人口数", ["第一网格", "第二网格"])
    assert [row[1] for row in rows] == [None, 2], "two communities have a first cell, one has a second"


@pytest.mark.usefixtures("cells")
def test_the_community_beside_says_whose_first_cell_it_is_also_for_the_rows_below(grid: Grid) -> None:
    rows, _ = grid(
        "网格汇总表",
        "社区 网格 人口数",
        ["银河", "", "金宁社区"],
        beside=["第一网格", "第二网格", "第一网格"],
    )
    assert [row[2] for row in rows] == [1, 2, 1]


@pytest.mark.usefixtures("cells")
def test_names_of_cells_left_to_us_are_written(grid: Grid) -> None:
    rows, report = grid("网格汇总表", "社区 网格 人口数", [], area=GALAXY)
    assert rows[:2] == [["银河社区", "银河第一网格", 1], ["银河社区", "银河第二网格", 2]]
    assert report.rows == 2


@pytest.mark.usefixtures("cells")
def test_a_cells_figure_is_not_claimed_while_some_of_the_community_are_in_no_cell(
    grid: Grid, ring: KeyRing
) -> None:
    person(ring, 5, "戊某", GALAXY, None)
    rows, report = grid("网格排查汇总表", "网格 人口数 隔离人数", ["银河第一网格", "金宁第一网格"])
    assert [row[1:] for row in rows] == [[None, 1], [1, 0]]
    told = report.as_json()["figures_in_doubt"]
    assert [(one["cell"], one["counted"], one["most"], one["untold"]) for one in told] == [("B3", 1, 2, 1)]
    assert report.columns[1].empty == {"cell_figure_untold": 1}


def aged(ring: KeyRing, number: int, sex: str, born: str = "", **values: str) -> None:
    told = values | ({"birth_on": born} if born else {})
    person(ring, number, f"己{number}", GOLDEN, None, sex=sex, **told)


def test_columns_by_sex_and_age_count_a_part_of_the_figure_beside_them(grid: Grid, ring: KeyRing) -> None:
    aged(ring, 11, "male", "1960-02-03")
    aged(ring, 12, "male", "1960-02-04")
    aged(ring, 13, "female", age="14")
    aged(ring, 14, "female", "2005-02-03")
    rows, report = grid("社区情况表", "社区 人口数 其中:男 女 0-14岁 15-59岁 60岁以上", ["金宁"])
    assert rows[0] == ["金宁", 5, 2, 3, 2, 2, 1]
    assert [column.meaning.field for column in report.columns][2:5] == [
        "figure:people/male",
        "figure:people/female",
        "figure:people/0-14",
    ]
    assert not report.ranges


def test_the_group_above_or_the_name_itself_says_of_whom(grid: Grid) -> None:
    rows, _ = grid("情况表", "社区 人口数 返镇人员男 返镇人员60岁以上 隔离人数女", ["银河"])
    assert rows[0] == ["银河", 2, 1, 0, 0]


def test_the_title_says_of_whom_where_no_column_does(grid: Grid) -> None:
    rows, _ = grid("返镇人员分年龄性别统计表", "社区 人数 男 女 0-14岁", ["银河", "金宁"])
    assert [row[1:] for row in rows] == [[2, 1, 1, 0], [0, 0, 0, 0]]
    rows, _ = grid("居民年龄统计表", "社区 0-14岁 60岁以上", ["金宁"])
    assert rows[0] == ["金宁", 1, 0]


def test_a_sum_beside_other_figures_is_not_guessed(grid: Grid) -> None:
    rows, report = grid("返镇人员情况表", "社区 人口数 合计", ["银河"])
    assert rows[0] == ["银河", 2, None]
    assert report.columns[2].empty == {"cell_nothing_on_file": 1}


def test_where_two_figures_could_be_meant_a_part_stays_empty(grid: Grid) -> None:
    rows, report = grid("情况表", "社区 人口数 返镇人数 60岁以上 其中:女 男", ["银河"])
    assert rows[0] == ["银河", 2, 2, None, 1, 1]
    assert report.unknown == ["60岁以上"]


def test_words_that_are_not_defined_and_ages_that_meet_stay_empty(grid: Grid) -> None:
    rows, _ = grid("情况表", "社区 人口数 老年人 18岁以下 18-59岁 60岁以上", ["金宁"])
    assert rows[0] == ["金宁", 1, None, None, None, 0]


def test_a_part_is_not_claimed_where_too_many_have_no_age(grid: Grid, ring: KeyRing) -> None:
    aged(ring, 11, "male")
    rows, report = grid("情况表", "社区 人口数 男 60岁以上", ["金宁", "银河"])
    assert [row[1:] for row in rows] == [[2, 1, None], [2, 1, 0]]
    assert report.columns[3].empty == {"cell_figure_untold": 1}
    for number in range(100, 140):
        aged(ring, number, "female", "1950-01-01")
    rows, report = grid("情况表", "社区 人口数 男 60岁以上", ["金宁"])
    assert rows[0][1:] == [42, 1, 40]
    assert [(one["counted"], one["most"], one["written"]) for one in report.ranges] == [(40, 41, True)]


def test_a_list_of_indicators_has_parts_too(grid: Grid) -> None:
    rows, _ = grid("情况表", "指标 单位 数量", ["人口数", "其中:男", "女", "60岁以上", "企业数"], area=GOLDEN)
    assert [row[2] for row in rows] == [1, 0, 1, 0, 1]
