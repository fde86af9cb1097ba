"""A figure that two files for one person may have moved is not claimed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from fournets.crypto import KeyRing
from fournets.language import Refusal
from fournets.people.models import Apart, Fact, Household, Person, PersonKey, ReviewItem
from fournets.people.services import declare_apart, merge_people
from fournets.places.models import Building, Dwelling
from fournets.places.scope import scope
from fournets.reporting.forms.fill import Order, fill
from fournets.reporting.forms.report import Report
from tests.apps.forms import blanks
from tests.apps.forms.conftest import GALAXY, GOLDEN, TOWN, person

ON, AT = date(2020, 2, 3), datetime(2020, 2, 3, 9, tzinfo=UTC)
HOUSE = f"{GALAXY}0010010001"
PHONE_KEY = 77
PEOPLE, HOUSEHOLDS, RETURNED, ISOLATED = 2, 3, 4, 5  # columns of the grid
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]
Grid = Callable[..., tuple[Workbook, Report]]


@pytest.fixture
def grid(tmp_path: Path, ring: KeyRing) -> Grid:
    def act(area: str = TOWN) -> tuple[Workbook, Report]:
        out = tmp_path / "filled.xlsx"
        blank = blanks.summary(tmp_path / "blank.xlsx")
        report, _ = fill(blank, Order(area, ON), out, ring=ring, actor="职员", at=AT)
        return load_workbook(out), report

    return act


def figure(book: Workbook, row: int, column: int = PEOPLE) -> object:
    return [cell.value for cell in book.worksheets[0][row]][column]


def neighbour(
    ring: KeyRing, number: int, name: str, *, area: str = HOUSE, keyed: bool = True, **more: Any
) -> Person:
    """Somebody at one door in the first community; each is named by a file of his own."""
    found = person(ring, number, name, area, None, **more)
    Fact.objects.filter(person=found).update(file_id=number)
    if keyed:
        PersonKey.objects.create(key=PHONE_KEY, person=found, area_code=area)
    return found


def bare(ring: KeyRing, number: int, name: str, area: str) -> Person:
    """A file with nothing but a name."""
    found = neighbour(ring, number, name, area=area, keyed=False)
    Person.objects.filter(pk=found.pk).update(phone_sealed=None)
    return found


def test_names_a_character_apart_behind_one_telephone_may_be_one_person_and_the_range_is_told(
    grid: Grid, ring: KeyRing
) -> None:
    neighbour(ring, 11, "叶家强")
    neighbour(ring, 12, "叶家明")
    book, report = grid()
    assert figure(book, 3) is None
    assert figure(book, 4) == 1
    told = report.as_json()["figures_in_doubt"][0]
    assert (told["cell"], told["counted"], told["least"], told["most"]) == ("C3", 4, 3, 4)
    assert told["may_be_one"] == [["P11", "P12"]]
    assert not told["written"]
    assert report.columns[PEOPLE].empty["cell_figure_unsure"] == 1


def test_a_figure_that_counts_only_one_of_the_two_stands(grid: Grid, ring: KeyRing) -> None:
    neighbour(ring, 11, "叶家强", from_place="4201")
    neighbour(ring, 12, "叶家明")
    book, report = grid()
    assert (figure(book, 3), figure(book, 3, RETURNED)) == (None, 2)
    assert [one["header"] for one in report.ranges] == ["人口数"]


def test_a_figure_that_counts_both_is_in_doubt_with_the_people(grid: Grid, ring: KeyRing) -> None:
    neighbour(ring, 11, "叶家强", from_place="4201")
    neighbour(ring, 12, "叶家明", from_place="4201")
    book, _ = grid()
    assert (figure(book, 3), figure(book, 3, RETURNED), figure(book, 3, ISOLATED)) == (None, None, 1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"sex": "male"}, {"sex": "female"}),
        ({"birth_on": "1970-01-01"}, {"birth_on": "1972-05-01"}),
        ({"id_number": "440682197001011236"}, {"id_number": "440682197205011251"}),
    ],
)
def test_what_tells_two_people_apart_leaves_no_doubt(
    grid: Grid, ring: KeyRing, one: dict[str, Any], other: dict[str, Any]
) -> None:
    neighbour(ring, 11, "叶家强", **one)
    neighbour(ring, 12, "叶家明", **other)
    assert figure(grid()[0], 3) == 4


def test_a_list_that_names_both_knows_two_people(grid: Grid, ring: KeyRing) -> None:
    neighbour(ring, 11, "叶家强")
    Fact.objects.filter(person=neighbour(ring, 12, "叶家明")).update(file_id=11)
    assert figure(grid()[0], 3) == 4


def test_at_another_door_with_another_telephone_they_are_two(grid: Grid, ring: KeyRing) -> None:
    building = Building.objects.create(code=HOUSE, area_code=HOUSE, name="1号")
    doors = [
        Dwelling.objects.create(area_code=HOUSE, building=building, door_sealed=b"", door_index=number)
        for number in (101, 102)
    ]
    for number, name, door in ((11, "叶家强", doors[0]), (12, "叶家明", doors[1])):
        neighbour(ring, number, name, keyed=False)
        Person.objects.filter(public_id=f"P{number}").update(dwelling=door)
    assert figure(grid()[0], 3) == 4
    Person.objects.filter(public_id="P12").update(dwelling=doors[0])
    assert figure(grid()[0], 3) is None


def test_a_bare_name_may_be_somebody_counted_elsewhere_and_the_newer_file_says_where_he_lives(
    grid: Grid, ring: KeyRing
) -> None:
    bare(ring, 11, "叶家强", GALAXY)
    neighbour(ring, 12, "叶家强", area=GOLDEN, keyed=False, birth_on="1970-01-01", from_place="4201")
    book, report = grid()
    assert [figure(book, row) for row in (3, 4)] == [None, 2]
    assert [figure(book, row, RETURNED) for row in (3, 4)] == [1, 1]
    assert [(one["area"], one["least"], one["most"]) for one in report.ranges] == [(GALAXY, 2, 3)]


def test_one_who_would_take_his_journey_along_makes_both_places_unsure(grid: Grid, ring: KeyRing) -> None:
    neighbour(ring, 11, "叶家强", area=GOLDEN, keyed=False, birth_on="1970-01-01", from_place="4201")
    bare(ring, 12, "叶家强", GALAXY)
    book, report = grid()
    assert [figure(book, row) for row in (3, 4)] == [3, None]
    assert [figure(book, row, RETURNED) for row in (3, 4)] == [None, None]
    ranges = {(one["area"], one["header"]): (one["least"], one["most"]) for one in report.ranges}
    assert ranges[GALAXY, "湖北返回人数"] == (1, 2)
    assert ranges[GOLDEN, "湖北返回人数"] == (0, 1)


def test_a_name_several_others_bear_says_nothing_of_a_bare_one(grid: Grid, ring: KeyRing) -> None:
    bare(ring, 11, "叶家强", GALAXY)
    for number in (12, 13):
        neighbour(ring, number, "叶家强", area=GOLDEN, keyed=False, birth_on=f"1970-01-{number}")
    assert [figure(grid()[0], row) for row in (3, 4)] == [3, 3]


def test_once_decided_the_figure_is_written(grid: Grid, ring: KeyRing) -> None:
    neighbour(ring, 11, "叶家强")
    neighbour(ring, 12, "叶家明")
    assert figure(grid()[0], 3) is None
    declare_apart("P12", "P11", reason="兄弟", actor="职员", at=AT)
    assert figure(grid()[0], 3) == 4
    Apart.objects.all().delete()
    merge_people("P11", "P12", reason="同一人", actor="职员", at=AT)
    assert figure(grid()[0], 3) == 3


def test_a_person_is_not_declared_apart_from_himself(ring: KeyRing) -> None:
    neighbour(ring, 11, "叶家强")
    with pytest.raises(Refusal, match="split"):
        declare_apart("P11", "P11", reason="笔误", actor="职员", at=AT)
    assert not Apart.objects.exists()


def test_a_doubt_too_small_to_see_is_told_and_the_figure_is_written(grid: Grid, ring: KeyRing) -> None:
    neighbour(ring, 11, "叶家强")
    neighbour(ring, 12, "叶家明")
    many = [
        Person(public_id=f"Q{number}", area_code=f"{HOUSE[:-1]}2", name="", seen_on=ON)
        for number in range(2996)
    ]
    Person.objects.bulk_create(many)
    assert figure(grid()[0], 3) is None
    Person.objects.create(public_id="Q", area_code=HOUSE, name="", seen_on=ON)
    book, report = grid()
    assert figure(book, 3) == 3001
    assert [(one["least"], one["most"], one["written"]) for one in report.ranges] == [(3000, 3001, True)]


def test_more_households_listed_than_the_register_of_buildings_knows_is_a_doubt(
    grid: Grid, ring: KeyRing
) -> None:
    known = Building.objects.create(code=HOUSE, area_code=HOUSE, name="1号", households_known=1)
    assert figure(grid()[0], 3, HOUSEHOLDS) == 1
    home = Household.objects.create(public_id="H3", area_code=HOUSE)
    person(ring, 11, "叶家强", HOUSE, home)
    book, report = grid()
    assert figure(book, 3, HOUSEHOLDS) is None
    assert [(one["counted"], one["least"]) for one in report.ranges] == [(2, 1), (3, 2)]
    known.households_known = 2
    known.save()
    assert figure(grid()[0], 3, HOUSEHOLDS) == 2


def test_rows_that_wait_for_a_decision_are_not_counted_and_that_is_said(grid: Grid) -> None:
    waiting = {"file_id": 1, "sheet": 1, "reason": "likely_same", "row_sealed": b"", "origin": 1}
    for row, area, decided in ((1, GALAXY, ""), (2, GALAXY, "P1"), (3, "440605124001", "")):
        with scope(""):
            ReviewItem.objects.create(area_code=area, row=row, decided=decided, **waiting)
    told = [notice for notice in grid()[1].notices if notice["code"] == "form_rows_waiting"]
    assert [notice["rows"] for notice in told] == [1]
