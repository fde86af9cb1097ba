"""What somebody in isolation enters for himself: his temperature and symptoms, in the windows of the day."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from fournets.audit.services import record
from fournets.crypto import KeyRing
from fournets.isolation.models import IsolationOrder, Observation
from fournets.isolation.rules import IN_FORCE
from fournets.isolation.rules.reading import Reading, Unlikely, limits, read
from fournets.isolation.rules.windows import window_at, windows_of
from fournets.isolation.services.observations import Typed
from fournets.language import Refusal
from fournets.policy import in_force

OWN = "own:"  # stands where else a login does, which has no colon: the person himself, by his own page
NOTE = "note"  # what is sealed, and for what


@transaction.atomic
def observe_self(order_id: int, typed: Typed, note: str, *, at: datetime, ring: KeyRing) -> Reading:
    """Notes how the person of an order says he is, for the window it is at this moment (local time); late counts too.

    Noted again it is corrected. A `Refusal`, and nothing is noted: over or not begun, before the first window, nothing or no
    temperature typed, noted already by somebody who saw him, or too often in an hour.
    """
    order = IsolationOrder.objects.select_for_update().filter(pk=order_id, state__in=IN_FORCE).first()
    if order is None:
        raise Refusal("isolation_over")
    rules = in_force(on=at.date(), area=order.area_code)
    window = window_at(windows_of(rules), at.time())
    if window is None or order.from_on > at.date():
        raise Refusal("own_not_now")
    try:
        reading = read(typed.temperature, typed.symptoms, rules)
    except Unlikely:
        text, least, most = typed.temperature[:10], limits().least, limits().most
        raise Refusal("isolation_temperature", text=text, least=least, most=most) from None
    if reading is None:
        raise Refusal("own_nothing")
    _check_may(order, window.code, at)
    words = " ".join(note.split())[: limits().note_most]
    Observation.objects.create(
        order=order,
        area_code=order.area_code,
        on=at.date(),
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


def _check_may(order: IsolationOrder, window: str, at: datetime) -> None:
    """Who saw him knows better, so that is not written over; and nobody enters all day long."""
    seen = Observation.objects.filter(order=order)
    if seen.filter(on=at.date(), window=window).exclude(by=OWN).exists():
        raise Refusal("own_seen")
    if seen.filter(by=OWN, at__gt=at - timedelta(hours=1)).count() >= limits().own_per_hour:
        raise Refusal("own_too_often")
