"""Whatever a page forgets, the database does not show: inside `opened` there are the reader's rows and no others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from fournets.crypto import load_ring
from fournets.home import home
from fournets.language import Refusal
from fournets.organization.access import Reader, opened, readers
from fournets.organization.models import Appointment, Task
from fournets.organization.rights import roles
from fournets.organization.selectors import open_tasks_below, task_sums
from fournets.people.models import Person
from fournets.people.selectors import person_file, review_queue
from fournets.places.models import Enterprise
from fournets.places.selectors import known_totals
from fournets.screening.selectors import coverage, missing
from tests.apps.access.cast import AREAS, INSIDE, NAMES, ON, TOWN, Made, account_for, appointed, plant

pytestmark = pytest.mark.django_db
WITH_ROWS = [key for key, one in roles().items() if one.rows]
WITHOUT = [key for key, one in roles().items() if not one.rows]

# Reads that take an area: asked for the neighbour's, the parent's or everything, they give no row outside the scope.
BY_AREA: dict[str, Callable[[str], Any]] = {
    "open tasks": lambda area: open_tasks_below(area),
    "sums of tasks": lambda area: [(one.worker, one.area_code) for one in task_sums(area, at=timezone.now())],
    "missing": lambda area: [one for one in missing(area, on=ON) if one.kind in ("household", "enterprise")],
    "coverage": lambda area: [(one.area_code, one.persons_found, one.responsible) for one in coverage(area, on=ON)],
    "known totals": lambda area: [(one.area_code, one.enterprises) for one in known_totals(area, level="community")],
}  # fmt: skip


@pytest.fixture
def made() -> dict[str, Made]:
    return plant()


def reader(role: str, area: str = AREAS["own"]) -> Reader:
    user = account_for(f"{role}.{area}")
    appointed(user, role, area)
    return readers(user.pk, at=timezone.now())[0]


def names() -> list[str]:
    return list(Person.objects.order_by("name").values_list("name", flat=True))


@pytest.mark.parametrize("role", WITH_ROWS)
def test_a_reader_sees_the_people_of_his_area_however_he_asks(made: dict[str, Made], role: str) -> None:
    inside = sorted(NAMES[one] for one in INSIDE)
    with opened(reader(role)):
        assert names() == inside
        assert Person.objects.count() == Person.objects.exclude(name="").count() == len(inside)
        assert Person.objects.filter(name=NAMES["neighbour"]).exists() is False
        assert Person.objects.filter(name__contains="邻").count() == 0
        assert Person.objects.order_by("-area_code", "birth_on").last().name in inside
        assert sorted(Task.objects.values_list("area_code", flat=True)) == sorted(
            AREAS[one] for one in INSIDE
        )
        assert {one.name for one in Enterprise.objects.all()} == {f"{name}商行" for name in inside}


@pytest.mark.parametrize("role", WITHOUT)
def test_a_role_without_rows_sees_nobody(made: dict[str, Made], role: str) -> None:
    with opened(reader(role)):
        assert (names(), Task.objects.count(), Enterprise.objects.count()) == ([], 0, 0)


@pytest.mark.parametrize("name", BY_AREA)
@pytest.mark.parametrize("asked", ["neighbour", "parent", ""])
def test_a_read_of_another_area_gives_no_row_of_it(made: dict[str, Made], name: str, asked: str) -> None:
    with opened(reader("community")):
        said = str(BY_AREA[name](AREAS.get(asked, "")))
    for relation in ("neighbour", "parent"):
        assert NAMES[relation] not in said
        assert f"'{AREAS['neighbour']}', 1" not in said
    with opened(reader("commander", TOWN)):
        everything = str(BY_AREA[name](""))
    assert AREAS["neighbour"] in everything and everything != said


def test_a_file_outside_the_area_is_as_if_it_were_not_there(made: dict[str, Made]) -> None:
    ring = load_ring(home() / "keys.toml")
    with opened(reader("community")):
        assert person_file(made["below"].person.public_id, ring=ring)["name"] == NAMES["below"]
        for relation in ("neighbour", "parent"):
            with pytest.raises(Refusal, match="no person"):
                person_file(made[relation].person.public_id, ring=ring)
        assert len(review_queue_names()) == len(INSIDE)


def review_queue_names() -> list[int]:
    from fournets.people.models import ReviewItem

    return list(ReviewItem.objects.values_list("pk", flat=True))


def test_a_doubt_outside_the_area_cannot_be_asked_for_by_number(made: dict[str, Made]) -> None:
    from fournets.people.models import ReviewItem
    from fournets.places.scope import scope

    with scope(AREAS["neighbour"]):
        other = ReviewItem.objects.get().pk
    with opened(reader("community")):
        assert review_queue(ring=load_ring(home() / "keys.toml"), item=other) == []


def test_nothing_of_a_reader_is_left_behind_inside_a_longer_transaction(made: dict[str, Made]) -> None:
    with transaction.atomic():
        with opened(reader("community")):
            assert names()
        assert names() == []
        with pytest.raises(ValueError, match="on the way"), opened(reader("task_group")):
            raise ValueError("on the way")
        assert names() == []


def test_a_reader_has_nothing_of_whoever_read_before_him_in_a_longer_transaction(
    made: dict[str, Made],
) -> None:
    """An administrator's look at appointments ends with him."""
    keeper, guard = reader("administrator", TOWN), reader("gate_guard")
    with transaction.atomic(), opened(keeper):
        assert Appointment.objects.count() > 4
        with opened(guard):
            assert list(Appointment.objects.values_list("user_id", flat=True)) == [guard.user_id]
        assert Appointment.objects.count() > 4


def test_a_reader_has_his_own_posts_only_even_where_everything_is_open(made: dict[str, Made]) -> None:
    from fournets.places.scope import scope

    user_id = reader("community").user_id
    with scope(""):
        assert [one.user_id for one in readers(user_id, at=timezone.now())] == [user_id]


def test_an_administrator_sees_appointments_of_his_area_and_nobody_of_the_register(
    made: dict[str, Made],
) -> None:
    with opened(reader("administrator")):
        seen = set(Appointment.objects.values_list("area_code", flat=True))
        assert seen == {AREAS["own"], AREAS["below"]}
        assert names() == []


def test_an_appointment_is_not_given_outside_the_area_nor_by_somebody_without_the_right(
    made: dict[str, Made],
) -> None:
    from django.db import ProgrammingError

    for role, area in (("administrator", AREAS["neighbour"]), ("gate_guard", AREAS["own"])):
        giver = reader(role)
        with pytest.raises(ProgrammingError, match="row-level security"), opened(giver):
            Appointment.objects.create(
                user_id=giver.user_id, role="volunteer", area_code=area, from_at=timezone.now(), given_by="x"
            )


@pytest.mark.parametrize("role", ["grid_worker", "commander", "liaison"])
def test_whoever_sees_rows_gives_no_appointment(made: dict[str, Made], role: str) -> None:
    """A row of his area is his to read; who may do what there is not his to write."""
    from django.db import ProgrammingError

    giver = reader(role)
    with pytest.raises(ProgrammingError, match="row-level security"), opened(giver):
        Appointment.objects.create(
            user_id=giver.user_id, role="commander", area_code=AREAS["own"], from_at=timezone.now(), given_by="x"
        )  # fmt: skip
    with opened(giver):
        mine = Appointment.objects.filter(user_id=giver.user_id)
        assert mine.count() == 1
        assert mine.update(role="commander", until_at=None) == 0


def test_the_scope_cannot_be_reached_round_the_owner(made: dict[str, Made]) -> None:
    """The application's role owns nothing and may not switch a policy off."""
    from django.db import ProgrammingError

    with opened(reader("community")), connection.cursor() as cursor:
        for statement in (
            "ALTER TABLE people_person DISABLE ROW LEVEL SECURITY",
            "DROP POLICY people_person_scope ON people_person",
            "CREATE POLICY wide ON people_person USING (true)",
        ):
            with pytest.raises(ProgrammingError), transaction.atomic():
                cursor.execute(statement)
