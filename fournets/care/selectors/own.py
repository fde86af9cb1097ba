"""What somebody in isolation sees of himself on his own page: the days, today's windows, and no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from fournets.care.models import Alarm
from fournets.care.rules.alarms import CLOSED
from fournets.isolation.models import IsolationOrder, Observation
from fournets.isolation.rules.windows import Window, counts_for, next_window, windows_of
from fournets.isolation.services import OWN
from fournets.people.models import Person
from fournets.policy import in_force

OPEN, AHEAD, MISSED, SAID, SEEN = "open", "ahead", "missed", "said", "seen"


@dataclass(frozen=True, slots=True)
class OwnWindow:
    """A window of the day shown. ``state``: said by himself, seen by somebody, missed, open now, or ahead."""

    window: Window
    state: str
    at: datetime | None = None
    temperature: Decimal | None = None
    symptoms: Sequence[str] = ()
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class OwnDay:
    """His page now. ``sign``: the first character of his name, so that of two in a home each finds his own.

    ``on``: the day an entry counts for, and ``windows`` are of; before the first of them in the morning it is yesterday.
    ``current``: the window an entry counts for; ``begun``: whether the isolation has; ``may``: whether any entry is taken for
    it, else none but an alarm is. ``alarm``: whether one is open, or he said so on this day.
    """

    sign: str
    state: str
    from_on: date
    until_on: date | None
    on: date
    windows: list[OwnWindow]
    current: OwnWindow
    coming: tuple[date, Window]
    begun: bool
    alarm: bool

    @property
    def may(self) -> bool:
        return self.begun and self.current.state != SEEN


def own_day(order_id: int, *, now: datetime) -> OwnDay:
    """The page of an order's person at a moment (local time)."""
    order = IsolationOrder.objects.get(pk=order_id)
    name = Person.objects.filter(pk=order.person_id).values_list("name", flat=True).first() or ""
    windows = windows_of(in_force(on=now.date(), area=order.area_code))
    on, current = counts_for(windows, now, since=order.from_on)
    newest = Observation.objects.filter(order=order, on=on).order_by("window", "-id").distinct("window")
    seen = {one.window: one for one in newest}
    shown = [_shown(one, seen.get(one.code), one is current, on, now) for one in windows]
    open_alarm = Alarm.objects.filter(order=order).exclude(state=CLOSED).exists()
    return OwnDay(
        sign=name[:1],
        state=order.state,
        from_on=order.from_on,
        until_on=order.until_on,
        on=on,
        windows=shown,
        current=next(one for one in shown if one.window is current),
        coming=next_window(windows, now),
        begun=order.from_on <= now.date(),
        alarm=open_alarm or any(one.alarm for one in shown),
    )


def _shown(window: Window, seen: Observation | None, current: bool, on: date, now: datetime) -> OwnWindow:
    if seen is not None:
        state = SAID if seen.by == OWN else SEEN
        return OwnWindow(window, state, seen.at, seen.temperature, seen.symptoms, seen.alarm)
    if window.is_over(on, now):
        return OwnWindow(window, MISSED)
    return OwnWindow(window, OPEN if current else AHEAD)
