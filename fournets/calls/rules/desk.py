"""The settings of the phone desk, from ``desk.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows from an outcome: see ``desk.toml``."""

    code: str
    key: int
    ends: bool
    task: str
    passed: bool
    visit: str
    error: bool


@dataclass(frozen=True, slots=True)
class Retry:
    """When somebody is called again, and between which hours nobody is."""

    after: timedelta
    back: timedelta
    reached: timedelta
    night_from: time
    night_until: time

    def not_at_night(self, at: datetime) -> datetime:
        """The moment itself, or the morning after the night it falls into."""
        morning = at.replace(
            hour=self.night_until.hour, minute=self.night_until.minute, second=0, microsecond=0
        )
        if at.time() >= self.night_from:
            return morning + timedelta(days=1)
        return morning if at.time() < self.night_until else at


@dataclass(frozen=True, slots=True)
class Registrations:
    """How much the page of self-registration takes."""

    per_address_hour: int
    per_page_hour: int
    waiting_most: int
    field_most: int
    bytes_most: int


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything ``desk.toml`` says."""

    claim: timedelta
    per_hour: int
    retry: Retry
    passed_within: timedelta
    alarm_within: timedelta
    take_rows: int
    take_after: timedelta
    take_most: int
    note_most: int
    outcomes: dict[str, Outcome]
    registrations: Registrations

    def by_key(self) -> list[Outcome]:
        """What somebody at the telephone may say, in the order of the keys."""
        return sorted((one for one in self.outcomes.values() if one.key), key=lambda one: one.key)


@cache
def desk() -> Desk:
    """The settings in force."""
    path = Path(__file__).parents[1] / "desk.toml"
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    again = told["again"]
    return Desk(
        claim=timedelta(minutes=told["claim"]["minutes"]),
        per_hour=told["claim"]["per_hour"],
        retry=Retry(
            timedelta(minutes=again["retry_minutes"]),
            timedelta(days=again["back_days"]),
            timedelta(days=again["reached_days"]),
            time.fromisoformat(again["night_from"]),
            time.fromisoformat(again["night_until"]),
        ),
        passed_within=timedelta(hours=told["pass"]["hours"]),
        alarm_within=timedelta(hours=told["pass"]["alarm_hours"]),
        take_rows=told["take"]["rows"],
        take_after=timedelta(minutes=told["take"]["minutes"]),
        take_most=told["take"]["most"],
        note_most=told["note"]["most"],
        outcomes={code: Outcome(code=code, **one) for code, one in told["outcome"].items()},
        registrations=Registrations(**told["registration"]),
    )
