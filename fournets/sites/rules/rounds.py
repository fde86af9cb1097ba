"""Whether a round that comes again and again was missed."""

from __future__ import annotations

from datetime import datetime, timedelta

ON_TIME, MISSED, NEVER = "on_time", "missed", "never"


def state_of(begun_at: datetime, last_at: datetime | None, hours: int, now: datetime) -> tuple[str, datetime]:
    """How a round stands, and by when it is due: so many hours after it was done last, or after it was first asked for."""
    due = (last_at or begun_at) + timedelta(hours=hours)
    if due >= now:
        return ON_TIME, due
    return (MISSED if last_at else NEVER), due
