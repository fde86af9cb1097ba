"""What may be needed, by when it has to be seen to, and who of a caretaker team does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from fournets.care.rules.alarms import settings

OPEN, TAKEN, ANSWERED = NEED_STATES = ("open", "taken", "answered")
ANSWERS = ("done", "not_possible")  # somebody gives
ENDED = "ended"  # the isolation is over: the database gives it
WORDS, ANSWER, PHONES = "words", "answer", "phones"  # what is sealed, each under the name of its column
FEELINGS = "feelings"  # whoever asks for a friendly ear stands on a list of his own


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of need: the role that sees to it, and within what time."""

    role: str
    within: timedelta


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind, in the order of ``care.toml``."""
    found = settings()["needs"]["kinds"]
    return {code: Kind(one["role"], timedelta(hours=one["hours"])) for code, one in found.items()}


def due_by(kind: str, asked_at: datetime) -> datetime:
    """Until when a need that was told at a moment has to be answered."""
    return asked_at + kinds()[kind].within
