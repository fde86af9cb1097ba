"""Periods by class of data: what is due on a day, and its destruction, batch by batch."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from fournets.audit.services import record
from fournets.crypto import KeyRing
from fournets.keeping.deletions import locked_event, note
from fournets.keeping.due import PARTS, PEOPLE, Part
from fournets.keeping.erase import erase_people
from fournets.keeping.originals import sweep_originals, sweep_waiting
from fournets.language import Lang, Refusal, reader_language

FILE = Path(__file__).with_name("retention.toml")
BATCH = 5_000  # rows destroyed in one transaction


@dataclass(frozen=True, slots=True)
class DataClass:
    """One class of data: its words, the day that counts, how many days it is kept after it, why, and its tables.

    ``days`` is None for what is kept until the event is closed.
    """

    name: str
    zh: str
    en: str
    day: dict[str, str]
    days: int | None
    reason: dict[str, str]
    source: str
    tables: tuple[str, ...]

    def text(self, lang: Lang | None = None) -> str:
        return self.zh if (lang or reader_language()) == "zh" else self.en

    def before(self, on: date) -> date | None:
        """The first day that is still kept on ``on``."""
        return None if self.days is None else on - timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Due:
    """How many rows of a class are due on a day; ``before``: the first day that is still kept."""

    of: DataClass
    before: date | None
    count: int


@cache
def data_classes() -> dict[str, DataClass]:
    """Every class of ``retention.toml``, in its order."""
    found = _file()["classes"]
    return {
        name: DataClass(name, **({"days": None} | one | {"tables": tuple(one["tables"])}))
        for name, one in found.items()
    }


def forgotten_until(on: date) -> date:
    """Until when (exclusive) rows that name somebody forgotten on ``on`` are held up."""
    return on + timedelta(days=_file()["forgotten_days"])


def last_day(name: str, at: datetime) -> date | None:
    """The last day on which something of a class is kept whose period is counted from ``at``; None: until the close."""
    days = data_classes()[name].days
    return None if days is None else timezone.localtime(at).date() + timedelta(days=days)


def due(on: date) -> list[Due]:
    """What is due on ``on``, class by class; one statement a table."""
    return [Due(one, one.before(on), _count(one, on)) for one in data_classes().values()]


def apply_retention(
    *, on: date, at: datetime, actor: str, ring: KeyRing, advance: Callable[[int], None] = lambda _: None
) -> dict[str, int]:
    """Destroys what is due on ``on``; gives how many rows of which class. ``advance`` is told of every batch's rows.

    With the owner's rights. Each batch is a transaction; interrupted, it is run again. A class with something due is first noted in the log of
    deletions, and has one line in the audit. A `Refusal` for a day to come.
    """
    if on > timezone.localtime(at).date():
        raise Refusal("retention_to_come", on=on.isoformat())
    gone = {}
    for one in due(on):
        if one.count and one.before:
            with transaction.atomic():
                words = (one.of.name, on.isoformat(), one.before.isoformat())
                note(locked_event(), "retention", *words, at=at)
            count = destroy_due(one.of.name, on=on, before=one.before, at=at, ring=ring, advance=advance)
            details = {
                "class": one.of.name,
                "on": on.isoformat(),
                "before": one.before.isoformat(),
                "rows": count,
            }
            record(act="retention_applied", actor=actor, area_code="", at=at, details=details)
            gone[one.of.name] = count
    sweep_originals()
    sweep_waiting()
    return gone


def destroy_due(
    name: str,
    *,
    on: date,
    before: date,
    at: datetime,
    ring: KeyRing,
    advance: Callable[[int], None] = lambda _: None,
) -> int:
    """Destroys the rows of one class from before ``before``; gives how many. Originals are marked, not yet removed."""
    count = 0
    for part in PARTS[name]:
        for rows in _batches(part, {"on": on, "before": before, "at": at}, name == PEOPLE, ring):
            count += rows
            advance(rows)
    return count


def _batches(part: Part, given: dict[str, Any], whole: bool, ring: KeyRing) -> Iterator[int]:
    """Batch after batch until nothing is due any more; ``whole``: people go with all there is of them."""
    while True:
        with transaction.atomic():
            rows = _whole(part, given, ring) if whole else _destroy(part, given)
        if rows:
            yield rows
        if rows < BATCH:
            return


def _destroy(part: Part, given: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(part.batch(BATCH), given)
        return int(cursor.rowcount)


def _whole(part: Part, given: dict[str, Any], ring: KeyRing) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {part.table} AS row WHERE {part.due} LIMIT {BATCH}", given)  # noqa: S608  # nosec B608
        people = [row[0] for row in cursor.fetchall()]
    erase_people(people, ring=ring)
    return len(people)


def _count(one: DataClass, on: date) -> int:
    before = one.before(on)
    if before is None:
        return 0
    with connection.cursor() as cursor:
        counts = []
        for part in PARTS[one.name]:
            cursor.execute(part.count(), {"on": on, "before": before, "at": None})
            counts.append(cursor.fetchone()[0])
    return sum(counts)


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
