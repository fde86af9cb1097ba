"""The log of deletions, outside the database: by it a back-up is known that still holds what was destroyed since.

One line a deletion: moment, event, number, what, and of whom or which: public ids, blind indexes, names of classes. No line
says anything about anybody.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from fournets.home import home
from fournets.keeping.models import Event

LOG = "forgotten.log"
LINE = re.compile(
    r"(?P<at>\S+) (?P<event>\S+) (?P<number>\d+) (?P<what>forget|remember|drop|retention)(?P<words>( \S+)*)"
)


@dataclass(frozen=True, slots=True)
class Deletion:
    """One line of the log: the number it has in its event, what was done, and the words that say of whom."""

    at: datetime
    event: str
    number: int
    what: str
    words: tuple[str, ...]


def locked_event() -> Event:
    """The present event, held until the transaction ends: deletions are numbered one after the other."""
    return Event.objects.select_for_update().get(closed_at=None)


def note(event: Event, what: str, *words: str, at: datetime) -> None:
    """Adds a deletion to the log and to the event, in the transaction that does it, as its last step.

    On the disk before the transaction ends: where that does not come to its end, the log knows of a deletion the
    register has not seen, and it is done when the register is opened next.
    """
    event.deletions += 1
    event.save(update_fields=["deletions"])
    line = " ".join([at.isoformat(), str(event.uuid), str(event.deletions), what, *words])
    path = home() / LOG
    torn = path.exists() and not path.read_bytes().endswith(b"\n") and path.stat().st_size > 0
    with path.open("a") as log:
        log.write(("\n" if torn else "") + line + "\n")
        log.flush()
        os.fsync(log.fileno())


def unseen(event: Event) -> list[Deletion]:
    """The deletions of this event the register has not seen, in their order: there are some when it is a back-up."""
    found = {one.number: one for one in _lines() if one.event == str(event.uuid)}
    return [found[number] for number in sorted(found) if number > event.deletions]


def lost(event: Event) -> bool:
    """Whether the register knows of deletions the log does not: the log was lost, or an old one was put back."""
    return event.deletions > max((one.number for one in _lines() if one.event == str(event.uuid)), default=0)


def _lines() -> Iterator[Deletion]:
    """Every whole line; one that was cut off in writing is of a deletion that was not done."""
    path = home() / LOG
    text = path.read_text() if path.exists() else ""
    for line in text.splitlines():
        if found := LINE.fullmatch(line):
            at = datetime.fromisoformat(found["at"])
            yield Deletion(
                at, found["event"], int(found["number"]), found["what"], tuple(found["words"].split())
            )
