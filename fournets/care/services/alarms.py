"""What is done about an alarm: somebody takes it, decides, and the person is brought to a hospital or stays."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from fournets.care.models import Alarm
from fournets.care.rules.alarms import ALARM_NEXT, KEEP, SEND, STAYS, TAKE, TRANSFER, patience
from fournets.care.rules.alarms import HOSPITAL as SEALED_HOSPITAL
from fournets.crypto import KeyRing
from fournets.isolation.models import IsolationOrder
from fournets.isolation.rules.place import HOSPITAL
from fournets.isolation.services import OBSERVE, ORDER, move
from fournets.isolation.services.orders import LONGEST, REASON, note, reason_in
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.organization.services import TRANSFER as TRANSFER_TASK
from fournets.organization.services import Wanted, close_task, open_task

HANDED = "done"  # how a transfer task ends; the other: nobody had to be moved
CALLED_OFF = "no_longer_needed"


@transaction.atomic
def take_alarm(reader: Reader, number: str, *, on: date, at: datetime) -> Alarm:
    """Whoever takes an order's alarm is responsible for it from now on, also where somebody else was before."""
    order, alarm = _open(reader, OBSERVE, number)
    before = alarm.owner
    if before == reader.login:
        raise Refusal("alarm_yours")
    alarm.state = ALARM_NEXT[alarm.state].get(TAKE, alarm.state)
    alarm.owner, alarm.taken_at = reader.login, alarm.taken_at or at  # taken over, it is no younger
    alarm.save(update_fields=["state", "owner", "taken_at"])
    note(order, "isolation_alarm_taken", reader, on, at, before=before, after=reader.login)
    return alarm


@transaction.atomic
def send_to_hospital(
    reader: Reader, number: str, hospital: str, reason: str, *, on: date, at: datetime, ring: KeyRing
) -> Alarm:
    """Decides that the person of an alarm is brought to a hospital: a task for whoever covers the area, and the alarm waits for
    him to be there (`arrive`). A `Refusal` unless the alarm was taken, a hospital named and a reason given."""
    order, alarm = _open(reader, ORDER, number)
    hospital = " ".join(hospital.split())[:LONGEST]
    if not hospital:
        raise Refusal("alarm_hospital")
    _decide(reader, alarm, SEND, reason, at, ring)
    alarm.hospital_sealed = ring.seal(SEALED_HOSPITAL, hospital)
    wanted = Wanted(order.person_id, order.area_code, TRANSFER_TASK, "alarm", at + patience().transfer)
    alarm.task_id = open_task(wanted, on=on, actor=reader.login, at=at)
    alarm.save()
    note(order, "isolation_alarm_sent", reader, on, at, reason=bytes(alarm.reason_sealed or b""))
    return alarm


@transaction.atomic
def arrive(reader: Reader, number: str, *, on: date, at: datetime, ring: KeyRing) -> IsolationOrder:
    """The person is at the hospital: his order moves there, his bed is left, alarm and task are closed with it."""
    order, alarm = _open(reader, ORDER, number)
    if alarm.state != TRANSFER:
        raise Refusal("alarm_first_decide")
    hospital = ring.unseal(SEALED_HOSPITAL, bytes(alarm.hospital_sealed or b""))
    reason = ring.unseal(REASON, bytes(alarm.reason_sealed or b""))
    if alarm.task_id:
        _close(alarm.task_id, HANDED, reader, at)
    return move(reader, order.number, HOSPITAL, reason, where=hospital, on=on, at=at, ring=ring)


@transaction.atomic
def keep_here(reader: Reader, number: str, reason: str, *, on: date, at: datetime, ring: KeyRing) -> Alarm:
    """Decides that the person of an alarm stays where he is, and why; a transfer that was decided on is called off."""
    order, alarm = _open(reader, ORDER, number)
    _decide(reader, alarm, KEEP, reason, at, ring)
    if alarm.task_id:
        _close(alarm.task_id, CALLED_OFF, reader, at)
    alarm.outcome, alarm.closed_at = STAYS, at
    alarm.save()
    note(order, "isolation_alarm_kept", reader, on, at, reason=bytes(alarm.reason_sealed or b""))
    return alarm


def _decide(reader: Reader, alarm: Alarm, act: str, reason: str, at: datetime, ring: KeyRing) -> None:
    following = ALARM_NEXT[alarm.state].get(act)
    if following is None:
        raise Refusal("alarm_first_take" if alarm.state != TRANSFER else "alarm_decided")
    alarm.state, alarm.decided_by, alarm.decided_at = following, reader.login, at
    alarm.reason_sealed = ring.seal(REASON, reason_in(reason))


def _close(task: int, result: str, reader: Reader, at: datetime) -> None:
    """Closes the transfer, unless somebody closed it in the list of tasks."""
    try:
        with transaction.atomic():
            close_task(task, result=result, actor=reader.login, at=at)
    except Refusal:
        return


def _open(reader: Reader, right: str, number: str) -> tuple[IsolationOrder, Alarm]:
    """The order of that number and its open alarm, both held."""
    order = IsolationOrder.objects.select_for_update().filter(number=number).first()
    if order is None:
        raise Refusal("isolation_number")
    if not reader.may_in(right, order.area_code):
        raise Refusal("isolation_right")
    alarm = Alarm.objects.select_for_update().filter(order=order, closed_at=None).first()
    if alarm is None:
        raise Refusal("alarm_none")
    return order, alarm
