"""The parts of a day in which people are seen, and which of them an entry at some time of day counts for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from fournets.policy import Policy

WINDOWS = "fever.temperature_windows"


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the day in which people are seen: its code, and from when until when."""

    code: str
    zh: str
    en: str
    begins: time
    ends: time

    def is_over(self, on: date, now: datetime) -> bool:
        """Whether it has passed on a day."""
        return on < now.date() or (on == now.date() and now.time() >= self.ends)


def windows_of(rules: Policy) -> list[Window]:
    """The windows of a day under its rules, in their order."""
    return [
        Window(
            one["code"],
            one["zh"],
            one["en"],
            time.fromisoformat(one["from"]),
            time.fromisoformat(one["until"]),
        )
        for one in rules.table(WINDOWS)
    ]


def window_at(windows: Sequence[Window], now: time) -> Window | None:
    """The window an entry at this time counts for: the last that has begun, for who is late counts still; None before the first."""
    return next((one for one in reversed(windows) if one.begins <= now), None)


def counts_for(windows: Sequence[Window], now: datetime, *, since: date | None = None) -> tuple[date, Window]:
    """The day and the window an entry at a moment (local time) counts for: before the day's first it is still yesterday's last,
    except where nothing was due before ``since``, today."""
    found, yesterday = window_at(windows, now.time()), now.date() - timedelta(days=1)
    if found is not None:
        return now.date(), found
    if since is not None and since > yesterday:
        return now.date(), windows[0]
    return yesterday, windows[-1]


def next_window(windows: Sequence[Window], now: datetime) -> tuple[date, Window]:
    """The next window to come after now, and its day: today's next, or the first of tomorrow."""
    for one in windows:
        if one.begins > now.time():
            return now.date(), one
    return now.date() + timedelta(days=1), windows[0]
