"""People who were forgotten on request: the marks by which a row that names one of them again is held up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from fournets.crypto import KeyRing
from fournets.people.models import Forgotten
from fournets.people.rules.identity import Identity, own_marks
from fournets.people.services.batch import Batch
from fournets.people.services.candidates import OnFile
from fournets.people.services.match import Matches

PURPOSE = "forgotten"
NAMED = "named_forgotten"  # the reason of a row in doubt


def marks_of(identities: Sequence[Identity], ring: KeyRing) -> list[set[int]]:
    """The marks of each identity."""
    told = [(at, text) for at, one in enumerate(identities) for text in own_marks(one)]
    marks: list[set[int]] = [set() for _ in identities]
    for (at, _), mark in zip(told, ring.index_many(PURPOSE, (text for _, text in told)), strict=True):
        if mark is not None:
            marks[at].add(mark)
    return marks


def hold_up_forgotten(batch: Batch, matches: Matches, on_file: Sequence[OnFile], ring: KeyRing) -> None:
    """Rows that name somebody forgotten, and rows of the same new person, wait for somebody to decide.

    Who is on file under such a mark is the candidate: a namesake with the same telephone, as a rule.
    """
    known = _known(max(batch["seen_on"]))
    if not known:
        return
    hit = {row for row, marks in enumerate(marks_of(batch.identities, ring)) if marks & known}
    new = {matches.begins[row] for row in hit if matches.person[row] is None}
    node = {one.person: batch.size + at for at, one in enumerate(on_file)}
    for row, person in enumerate(matches.person):
        if row in hit or (person is None and matches.begins[row] in new):
            matches.doubts[row] = (NAMED, [node[person]] if person in node else [])


def forgotten_as(identities: Sequence[Identity], ring: KeyRing) -> list[str]:
    """The public ids under which the people of these identities were forgotten."""
    marks = set().union(*marks_of(identities, ring))
    found = Forgotten.objects.filter(mark__in=marks).values_list("public_id", flat=True)
    return sorted(set(found))


def keep_forgotten(public_id: str, marks: Iterable[int], until_on: date) -> None:
    """Notes the marks of somebody forgotten; those noted before stay as they are."""
    rows = [Forgotten(public_id=public_id, mark=mark, until_on=until_on) for mark in sorted(marks)]
    Forgotten.objects.bulk_create(rows, ignore_conflicts=True)


def _known(on: date) -> set[int]:
    return set(Forgotten.objects.filter(until_on__gt=on).values_list("mark", flat=True))
