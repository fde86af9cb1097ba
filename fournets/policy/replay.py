"""Replaying a decision: do the numbers it was made under still stand as they stood?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fournets.policy.reader import digest_of_record, in_force


@dataclass(frozen=True, slots=True)
class Change:
    """One value that is no longer what it was; ``was`` or ``now`` is None where there was or is none."""

    name: str
    was: Any
    now: Any


@dataclass(frozen=True, slots=True)
class Replay:
    """What a replay found: whether every number of the decision still stands, and those that do not."""

    stands: bool
    changed: tuple[Change, ...]


def replay(
    digest: str,
    *,
    on: date,
    area: str = "",
    record: Mapping[str, Any] | None = None,
    subjects: tuple[str, ...] = (),
) -> Replay:
    """Compares the policy a decision was made under with the files of today, for the same day and place.

    ``digest`` is what the decision stored; ``record`` is `Policy.record` kept beside it. Without the record only the
    digest can be compared. With it the changed values are named, and values that came into the files since, under
    names the decision could not know, do not disturb.
    """
    now = in_force(on=on, area=area).record(*subjects)
    if digest_of_record(now) == digest:
        return Replay(True, ())
    if record is None or digest_of_record(record) != digest:
        return Replay(False, ())
    changed = [
        Change(name, was, now.get(name)) for name, was in sorted(record.items()) if now.get(name) != was
    ]
    return Replay(not changed, tuple(changed))
