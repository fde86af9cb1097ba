"""Which work there is: each kind is a function that does it, named where the work belongs (``tasks.py`` of an app)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Work = Callable[["Run"], dict[str, Any]]
WORKS: dict[str, Work] = {}


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a job: what it is about, whose it is, and how to say how far it is."""

    number: int
    subject: int | None
    area_code: str
    actor: str
    now: Callable[[], datetime]
    advance: Callable[[int], object]  # told how many are done
    cancelled: Callable[[], bool]  # whether somebody wants it to end after what is done


def works(kind: str) -> Callable[[Work], Work]:
    """Marks the function that does the jobs of a kind and gives their report: counts and codes, no personal data.

    It may be begun again at any moment after a worker was killed: what is done already must not be done twice.
    """

    def mark(work: Work) -> Work:
        WORKS[kind] = work
        return work

    return mark
