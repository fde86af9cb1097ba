"""A back-up brought back still holds what was destroyed since: the deletions are done again, in their order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from fournets.audit.services import record
from fournets.crypto import KeyRing
from fournets.keeping.deletions import Deletion, locked_event, unseen
from fournets.keeping.due import PARTS
from fournets.keeping.erase import erase_people
from fournets.keeping.forget import drop_row, rows_in_doubt
from fournets.keeping.models import Event
from fournets.keeping.originals import mark_destroyed, sweep_originals, sweep_waiting
from fournets.keeping.retention import destroy_due
from fournets.people.models import Fact, Forgotten, Person
from fournets.people.services import split_person
from fournets.people.services.candidates import OnFile, facts_of
from fournets.people.services.forgotten import keep_forgotten, marks_of

CHUNK = 20_000  # people whose facts are opened at a time
BACK_UP = "back-up"


@dataclass
class Replayed:
    """What a replay did: deletions of the log, people who were there again, rows that were due, originals removed."""

    deletions: int = 0
    people: int = 0
    rows: int = 0
    originals: int = 0


@dataclass
class Sought:
    """Whom the log says to be forgotten: public ids, and marks for files that went by another."""

    names: set[str] = field(default_factory=set)
    marks: set[int] = field(default_factory=set)


def outdated() -> int:
    """How many deletions of the log this register has not seen: 0 but for a back-up, or where one was cut short."""
    return len(unseen(Event.objects.get(closed_at=None)))


def replay_deletions(*, at: datetime, actor: str, ring: KeyRing) -> Replayed:
    """Does every deletion again the register has not seen; interrupted, it is run again.

    Nobody asks whether something is going on about somebody: that was settled when he was forgotten.
    """
    lines = unseen(Event.objects.get(closed_at=None))
    done = Replayed(len(lines))
    if lines:
        done.people = _forget(lines, at, actor, ring)
        done.rows = sum(_again(line, at, ring) for line in lines)
        with transaction.atomic():
            event = locked_event()
            event.deletions = lines[-1].number
            event.save(update_fields=["deletions"])
            details = {"deletions": done.deletions, "people": done.people, "rows": done.rows}
            record(act="deletions_replayed", actor=actor, area_code="", at=at, details=details)
    done.originals = sweep_originals() + sweep_waiting()
    return done


def _again(line: Deletion, at: datetime, ring: KeyRing) -> int:
    """Rows that were dropped, or whose period was over; how many there were again."""
    if line.what == "drop":
        file, sheet, row = map(int, line.words)
        return drop_row((file, sheet, row), at=at)
    return _apply(line, at, ring) if line.what == "retention" else 0


def _apply(line: Deletion, at: datetime, ring: KeyRing) -> int:
    name, on, before = line.words
    if name not in PARTS:  # a class an older version of the program had
        return 0
    return destroy_due(name, on=date.fromisoformat(on), before=date.fromisoformat(before), at=at, ring=ring)


@transaction.atomic
def _forget(lines: Sequence[Deletion], at: datetime, actor: str, ring: KeyRing) -> int:
    """Everybody the log says to be forgotten is taken out; who was not remembered since is on the list again."""
    sought = Sought()
    for line in lines:
        if line.what == "remember":
            Forgotten.objects.filter(public_id=line.words[0]).delete()
        if line.what == "forget":
            names, until_on, *marks = line.words
            keep_forgotten(names.split(",")[0], map(int, marks), date.fromisoformat(until_on))
            sought.names.update(names.split(","))
            sought.marks.update(map(int, marks))
    if not sought.names:
        return 0
    people = set(Person.objects.filter(public_id__in=sought.names).values_list("pk", flat=True))
    people |= set(_by_marks(sought, people, at, actor, ring))
    in_doubt, _ = rows_in_doubt(people, ring)
    erased = erase_people(people, sources=in_doubt, ring=ring)
    mark_destroyed({file for file, _, _ in erased.sources}, at=at)
    return len(people)


def _by_marks(sought: Sought, known: set[int], at: datetime, actor: str, ring: KeyRing) -> Iterator[int]:
    """People who bear a mark under another public id; in a file of two people only his own rows are taken out of it."""
    everybody = list(Person.objects.exclude(pk__in=known).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(everybody), CHUNK):
        facts = facts_of(everybody[start : start + CHUNK], ring)
        told = marks_of([one.identity for one in facts], ring)
        his = [one for one, own in zip(facts, told, strict=True) if own & sought.marks]
        for person in sorted({one.person for one in his}):
            yield _apart(person, facts, his, at, actor)


def _apart(person: int, facts: Iterable[OnFile], his: Iterable[OnFile], at: datetime, actor: str) -> int:
    """The number of a file that holds nothing but what is his."""
    own = {one.fact for one in his if one.person == person}
    if own == {one.fact for one in facts if one.person == person}:
        return person
    rows = list(Fact.objects.filter(pk__in=own).values_list("file_id", "sheet", "row"))
    return split_person(
        Person.objects.get(pk=person).public_id, files=rows, reason=BACK_UP, actor=actor, at=at
    ).pk
