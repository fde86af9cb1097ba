"""Who lives together: by the household number, by the head a sheet names, else by the door."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from fournets.people.models import Household, Person
from fournets.places.models import Building, Dwelling
from fournets.places.scope import scope
from tests.apps.people.rows import COMMUNITY, RING, file, person_row, resident

pytestmark = pytest.mark.django_db
DOOR, OTHER = "银河社区西路3号2栋501", "银河社区西路3号2栋502"
BUILDING = f"{COMMUNITY}0010010001"


@pytest.fixture(autouse=True)
def _whole_town() -> Iterator[None]:
    with scope(""):
        yield


def homes() -> list[list[str]]:
    """The names of each household's people, alone standing people left out."""
    found: dict[int, list[str]] = {}
    for name, home in (
        Person.objects.exclude(household=None).order_by("name").values_list("name", "household_id")
    ):
        found.setdefault(home, []).append(name)
    return sorted(found.values())


def lives(name: str, row: int, sequence: int, **more: Any) -> dict[str, Any]:
    return person_row(name, row, id_number=resident("19700101", sequence), **more)


def test_the_people_of_one_door_are_one_household_where_the_sheet_names_no_head() -> None:
    file(
        lives("陈伟强", 2, 121, address=DOOR),
        lives("李秀兰", 3, 141, address="银河社区 西路3号2栋-501"),
        lives("梁家俊", 4, 161, address=OTHER),
    )
    assert homes() == [["李秀兰", "陈伟强"], ["梁家俊"]]
    assert set(Household.objects.values_list("head_id", flat=True)) == {None}


def test_one_door_in_two_communities_is_two_households() -> None:
    file(
        lives("陈伟强", 2, 121, address="西路3号2栋501"),
        lives("李秀兰", 3, 141, address="西路3号2栋501", area_code="440605123019"),
    )
    assert homes() == [["李秀兰"], ["陈伟强"]]


def test_two_families_behind_one_door_stay_two_where_the_sheet_names_their_heads() -> None:
    file(
        lives("陈伟强", 2, 121, address=DOOR, head_name="陈伟强", relation="户主"),
        lives("李秀兰", 3, 141, address=DOOR, head_name="陈伟强"),
        lives("梁家俊", 4, 161, address=DOOR, head_name="梁家俊", relation="户主"),
    )
    assert homes() == [["李秀兰", "陈伟强"], ["梁家俊"]]
    heads = Household.objects.values_list("head__name", flat=True)
    assert sorted(heads) == ["梁家俊", "陈伟强"]


def test_a_row_without_head_on_a_sheet_that_names_heads_belongs_to_nobody_s_household() -> None:
    file(
        lives("陈伟强", 2, 121, address=DOOR, head_name="陈伟强", relation="户主"),
        lives("李秀兰", 3, 141, address=DOOR),
    )
    assert homes() == [["陈伟强"]]


def test_one_sheet_with_heads_does_not_speak_for_the_next() -> None:
    file(
        lives("陈伟强", 2, 121, address=DOOR, head_name="陈伟强", relation="户主"),
        lives("李秀兰", 2, 141, address=OTHER, sheet=2),
        lives("梁家俊", 3, 161, address=OTHER, sheet=2),
    )
    assert homes() == [["李秀兰", "梁家俊"], ["陈伟强"]]


def test_whom_a_visit_found_at_a_door_is_not_thereby_a_household() -> None:
    file(
        lives("陈伟强", 2, 121, address=DOOR, values='{"visit_state":"done"}'),
        lives("李秀兰", 3, 141, address=DOOR, values='{"visit_state":"done"}'),
    )
    assert homes() == []


@pytest.mark.parametrize("kind", ["staff_roster", "returnee_list", "pushed_list"])
def test_only_a_household_register_makes_households_of_doors(kind: str) -> None:
    file(lives("陈伟强", 2, 121, address=DOOR, kind=kind), lives("李秀兰", 3, 141, address=DOOR, kind=kind))
    assert homes() == []


def test_a_household_number_counts_before_the_door() -> None:
    file(
        lives("陈伟强", 2, 121, address=DOOR, household_no="7"),
        lives("李秀兰", 3, 141, address=OTHER, household_no="7"),
        lives("梁家俊", 4, 161, address=DOOR, household_no="8"),
    )
    assert homes() == [["李秀兰", "陈伟强"], ["梁家俊"]]


def test_a_dwelling_of_the_register_is_one_door_however_it_is_written() -> None:
    Building.objects.create(code=BUILDING, area_code=BUILDING, name="西路3号2栋")
    where = {"area_code": BUILDING, "building_code": BUILDING, "door": "501"}
    file(
        lives("陈伟强", 2, 121, address=DOOR, **where),
        lives("李秀兰", 3, 141, address="本村2座5楼501室", **where),
    )
    assert homes() == [["李秀兰", "陈伟强"]]
    dwelling = Dwelling.objects.get()
    assert Household.objects.get().dwelling == dwelling
    assert RING.unseal("door", dwelling.door_sealed) == "501"


def test_the_same_door_in_a_later_file_is_the_same_household() -> None:
    file(lives("陈伟强", 2, 121, address=DOOR))
    file(lives("李秀兰", 2, 141, address=DOOR, file_id=2))
    assert homes() == [["李秀兰", "陈伟强"]]
