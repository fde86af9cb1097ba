"""One row's way: from a workbook's cell to the person's file, the assessment, the worker's list and a department's form."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.apps.intake.conftest import LAN
from tests.journeys.conftest import DAY, OTHER_PHONE, Home, after_a_morning, write_blank

TOWN = "440605123"


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A register of its own: its figures are counted to the person."""
    return after_a_morning(tmp_path_factory.mktemp("walked"))


@pytest.fixture(scope="module")
def person(lived: Home) -> str:
    """The person whom row 3 of the returnee list is about."""
    table = lived.folder / "links.csv"
    lived.run("people", "links", "--out", table)
    with table.open(encoding="utf-8-sig", newline="") as stream:
        found = {(row["file"], row["row"]): row["person"] for row in csv.DictReader(stream)}
    assert found["银河返镇.xlsx", "3"] == found["银河户册.xlsx", "4"] != found["银河户册.xlsx", "3"]
    return found["银河返镇.xlsx", "3"]


@pytest.fixture(scope="module")
def shown(lived: Home, person: str) -> dict[str, Any]:
    file: dict[str, Any] = lived.ask("people", "show", person)
    return file


def test_the_file_says_what_both_lists_said(shown: dict[str, Any]) -> None:
    assert shown["name"] == "解小兰"
    assert shown["values"]["from_place"] == "4201"
    assert shown["values"]["returned_on"] == "2020-02-01"
    assert {fact["kind"] for fact in shown["facts"]} == {"household_register", "returnee_list"}


def test_every_changed_cell_is_named_with_its_rule(shown: dict[str, Any]) -> None:
    (returned,) = [fact for fact in shown["facts"] if fact["kind"] == "returnee_list"]
    changed = {cell["cell"]: cell["rule"] for cell in returned["changed_cells"]}
    assert set(changed) == {"C3", "E3", "F3"}


def test_the_returnee_is_assessed_with_a_reason_and_a_worker_has_the_task(lived: Home) -> None:
    tasks = lived.ask("tasks", TOWN)
    assert tasks["open"] > 0
    assert tasks["without_cover"] == 0
    assert {one["worker"] for one in tasks["by_worker"]} == {"梁小梅"}


def test_the_form_holds_the_value_of_the_cell(lived: Home, tmp_path: Path) -> None:
    filled = tmp_path / "filled.xlsx"
    blank = write_blank(tmp_path / "返镇人员健康登记表.xlsx")
    lived.run("forms", "fill", blank, "--area", TOWN, "--on", DAY, "--out", filled)
    page = openpyxl.load_workbook(filled).active
    assert [cell.value for cell in page[3]][1:4] == ["解小兰", LAN, OTHER_PHONE]
    assert "武汉" in page["E3"].value
    assert "2020" in str(page["F3"].value)
    assert page["B4"].value is None


def test_the_day_is_closed_with_this_person_in_the_figure(lived: Home) -> None:
    figures = lived.ask("day", "close", "--on", DAY)["figures"]
    town = {one["figure"]: one["value"] for one in figures if one["area"] == TOWN}
    assert town["people"] == 2
    assert lived.run("audit", "verify")
