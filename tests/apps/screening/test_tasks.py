"""Decisions become tasks, one open per purpose, for whoever covers the cell; what nobody covers is seen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from fournets.organization.models import Cover, Task
from fournets.organization.services import Opened, close_task
from fournets.people.models import Person
from fournets.places.scope import set_scope
from fournets.screening.services import assess_people, open_tasks
from tests.apps.screening.people import AT, CELL, HUBEI, NEXT_CELL, ON, TOWN, add_people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _whole_town(db: None, _application_role: None) -> Iterator[None]:
    set_scope(TOWN)
    yield


def day(on: date = ON) -> Opened:
    at = datetime.combine(on, AT.timetz())
    assess_people(on=on, actor="assessor", at=at)
    return open_tasks(on=on, actor="assessor", at=at)


def purposes(person: Person) -> list[str]:
    tasks = Task.objects.filter(person_id=person.id, closed_at=None)
    return sorted(tasks.values_list("purpose", flat=True))


def test_a_returnee_is_visited_and_observed_by_whoever_covers_the_cell() -> None:
    cover = Cover.objects.create(area_code=CELL, worker="某网格员", from_on=ON)
    (person,) = add_people([HUBEI])
    assert day() == Opened(opened=2, without_cover=0, reassigned=0)
    assert purposes(person) == ["observe", "visit"]
    assert set(Task.objects.values_list("cover_id", flat=True)) == {cover.id}


def test_a_task_in_a_cell_nobody_covers_is_a_visible_gap() -> None:
    Cover.objects.create(area_code=NEXT_CELL, worker="某网格员", from_on=ON)
    add_people([{"native_place": "42"}])
    assert day() == Opened(opened=1, without_cover=1, reassigned=0)


def test_running_again_opens_nothing_twice() -> None:
    add_people([HUBEI, {"native_place": "42"}])
    day()
    assert day().opened == 0


def test_a_visit_done_is_not_asked_for_again_but_observation_is_daily() -> None:
    (person,) = add_people([HUBEI])
    day()
    for task in Task.objects.all():
        close_task(task.id, result="done", actor="worker", at=AT)
    assert day().opened == 0
    day(ON + timedelta(days=1))
    assert purposes(person) == ["observe"]


def test_what_nobody_asks_for_any_more_is_closed_as_such() -> None:
    (person,) = add_people([{"native_place": "42"}])
    day()
    Person.objects.filter(id=person.id).update(values={"native_place": "42", "been_to_outbreak_area": "no"})
    day()
    assert Task.objects.get().result == "no_longer_needed"


def test_a_question_that_comes_back_is_asked_again() -> None:
    (person,) = add_people([{"native_place": "42"}])
    day()
    Person.objects.filter(id=person.id).update(values={"been_to_outbreak_area": "no"})
    day()
    Person.objects.filter(id=person.id).update(values={"native_place": "42"})
    day()
    assert purposes(person) == ["call"]


def test_the_tasks_of_a_person_no_longer_filed_are_closed() -> None:
    (person,) = add_people([HUBEI])
    day()
    Person.objects.filter(id=person.id).delete()
    day()
    assert not Task.objects.filter(closed_at=None).exists()


def test_a_task_follows_the_person_to_another_cell() -> None:
    cover = Cover.objects.create(area_code=NEXT_CELL, worker="某网格员", from_on=ON)
    (person,) = add_people([{"native_place": "42"}])
    day()
    Person.objects.filter(id=person.id).update(area_code=NEXT_CELL)
    assert day().reassigned == 1
    task = Task.objects.get()
    assert (task.area_code, task.cover_id) == (NEXT_CELL, cover.id)


def test_a_task_is_due_when_the_policy_says() -> None:
    add_people([{"native_place": "42"}])
    day()
    assert Task.objects.get().due_at.astimezone(AT.tzinfo).isoformat() == "2020-02-04T08:00:00+08:00"
