"""Two files of one person with an order each: what is open goes with the order that stays, and back when taken apart."""

from __future__ import annotations

import pytest

from fournets.care.models import Alarm, Caring, Need
from fournets.care.selectors.alarms import open_alarms_of
from fournets.care.services import ask_need, give_team, send_to_hospital, take_alarm
from fournets.isolation.models import IsolationOrder
from fournets.isolation.services import Typed, observe
from fournets.organization.models import Task
from fournets.people.models import Person
from fournets.people.services import merge_people, undo_merge
from fournets.places.scope import set_scope
from tests.apps.care.test_needs import CLERK, team
from tests.apps.isolation.test_orders import MEDIC, ON, RETURNED, RING, filed, ordered
from tests.apps.screening.people import AT, TOWN

__all__ = ["filed"]
FEVER = Typed("38.5")


@pytest.fixture(autouse=True)
def _whole_town(db: None, _application_role: None) -> None:
    set_scope(TOWN)


@pytest.fixture
def two(filed: list[Person]) -> tuple[IsolationOrder, IsolationOrder]:
    """The order that will be withdrawn, of the file that stays; and the one that stays, of the file that goes."""
    return ordered(filed[0], RETURNED), ordered(filed[1])


def seen(*orders: IsolationOrder) -> None:
    observe(MEDIC, TOWN, "morning", {one.number: FEVER for one in orders}, on=ON, at=AT)


def merge(filed: list[Person]) -> None:
    merge_people(filed[0].public_id, filed[1].public_id, reason="同一人", actor="x", at=AT)


def open_of(order: IsolationOrder) -> list[str]:
    return list(Alarm.objects.filter(order=order).exclude(state="closed").values_list("state", flat=True))


def test_alarm_need_and_team_go_with_the_order_that_stays_and_come_back(
    two: tuple[IsolationOrder, IsolationOrder], filed: list[Person]
) -> None:
    short, long = two
    seen(short)
    take_alarm(MEDIC, short.number, on=ON, at=AT)
    send_to_hospital(MEDIC, short.number, "区人民医院", "复测 38.6", on=ON, at=AT, ring=RING)
    ask_need(MEDIC, short.number, "food", "", at=AT, ring=RING)
    give_team(CLERK, team().pk, [short.number], on=ON, at=AT)
    merge(filed)
    assert (open_of(short), open_of(long)) == ([], ["transfer"])
    assert Task.objects.get(purpose="transfer").closed_at is None
    (line,) = open_alarms_of(TOWN, on=ON)
    assert (line.number, str(line.temperature)) == (long.number, "38.5")
    assert [(one.order_id, one.state) for one in Need.objects.all()] == [(long.pk, "open")]
    assert Caring.objects.get().order_id == long.pk
    undo_merge(filed[1].public_id, actor="x", at=AT)
    assert (open_of(short), open_of(long)) == (["transfer"], [])
    assert Need.objects.get().order_id == Caring.objects.get().order_id == short.pk


def test_of_two_alarms_the_one_further_on_stays_and_both_are_open_when_taken_apart(
    two: tuple[IsolationOrder, IsolationOrder], filed: list[Person]
) -> None:
    short, long = two
    seen(short, long)
    take_alarm(MEDIC, short.number, on=ON, at=AT)
    merge(filed)
    assert (open_of(short), open_of(long)) == ([], ["taken"])
    undo_merge(filed[1].public_id, actor="x", at=AT)
    assert (open_of(short), open_of(long)) == (["taken"], ["raised"])


def test_an_alarm_of_who_is_at_a_hospital_by_the_other_file_ends_and_is_raised_anew_when_taken_apart(
    two: tuple[IsolationOrder, IsolationOrder], filed: list[Person]
) -> None:
    short, long = two
    IsolationOrder.objects.filter(pk=long.pk).update(state="hospital")
    seen(short)
    merge(filed)
    assert not Alarm.objects.exclude(state="closed").exists()
    undo_merge(filed[1].public_id, actor="x", at=AT)
    assert (open_of(short), open_of(long)) == (["raised"], [])
