"""Moments and days as addresses say them: 2020-02-03T20:00, in the town's time."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

YEARS = range(2000, 2100)


def written(moment: datetime) -> str:
    """A moment as an address says it."""
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


def moment_of(text: str) -> datetime | None:
    """The moment an address says; None for what is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if found.year not in YEARS:
        return None
    return found if found.tzinfo else timezone.make_aware(found)


def day_of(text: str) -> date | None:
    """The day an address says; None for what is none."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year in YEARS else None
