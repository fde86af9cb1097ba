"""Another end than the rules': two people and a reason, or nothing changes."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from fournets.crypto import KeyRing
from fournets.isolation.models import Change, IsolationOrder
from fournets.isolation.rules import IN_FORCE
from fournets.isolation.rules.said import said
from fournets.isolation.rules.states import WITHDRAWN
from fournets.isolation.services.beds import bed_noted
from fournets.isolation.services.orders import DECIDE, ORDER, REASON, note, reason_in
from fournets.language import Refusal
from fournets.organization.access import Reader


@transaction.atomic
def ask_change(
    reader: Reader, number: str, until_on: date | None, reason: str, *, on: date, at: datetime, ring: KeyRing
) -> Change:
    """Asks for another first free day of an order, or (None) that it be withdrawn; nothing changes until it is decided.

    A `Refusal` when the order is over or has none, the day lies before its beginning, no reason is given, or one waits.
    """
    order = _held(number)
    _check_right(reader, ORDER, order)
    if until_on is not None and (until_on <= order.from_on or until_on == order.until_on):
        raise Refusal("isolation_end", start=order.from_on)
    sealed = ring.seal(REASON, reason_in(reason))
    try:
        with transaction.atomic():
            change = Change.objects.create(
                order=order,
                area_code=order.area_code,
                until_on=until_on,
                reason_sealed=sealed,
                asked_by=reader.login,
                asked_at=at,
            )
    except IntegrityError:
        raise Refusal("isolation_waits") from None
    note(
        order,
        "isolation_change_asked",
        reader,
        on,
        at,
        before=str(order.until_on or ""),
        after=str(until_on or ""),
    )
    return change


@transaction.atomic
def decide_change(reader: Reader, number: str, approve: bool, *, on: date, at: datetime) -> IsolationOrder:
    """Approves or refuses what another account has asked for an order; approved, its end is another from now on."""
    order = _held(number)
    _check_right(reader, DECIDE, order)
    change = Change.objects.select_for_update().filter(order=order, state="asked").first()
    if change is None:
        raise Refusal("isolation_no_change")
    if change.asked_by == reader.login:
        raise Refusal("isolation_two_people")
    change.state = "approved" if approve else "refused"
    change.decided_by, change.decided_at = reader.login, at
    change.save(update_fields=["state", "decided_by", "decided_at"])
    before = order.until_on
    if approve and change.until_on is None:
        order.state, order.ended_by, order.ended_at = WITHDRAWN, reader.login, at
    elif approve:
        order.until_on = change.until_on
        order.reasons = [*order.reasons, said("changed", until=change.until_on).record()]
    with bed_noted(order, reader, at):
        order.save(update_fields=["state", "ended_by", "ended_at", "until_on", "reasons"])
    note(
        order,
        "isolation_change_approved" if approve else "isolation_change_refused",
        reader,
        on,
        at,
        before=str(before or ""),
        after=str(change.until_on or ""),
    )
    return order


def _held(number: str) -> IsolationOrder:
    found = IsolationOrder.objects.select_for_update().filter(number=number).first()
    if found is None:
        raise Refusal("isolation_number")
    if found.state not in IN_FORCE:
        raise Refusal("isolation_over")
    return found


def _check_right(reader: Reader, right: str, order: IsolationOrder) -> None:
    if not reader.may_in(right, order.area_code):
        raise Refusal("isolation_right")
