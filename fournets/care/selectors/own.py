"""What somebody in isolation sees of himself on his own page: the days, today's windows, and no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from fournets.isolation.models import IsolationOrder, Observation
from fournets.isolation.rules.windows import Window, next_window, window_at, windows_of
from fournets.isolation.services import OWN
from fournets.people.models import Person
from fournets.policy import in_force

OPEN, AHEAD, MISSED, SAID, SEEN = "open", "ahead", "missed", "said", "seen"


@dataclass(frozen=True, slots=True)
class OwnWindow:
    """A window of today. ``state``: said by himself, seen by somebody, missed, open now, or ahead."""

    window: Window
    state: str
    at: datetime | None = None
    temperature: Decimal | None = None
    symptoms: Sequence[str] = ()
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class OwnDay:
    """His page today. ``sign``: the first character of his name, so that of two in a home each finds his own.

    ``current``: the window an entry counts for now, None before the first; ``may``: whether he may enter for it; ``begun``:
    whether the isolation has.
    """

    sign: str
    state: str
    from_on: date
    until_on: date | None
    windows: list[OwnWindow]
    current: OwnWindow | None
    coming: tuple[date, Window]
    begun: bool

    @property
    def may(self) -> bool:
        return self.begun and self.current is not None and self.current.state != SEEN


def own_day(order_id: int, *, now: datetime) -> OwnDay:
    """The page of an order's person at a moment (local time)."""
    order = IsolationOrder.objects.get(pk=order_id)
    name = Person.objects.filter(pk=order.person_id).values_list("name", flat=True).first() or ""
    windows = windows_of(in_force(on=now.date(), area=order.area_code))
    current = window_at(windows, now.time())
    newest = (
        Observation.objects.filter(order=order, on=now.date()).order_by("window", "-id").distinct("window")
    )
    seen = {one.window: one for one in newest}
    shown = [_shown(one, seen.get(one.code), one is current, now) for one in windows]
    return OwnDay(
        sign=name[:1],
        state=order.state,
        from_on=order.from_on,
        until_on=order.until_on,
        windows=shown,
        current=next((one for one in shown if one.window is current), None),
        coming=next_window(windows, now),
        begun=order.from_on <= now.date(),
    )


def _shown(window: Window, seen: Observation | None, current: bool, now: datetime) -> OwnWindow:
    if seen is not None:
        state = SAID if seen.by == OWN else SEEN
        return OwnWindow(window, state, seen.at, seen.temperature, seen.symptoms, seen.alarm)
    if window.is_over(now.date(), now):
        return OwnWindow(window, MISSED)
    return OwnWindow(window, OPEN if current else AHEAD)
