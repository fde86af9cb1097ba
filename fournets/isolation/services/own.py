"""What somebody in isolation enters for himself: his temperature and symptoms, in the windows of the day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from fournets.audit.services import record
from fournets.crypto import KeyRing
from fournets.isolation.models import IsolationOrder, Observation
from fournets.isolation.rules import IN_FORCE
from fournets.isolation.rules.reading import Reading, Unlikely, limits, read
from fournets.isolation.rules.windows import counts_for, windows_of
from fournets.isolation.services.observations import Typed
from fournets.language import Refusal
from fournets.policy import in_force

OWN = "own:"  # stands where else a login does, which has no colon: the person himself, by his own page
NOTE = "note"  # what is sealed, and for what


@transaction.atomic
def observe_self(order_id: int, typed: Typed, note: str, *, at: datetime, ring: KeyRing) -> Reading:
    """Notes how the person of an order says he is, for the window it is at this moment (local time); late counts too.

    Noted again it is corrected. A `Refusal`, and nothing is noted: over or not begun, nothing or no temperature typed, or too
    often in an hour; noted already by somebody who saw him, unless what he says now is an alarm: that is always taken.
    """
    order = IsolationOrder.objects.select_for_update().filter(pk=order_id, state__in=IN_FORCE).first()
    if order is None:
        raise Refusal("isolation_over")
    rules = in_force(on=at.date(), area=order.area_code)
    if order.from_on > at.date():
        raise Refusal("own_not_now")
    on, window = counts_for(windows_of(rules), at, since=order.from_on)
    try:
        reading = read(typed.temperature, typed.symptoms, rules)
    except Unlikely:
        text, least, most = typed.temperature[:10], limits().least, limits().most
        raise Refusal("isolation_temperature", text=text, least=least, most=most) from None
    if reading is None:
        raise Refusal("own_nothing")
    _check_may(order, on, window.code, reading.alarm, at)
    words = " ".join(note.split())[: limits().note_most]
    Observation.objects.create(
        order=order,
        area_code=order.area_code,
        on=on,
        window=window.code,
        temperature=reading.temperature,
        symptoms=list(reading.symptoms),
        alarm=reading.alarm,
        note_sealed=ring.seal(NOTE, words) if words else None,
        by=OWN,
        at=at,
    )
    details = {"order": order.number, "window": window.code, "alarm": reading.alarm}
    record(act="isolation_observed_self", actor=OWN, area_code=order.area_code, at=at, details=details)
    return reading


def _check_may(order: IsolationOrder, on: date, window: str, alarm: bool, at: datetime) -> None:
    """Who saw him knows better, so that is not written over, except by fever since; and nobody enters all day long.

    Alarms have a count of their own: who has entered that he is well too often can still say that he is not."""
    seen = Observation.objects.filter(order=order)
    if not alarm and seen.filter(on=on, window=window).exclude(by=OWN).exists():
        raise Refusal("own_seen")
    lately = seen.filter(by=OWN, alarm=alarm, at__gt=at - timedelta(hours=1))
    if lately.count() >= limits().own_per_hour:
        raise Refusal("own_too_often")
