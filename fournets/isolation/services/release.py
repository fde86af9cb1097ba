"""The end of isolation: who is over his last day and well is released."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from fournets.isolation.models import Change, IsolationOrder, Observation
from fournets.isolation.rules.states import RELEASED
from fournets.isolation.services.beds import bed_noted
from fournets.isolation.services.orders import held_in_force, holds, note
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.policy import in_force

CERTIFIED = "isolation.release_needs_certificate"
OPEN_ALARM = "release_with_open_alarm"  # what the database says of who has one: alarms are care's, which knows of orders


@transaction.atomic
def release(reader: Reader, number: str, *, well: bool, on: date, at: datetime) -> IsolationOrder:
    """Releases somebody whose last day is over and who was found well; his certificate gets its number.

    A `Refusal` that names the condition that is not met: the last day, a change of the end that waits, the last
    observation an alarm, an alarm nobody has decided on, being well.
    """
    order = held_in_force(number, reader)
    if order.until_on is not None and on < order.until_on:
        raise Refusal("isolation_early", until=order.until_on)
    if Change.objects.filter(order=order, state="asked").exists():
        raise Refusal("isolation_waits")
    last = Observation.objects.filter(order=order).order_by("-on", "-id").first()
    if last is not None and last.alarm:
        raise Refusal("isolation_alarm", day=last.on)
    if not well:
        raise Refusal("isolation_well")
    before, order.state = order.state, RELEASED
    order.ended_by, order.ended_at, order.well_on = reader.login, at, on
    if holds(in_force(on=on, area=order.area_code), CERTIFIED):
        order.certificate = f"{on:%Y%m%d}-{order.number}"
    try:
        with transaction.atomic(), bed_noted(order, reader, at):
            order.save(update_fields=["state", "ended_by", "ended_at", "well_on", "certificate"])
    except IntegrityError as error:
        cause = getattr(error.__cause__, "diag", None)
        if cause is None or cause.constraint_name != OPEN_ALARM:
            raise
        raise Refusal("isolation_alarm_open") from None
    note(order, "isolation_released", reader, on, at, before=before, after=order.state)
    return order
