"""The states of an alarm, what leads from one to another, and when one has waited too long."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

RAISED, TAKEN, TRANSFER, CLOSED = STATES = ("raised", "taken", "transfer", "closed")
TAKE, SEND, KEEP, OVER = "take", "send", "keep", "over"
# over: the order is at a hospital now, or at an end, whoever's act it was
ALARM_NEXT: Mapping[str, Mapping[str, str]] = {
    RAISED: {TAKE: TAKEN, OVER: CLOSED},
    TAKEN: {SEND: TRANSFER, KEEP: CLOSED, OVER: CLOSED},
    TRANSFER: {KEEP: CLOSED, OVER: CLOSED},
    CLOSED: {},
}
HOSPITAL = "hospital"  # what is sealed, under the name of its column
TRANSFERRED, STAYS, ENDED = OUTCOMES = ("transferred", "stays", "ended")


@dataclass(frozen=True, slots=True)
class Patience:
    """What ``care.toml`` says of alarms: how long each state may last."""

    take: timedelta
    decide: timedelta
    transfer: timedelta


@cache
def patience() -> Patience:
    """How long an alarm may wait."""
    found = settings()["alarms"]
    return Patience(*(timedelta(minutes=found[f"{word}_minutes"]) for word in ("take", "decide", "transfer")))


@cache
def settings() -> dict[str, dict[str, Any]]:
    """What stands in ``care.toml``."""
    text = Path(__file__).parents[1].joinpath("care.toml").read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = tomllib.loads(text)
    return found


def due_at(state: str, raised: datetime, taken: datetime | None, decided: datetime | None) -> datetime:
    """Until when the next step of an open alarm has to be done."""
    if state == RAISED or taken is None:
        return raised + patience().take
    if state == TAKEN or decided is None:
        return taken + patience().decide
    return decided + patience().transfer
