"""Tasks go to whoever covers the cell that day; where nobody does, the gap is visible."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from fournets.crypto import KeyRing, new_ring
from fournets.language import Refusal
from fournets.organization.models import Cover, Task
from fournets.organization.selectors import task_sums
from fournets.organization.services import (
    Wanted,
    close_task,
    note_absence,
    open_tasks,
    set_cover,
    withdraw_cover,
)
from fournets.places.scope import scope, set_scope

DAY = date(2020, 2, 3)
AT = datetime(2020, 2, 3, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
CELL, NEIGHBOUR = "440605123018001", "440605123018002"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _whole_town(db: None) -> None:
    set_scope("")


@pytest.fixture
def ring() -> KeyRing:
    return new_ring()


def cover(
    ring: KeyRing, area: str, worker: str, substitute: str = "", *, on: date = DAY, file_id: int = 1
) -> None:
    row = {
        "area_code": area,
        "worker_name": worker,
        "worker_phone": "13800138000",
        "substitute_name": substitute or None,
        "seen_on": on,
        "file_id": file_id,
    }
    set_cover(pa.Table.from_pylist([row]), ring=ring)


def wanted(person: int, area: str = CELL + "0000001", purpose: str = "visit") -> Wanted:
    return Wanted(person, area, purpose, "returnee", AT + timedelta(hours=11))


def opened(*tasks: Wanted, on: date = DAY) -> tuple[int, int]:
    done = open_tasks(tasks, on=on, area_code="440605123", actor="系统", at=AT)
    return done.opened, done.without_cover


def worker_of(person: int) -> str | None:
    task = Task.objects.get(person_id=person, closed_at=None)
    return task.cover.worker if task.cover else None


def test_the_task_goes_to_the_worker_of_the_cell(ring: KeyRing) -> None:
    cover(ring, CELL, "梁小燕")
    cover(ring, NEIGHBOUR, "区家豪")
    assert opened(wanted(7)) == (1, 0)
    assert worker_of(7) == "梁小燕"


def test_the_deepest_cover_counts_and_the_community_catches_the_rest(ring: KeyRing) -> None:
    cover(ring, "440605123018", "社区专干")
    cover(ring, CELL, "梁小燕")
    opened(wanted(7), wanted(8, NEIGHBOUR))
    assert (worker_of(7), worker_of(8)) == ("梁小燕", "社区专干")


def test_where_nobody_covers_the_cell_the_gap_is_visible(ring: KeyRing) -> None:
    assert opened(wanted(7)) == (1, 1)
    assert [one.worker for one in task_sums("440605123", at=AT)] == [""]


def test_whatever_number_of_lists_name_a_person_there_is_one_task_a_purpose(ring: KeyRing) -> None:
    cover(ring, CELL, "梁小燕")
    opened(wanted(7), wanted(7), wanted(7, purpose="call"))
    opened(wanted(7))
    assert Task.objects.filter(person_id=7).count() == 2


def test_a_closed_task_can_be_opened_again(ring: KeyRing) -> None:
    cover(ring, CELL, "梁小燕")
    opened(wanted(7))
    close_task(Task.objects.get().id, result="done", actor="梁小燕", at=AT)
    assert opened(wanted(7)) == (1, 0)
    with pytest.raises(Refusal):
        close_task(0, result="done", actor="梁小燕", at=AT)


def test_the_substitute_covers_while_the_worker_is_away_and_no_longer(ring: KeyRing) -> None:
    cover(ring, CELL, "梁小燕", "冼志明")
    note_absence(Cover.objects.get(rank=1).id, from_on=DAY, until_on=DAY + timedelta(days=1))
    opened(wanted(7))
    assert worker_of(7) == "冼志明"
    opened(wanted(8), on=DAY + timedelta(days=1))
    assert worker_of(8) == "梁小燕"
    assert worker_of(7) == "梁小燕"


def test_a_new_worker_ends_the_old_cover_and_takes_over_open_tasks(ring: KeyRing) -> None:
    cover(ring, CELL, "梁小燕")
    opened(wanted(7))
    cover(ring, CELL, "区家豪", on=DAY + timedelta(days=2), file_id=2)
    opened(on=DAY + timedelta(days=2))
    assert worker_of(7) == "区家豪"
    withdraw_cover(2)
    opened(on=DAY + timedelta(days=3))
    assert worker_of(7) == "梁小燕"
    assert Cover.objects.get().until_on is None


def test_the_same_list_again_sets_no_second_cover(ring: KeyRing) -> None:
    cover(ring, CELL, "梁小燕")
    cover(ring, CELL, "梁小燕", on=DAY + timedelta(days=1), file_id=2)
    assert Cover.objects.count() == 1


def test_a_neighbour_does_not_see_the_tasks(ring: KeyRing) -> None:
    cover(ring, CELL, "梁小燕")
    opened(wanted(7))
    with scope(NEIGHBOUR):
        assert not Task.objects.exists()
    with scope(CELL):
        assert Task.objects.count() == 1
