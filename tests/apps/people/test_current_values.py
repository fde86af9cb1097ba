"""What the rows of a person add up to: where somebody lives, and how the name is spelled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from fournets.people.models import Person
from fournets.people.services import withdraw_file
from fournets.places.scope import scope
from tests.apps.people.rows import COMMUNITY, file, person_row, resident

pytestmark = pytest.mark.django_db
NUMBER = resident()
TOWN, NEIGHBOUR = "440605123", "440605123019"
BUILDING = f"{COMMUNITY}0010010001"
LATER, LAST = date(2020, 2, 5), date(2020, 2, 7)


@pytest.fixture(autouse=True)
def _whole_town() -> Iterator[None]:
    with scope(""):
        yield


def told(file_id: int, name: str = "陈伟强", **more: Any) -> None:
    """One row of a file of its own that speaks of the same proven number."""
    file(person_row(name, file_id=file_id, **({"id_number": NUMBER} | more)))


def area() -> str:
    return Person.objects.get().area_code


def test_the_newest_community_counts() -> None:
    told(1)
    told(2, area_code=NEIGHBOUR, seen_on=LATER)
    assert area() == NEIGHBOUR


def test_a_less_exact_name_of_the_same_place_takes_nothing_away() -> None:
    told(1, area_code=BUILDING)
    told(2, area_code=COMMUNITY, seen_on=LATER)
    told(3, area_code=TOWN, seen_on=LAST)
    assert area() == BUILDING


def test_the_town_alone_does_not_count_after_a_community() -> None:
    told(1, area_code=NEIGHBOUR)
    told(2, area_code=TOWN, seen_on=LATER)
    assert area() == NEIGHBOUR


def test_a_firm_s_list_does_not_move_anybody_to_where_the_firm_stands() -> None:
    told(1, area_code=COMMUNITY)
    told(2, area_code=NEIGHBOUR, seen_on=LATER, kind="staff_roster")
    assert area() == COMMUNITY


def test_an_address_on_a_firm_s_list_does_count() -> None:
    told(1, area_code=NEIGHBOUR)
    told(2, area_code=BUILDING, seen_on=LATER, kind="staff_roster")
    assert area() == BUILDING


def test_whom_only_a_firm_s_list_names_belongs_to_its_community() -> None:
    told(1, area_code=NEIGHBOUR, kind="staff_roster")
    assert area() == NEIGHBOUR


def test_a_name_mistyped_last_does_not_win_over_the_one_most_files_give() -> None:
    told(1)
    told(2, kind="returnee_list")
    told(3, "陈伟墙", kind="staff_roster", seen_on=LAST)
    assert Person.objects.get().name == "陈伟强"
    withdraw_file(1)
    withdraw_file(2)
    assert Person.objects.get().name == "陈伟墙"


def test_the_tabs_of_one_workbook_count_once() -> None:
    file(*(person_row("陈伟墙", 2, sheet=sheet, id_number=NUMBER) for sheet in (1, 2, 3)))
    told(2, kind="returnee_list")
    told(3, kind="pushed_list")
    assert Person.objects.get().name == "陈伟强"


def test_of_two_names_told_alike_the_one_beside_a_proven_number_counts() -> None:
    told(1, phone="13800138000", birth_on="1970-01-01")
    told(2, "陈伟墙", phone="13800138000", birth_on="1970-01-01", id_number=None, seen_on=LAST)
    assert Person.objects.get().name == "陈伟强"


def test_of_two_proven_names_the_one_written_at_the_door_counts() -> None:
    told(1)
    told(2, "陈伟墙", kind="staff_roster", seen_on=LAST)
    assert Person.objects.get().name == "陈伟强"


def test_of_two_names_told_alike_the_newest_counts() -> None:
    told(1)
    told(2, "陈伟墙", seen_on=LAST)
    assert Person.objects.get().name == "陈伟墙"


@pytest.mark.parametrize(
    ("certainty", "birth", "stored"),
    [
        ("unverified", None, None),
        ("unverified", "1970-01-02", date(1970, 1, 2)),
        ("verified", None, date(1970, 1, 1)),
    ],
)
def test_a_day_of_birth_in_a_mistyped_number_is_not_taken_for_the_person_s(
    certainty: str, birth: str | None, stored: date | None
) -> None:
    told(1, id_certainty=certainty, birth_on=birth)
    assert Person.objects.get().birth_on == stored
