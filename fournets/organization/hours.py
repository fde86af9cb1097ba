"""Hours of the day this installation keeps by itself; no authority sets them. They stand in ``limits.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Hours:
    """``evening``: from when on what happens is told the next morning. ``digest``: when the day's digest is sent."""

    evening: time
    digest: time


@cache
def hours() -> Hours:
    """The hours in force."""
    text = Path(__file__).with_name("limits.toml").read_text(encoding="utf-8")
    return Hours(**{name: time.fromisoformat(said) for name, said in tomllib.loads(text)["hours"].items()})


def evening_before(now: datetime) -> datetime:
    """The evening before the day of a moment, in that moment's zone."""
    return datetime.combine(now.date() - timedelta(days=1), hours().evening, now.tzinfo)
