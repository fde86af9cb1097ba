"""Alarms: raised by the database with an observation, taken, decided, closed; the bed and the task go along."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from fournets.audit.models import AuditLine
from fournets.care.models import Alarm
from fournets.care.selectors.alarms import alarms_of_order, open_alarms_of, untaken_alarms, waiting_alarms
from fournets.care.services import arrive, keep_here, send_to_hospital, take_alarm
from fournets.database import counted
from fournets.isolation.models import Bed, Entry, IsolationOrder
from fournets.isolation.services import Rooms, Typed, admit, move, observe, observe_self, open_site, release
from fournets.language import Refusal
from fournets.organization.models import Cover, Task
from fournets.people.models import Person
from fournets.places.scope import set_scope
from fournets.screening.services import open_tasks
from tests.apps.isolation.test_beds import FREE, MANAGER, people_to_place
from tests.apps.isolation.test_orders import MEDIC, ON, OTHER, RING, reader
from tests.apps.screening.people import AT, CELL, LIANSHA, TOWN

FEVER, WELL = Typed("37.3"), Typed("37.2")
HOSPITAL, WHY = "区人民医院发热门诊", "复测腋温 38.1"


@pytest.fixture
def number(db: None, _application_role: None) -> str:
    set_scope(TOWN)
    return people_to_place(1)[0]


def seen(number: str, typed: Typed = FEVER, window: str = "morning") -> None:
    assert observe(MEDIC, TOWN, window, {number: typed}, on=ON, at=AT).noted == 1


def refusal(act: object, *args: object, **more: object) -> str:
    with pytest.raises(Refusal) as one:
        act(*args, on=ON, at=AT, **more)  # type: ignore[operator]
    return one.value.message.code


def test_fever_by_the_rules_or_a_symptom_raises_one_alarm_however_it_comes_in(number: str) -> None:
    seen(number, WELL)
    assert not waiting_alarms(TOWN).exists()
    order = IsolationOrder.objects.get()
    observe_self(order.pk, Typed("37.3"), "", at=AT.replace(hour=17), ring=RING)
    seen(number, Typed("", frozenset({"breath"})), "evening")
    assert counted(
        [waiting_alarms(TOWN), waiting_alarms(TOWN, untaken=True), waiting_alarms(LIANSHA)], 9
    ) == [1, 1, 0]
    assert counted([], 9) == []
    (line,) = open_alarms_of(TOWN, on=ON)
    assert (line.number, line.state, line.symptoms, line.owner, line.responsible) == (
        number,
        "raised",
        ["breath"],
        "",
        "",
    )
    Cover.objects.create(area_code=CELL[:12], worker="社区包干", from_on=ON)
    Cover.objects.create(area_code=CELL, worker="网格员阿敏", from_on=ON)
    assert open_alarms_of(TOWN, on=ON)[0].responsible == "网格员阿敏"
    assert untaken_alarms(TOWN, most=5) == [(number, AT.replace(hour=17))]
    set_scope(LIANSHA)
    assert not Alarm.objects.exists() and open_alarms_of(TOWN, on=ON) == []


def test_who_is_at_a_hospital_already_raises_none(number: str) -> None:
    move(MEDIC, number, "hospital", "已经在院", where="", on=ON, at=AT, ring=RING)
    seen(number)
    assert not Alarm.objects.exists()


def test_from_the_fever_to_the_hospital(number: str) -> None:
    cover = Cover.objects.create(area_code=CELL, worker="网格员阿敏", from_on=ON)
    site = open_site(MANAGER, TOWN, "银河酒店", "site", Rooms(2, 2, 1, 1), at=AT)
    admit(MANAGER, number, site.pk, at=AT)
    seen(number)
    assert (open_alarms_of(TOWN, on=ON)[0].responsible, open_alarms_of(TOWN, on=ON)[0].bed) == (
        "银河酒店",
        "201-1",
    )
    assert refusal(send_to_hospital, MEDIC, number, HOSPITAL, WHY, ring=RING) == "alarm_first_take"
    assert refusal(take_alarm, reader("commander", "boss"), number) == "isolation_right"
    take_alarm(OTHER, number, on=ON, at=AT)
    take_alarm(
        MEDIC, number, on=ON, at=AT + timedelta(minutes=5)
    )  # his shift begins: it is his now, and no younger
    assert Alarm.objects.get().owner == "medic" and Alarm.objects.get().taken_at == AT
    assert refusal(take_alarm, MEDIC, number) == "alarm_yours"
    assert refusal(send_to_hospital, MEDIC, number, " ", WHY, ring=RING) == "alarm_hospital"
    assert refusal(send_to_hospital, MEDIC, number, HOSPITAL, "热", ring=RING) == "isolation_reason"
    assert refusal(arrive, MEDIC, number, ring=RING) == "alarm_first_decide"
    assert not Task.objects.exists()
    send_to_hospital(MEDIC, number, HOSPITAL, WHY, on=ON, at=AT, ring=RING)
    task = Task.objects.get(purpose="transfer", closed_at=None)
    assert (task.cover, task.due_at) == (cover, AT + timedelta(hours=2))
    open_tasks(on=ON, actor="assessor", at=AT)
    assert Task.objects.filter(closed_at=None).count() == 1, "an assessment ends no transfer"
    assert refusal(send_to_hospital, MEDIC, number, HOSPITAL, WHY, ring=RING) == "alarm_decided"
    arrive(MEDIC, number, on=ON, at=AT, ring=RING)
    alarm, order = Alarm.objects.get(), IsolationOrder.objects.get()
    assert (alarm.state, alarm.outcome, order.state) == ("closed", "transferred", "hospital")
    assert RING.unseal("address", bytes(order.where_sealed or b"")) == HOSPITAL
    assert Bed.objects.get().state == "to_disinfect" and Task.objects.get().result == "done"
    assert alarms_of_order(order.pk, ring=RING)[0].reason == WHY
    acts = ["isolation_alarm_taken", "isolation_alarm_taken", "isolation_alarm_sent", "isolation_moved"]
    assert list(Entry.objects.order_by("id").values_list("act", flat=True)) == acts
    assert AuditLine.objects.filter(act__in=acts).count() == 4
    assert not any(WHY in str(one.details) for one in AuditLine.objects.all())


def test_who_stays_has_a_reason_and_a_new_fever_is_a_new_alarm(number: str) -> None:
    seen(number)
    take_alarm(MEDIC, number, on=ON, at=AT)
    send_to_hospital(MEDIC, number, HOSPITAL, WHY, on=ON, at=AT, ring=RING)
    keep_here(MEDIC, number, "复测两次 36.7,医生看过", on=ON, at=AT, ring=RING)
    assert (Alarm.objects.get().outcome, Task.objects.get().result) == ("stays", "no_longer_needed")
    assert refusal(keep_here, MEDIC, number, WHY, ring=RING) == "alarm_none"
    seen(number, window="evening")
    assert [one.state for one in Alarm.objects.order_by("id")] == ["closed", "raised"]


def test_nobody_is_released_before_his_alarm_is_decided_however_well_he_is_today(number: str) -> None:
    order = IsolationOrder.objects.get()
    observe_self(order.pk, Typed("38.5"), "", at=AT, ring=RING)
    observe_self(
        order.pk, Typed("36.5"), "", at=AT + timedelta(minutes=1), ring=RING
    )  # "corrected" by himself
    with pytest.raises(Refusal) as refused:
        release(MEDIC, number, well=True, on=FREE, at=AT)
    assert refused.value.message.code == "isolation_alarm_open"
    take_alarm(MEDIC, number, on=ON, at=AT)
    send_to_hospital(MEDIC, number, HOSPITAL, WHY, on=ON, at=AT, ring=RING)
    with pytest.raises(Refusal):
        release(MEDIC, number, well=True, on=FREE, at=AT)
    order.refresh_from_db()
    assert (order.state, Alarm.objects.get().state, Task.objects.get().closed_at) == (
        "site",
        "transfer",
        None,
    )
    keep_here(MEDIC, number, "复测两次 36.5,医生看过", on=ON, at=AT, ring=RING)
    assert release(MEDIC, number, well=True, on=FREE, at=AT).state == "released"


@pytest.mark.parametrize(
    ("end", "outcome", "result"),
    [("withdrawn", "ended", "no_longer_needed"), ("hospital", "transferred", "done")],
)
def test_an_order_that_ends_or_moves_by_another_way_takes_alarm_and_task_along(
    number: str, end: str, outcome: str, result: str
) -> None:
    seen(number)
    take_alarm(MEDIC, number, on=ON, at=AT)
    send_to_hospital(MEDIC, number, HOSPITAL, WHY, on=ON, at=AT, ring=RING)
    IsolationOrder.objects.update(state=end, ended_by="" if end == "hospital" else "x")
    assert (Alarm.objects.get().state, Alarm.objects.get().outcome) == ("closed", outcome)
    assert Task.objects.get().closed_at is not None and Task.objects.get().result == result


def test_the_database_keeps_one_open_alarm_an_order_and_no_owner_without_taking(number: str) -> None:
    seen(number)
    order = IsolationOrder.objects.get()
    same = {"order": order, "area_code": order.area_code, "raised_at": AT}
    for wrong in ({}, {"state": "taken"}, {"state": "closed"}, {"owner": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Alarm.objects.create(**same, **wrong)
    assert Person.objects.count() == 1
