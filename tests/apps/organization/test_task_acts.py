"""Many tasks at once: given to another cover, closed with the same result, and taken back; as one would be, and no further."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fournets.audit.models import AuditLine
from fournets.organization.access import Reader, opened, readers
from fournets.organization.models import Absence, Cover, Task, TaskAct
from fournets.organization.services import open_tasks
from fournets.organization.task_acts import close_tasks, covers_in_force, give_tasks, undo_task_act
from fournets.places.scope import scope
from tests.apps.organization.conftest import CELL, LIANSHA, TOWN, YINHE, refused

Hire = Callable[..., object]
DUE = timedelta(hours=3)


@pytest.fixture
def day(at: datetime) -> date:
    return timezone.localdate(at)


@pytest.fixture
def clerk(hire: Hire, at: datetime) -> Reader:
    """Of one community."""
    user = hire("liang", "community", YINHE)
    return readers(user.pk, at=at)[0]  # type: ignore[attr-defined]


def cover(area: str, worker: str, day: date, **more: object) -> Cover:
    with scope(""):
        return Cover.objects.create(area_code=area, worker=worker, from_on=day - timedelta(days=9), **more)


def task(person: int, whose: Cover | None, at: datetime, area: str = CELL, **more: object) -> int:
    words = {"purpose": "call", "opened_on": at.date(), "due_at": at + DUE} | more
    with scope(""):
        return Task.objects.create(area_code=area, person_id=person, cover=whose, **words).pk


def stands(number: int) -> tuple[str, bool, str]:
    """Whose a task is, whether it was given to him by hand, and what came of it."""
    with scope(""):
        one = Task.objects.select_related("cover").get(pk=number)
    return one.cover.worker if one.cover else "", one.given, one.result if one.closed_at else "open"


@pytest.fixture
def three(clerk: Reader, at: datetime, day: date) -> list[int]:
    """Two that somebody has, and one nobody covers."""
    held = cover(CELL, "梁小燕", day)
    return [task(1, held, at), task(2, held, at), task(3, None, at)]


def other(day: date) -> Cover:
    return cover(YINHE, "区家豪", day, rank=2)


def test_tasks_go_to_another_cover_in_one_act(
    clerk: Reader, three: list[int], at: datetime, day: date
) -> None:
    to = other(day)
    with opened(clerk):
        act = give_tasks(three, to.pk, reader=clerk, on=day, at=at)
    assert [stands(one) for one in three] == [("区家豪", True, "open")] * 3
    line = AuditLine.objects.get(act="give_tasks")
    assert line.details == {"number": act.pk, "tasks": 3, "cover": to.pk}
    assert (line.actor, line.area_code) == ("liang", YINHE)


def test_given_tasks_do_not_follow_the_list_of_cells_while_the_cover_stands(
    clerk: Reader, three: list[int], at: datetime, day: date
) -> None:
    to = other(day)
    with opened(clerk):
        give_tasks(three[:1], to.pk, reader=clerk, on=day, at=at)
    with scope(""):
        open_tasks([], on=day, area_code=TOWN, actor="系统", at=at)
    assert stands(three[0])[:2] == ("区家豪", True)
    assert stands(three[2])[:2] == ("梁小燕", False)  # the gap is filled as always
    with scope(""):
        Absence.objects.create(area_code=YINHE, cover=to, from_on=day, until_on=day + timedelta(days=2))
        open_tasks([], on=day, area_code=TOWN, actor="系统", at=at)
    assert stands(three[0])[:2] == ("梁小燕", False)


def test_a_cover_that_ended_keeps_nothing(clerk: Reader, three: list[int], at: datetime, day: date) -> None:
    to = other(day)
    with opened(clerk):
        give_tasks(three[:1], to.pk, reader=clerk, on=day, at=at)
    with scope(""):
        Cover.objects.filter(pk=to.pk).update(until_on=day)
        open_tasks([], on=day, area_code=TOWN, actor="系统", at=at)
    assert stands(three[0])[:2] == ("梁小燕", False)


def test_giving_is_taken_back_for_those_that_still_stand_so(
    clerk: Reader, three: list[int], at: datetime, day: date
) -> None:
    to = other(day)
    with opened(clerk):
        act = give_tasks(three, to.pk, reader=clerk, on=day, at=at)
        Task.objects.filter(pk=three[1]).update(closed_at=at, result="done")
        assert undo_task_act(act.pk, reader=clerk, at=at) == 2
    assert [stands(one)[:2] for one in three] == [("梁小燕", False), ("区家豪", True), ("", False)]
    assert AuditLine.objects.get(act="undo_give_tasks").details["tasks"] == 2
    with opened(clerk), refused("task_act_unknown"):
        undo_task_act(act.pk, reader=clerk, at=at)


def test_a_cover_withdrawn_meanwhile_does_not_come_back(
    clerk: Reader, three: list[int], at: datetime, day: date
) -> None:
    to = other(day)
    with opened(clerk):
        act = give_tasks(three[:1], to.pk, reader=clerk, on=day, at=at)
        Cover.objects.exclude(pk=to.pk).delete()
        undo_task_act(act.pk, reader=clerk, at=at)
    assert stands(three[0])[:2] == ("", False)


def test_only_a_cover_in_force_in_ones_area_is_given_to(
    clerk: Reader, three: list[int], at: datetime, day: date
) -> None:
    over = cover(YINHE, "旧人", day, rank=3, until_on=day)
    away = cover(LIANSHA, "邻居", day)
    for one in (over.pk, away.pk, 0):
        with opened(clerk), refused("cover_unknown"):
            give_tasks(three, one, reader=clerk, on=day, at=at)
    with opened(clerk):
        assert [one.worker for one in covers_in_force(YINHE, on=day)] == ["梁小燕"]


def test_tasks_elsewhere_and_closed_ones_stay_as_they_are(
    clerk: Reader, three: list[int], at: datetime, day: date
) -> None:
    elsewhere = task(4, None, at, area=LIANSHA)
    closed = task(5, None, at, closed_at=at, result="done")
    with opened(clerk):
        act = close_tasks([*three, elsewhere, closed], "moved_away", reader=clerk, at=at + DUE)
    assert act.tasks == three
    assert stands(elsewhere)[2] == "open" and stands(closed)[2] == "done"
    with opened(clerk), refused("tasks_none_open"):
        close_tasks([elsewhere, closed], "done", reader=clerk, at=at)
    assert TaskAct.objects.count() == 0  # without a scope nobody sees one


def test_closed_with_one_result_and_opened_again(clerk: Reader, three: list[int], at: datetime) -> None:
    with opened(clerk):
        act = close_tasks(three, "done", reader=clerk, at=at)
    assert [stands(one)[2] for one in three] == ["done"] * 3
    assert AuditLine.objects.get(act="close_tasks").details == {
        "number": act.pk,
        "tasks": 3,
        "result": "done",
    }
    again = task(1, None, at)  # meanwhile there is a new one about the first
    with opened(clerk):
        assert undo_task_act(act.pk, reader=clerk, at=at) == 2
    assert [stands(one)[2] for one in (*three, again)] == ["done", "open", "open", "open"]


def test_what_is_no_result_closes_nothing(clerk: Reader, three: list[int], at: datetime) -> None:
    with opened(clerk), refused("task_result_unknown"):
        close_tasks(three, "unreached", reader=clerk, at=at)
    assert {stands(one)[2] for one in three} == {"open"}


def test_whoever_has_not_the_right_does_nothing(
    hire: Hire, three: list[int], at: datetime, day: date
) -> None:
    worker = readers(hire("mei", "grid_worker", CELL).pk, at=at)[0]  # type: ignore[attr-defined]
    medic = readers(hire("doc", "medic", YINHE).pk, at=at)[0]  # type: ignore[attr-defined]
    with opened(worker), refused("tasks_not_yours"):
        give_tasks(three, other(day).pk, reader=worker, on=day, at=at)
    with opened(medic), refused("tasks_not_yours"):
        close_tasks(three, "done", reader=medic, at=at)
    with opened(worker):
        assert len(close_tasks(three, "done", reader=worker, at=at).tasks) == 3


def test_only_who_did_it_takes_it_back(hire: Hire, clerk: Reader, three: list[int], at: datetime) -> None:
    colleague = readers(hire("hua", "community", YINHE).pk, at=at)[0]  # type: ignore[attr-defined]
    with opened(clerk):
        act = close_tasks(three, "done", reader=clerk, at=at)
    with opened(colleague), refused("task_act_unknown"):
        undo_task_act(act.pk, reader=colleague, at=at)
    assert {stands(one)[2] for one in three} == {"done"}


def test_many_take_as_many_statements_as_few(clerk: Reader, three: list[int], at: datetime) -> None:
    with opened(clerk), CaptureQueriesContext(connection) as few:
        close_tasks(three, "done", reader=clerk, at=at)
    more = [task(one, None, at) for one in range(10, 60)]
    with opened(clerk), CaptureQueriesContext(connection) as many:
        close_tasks(more, "done", reader=clerk, at=at)
    assert len(many) == len(few)
