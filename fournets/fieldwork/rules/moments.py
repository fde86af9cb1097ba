"""When something happened, by our clock, and which of several records ends a task: the same whatever came first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

RESULTS = {
    "reached": "done",
    "moved": "moved_away",
}  # what came of a task, by what a record says; others leave it open
VISITS = {"reached": "done", "nobody_home": "unreached", "refused": "refused", "moved": "done"}


@dataclass(frozen=True, slots=True)
class Ending:
    """A record that ends a task: its id, how, and when it happened."""

    record_id: str
    outcome: str
    happened_at: datetime

    @property
    def result(self) -> str:
        """What came of the task."""
        return RESULTS[self.outcome]


def happened(device_at: datetime, sent_at: datetime, received_at: datetime) -> tuple[datetime, float]:
    """When a record was made by our clock, and by how many seconds the phone's was behind.

    Both moments of the phone are by the same clock, so that what it is wrong by falls out; nothing has happened after it
    was received.
    """
    behind = (received_at - sent_at).total_seconds()
    return min(device_at + timedelta(seconds=behind), received_at), behind


def last_of(endings: Iterable[Ending]) -> Ending | None:
    """The one that counts: what happened last; of two at the very same moment, always the same one."""
    return max(endings, key=lambda one: (one.happened_at, one.record_id, one.outcome), default=None)
