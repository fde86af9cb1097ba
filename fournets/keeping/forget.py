"""One person forgotten while the event runs; remembered again; and rows that name him meanwhile."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from fournets.audit.services import record
from fournets.crypto import KeyRing
from fournets.intake.models import SourceFile, SourceRow
from fournets.keeping.deletions import locked_event, note
from fournets.keeping.due import OPEN_ACTS
from fournets.keeping.erase import Erased, Row, erase_people, names_of
from fournets.keeping.originals import mark_destroyed, sweep_originals
from fournets.keeping.retention import forgotten_until
from fournets.language import Refusal, say
from fournets.people.models import Forgotten, ReviewItem
from fournets.people.rules.identity import Identity
from fournets.people.services import NAMED
from fournets.people.services.candidates import facts_of
from fournets.people.services.forgotten import keep_forgotten, marks_of
from fournets.people.services.merge import person_named
from fournets.people.services.review import rows_of

NUMBER, LONGEST, LETTERS = re.compile(r"\d{5,}"), 200, 3


@dataclass(frozen=True, slots=True)
class Forgot:
    """What a forgetting did: under which public id, rows blanked, originals destroyed, and whether rows can be known again."""

    person: str
    rows: int
    files: list[str]
    until_on: date
    known_again: bool


def forget_person(
    public_id: str, *, reason: str, on: date, at: datetime, actor: str, ring: KeyRing, asked_by: str = ""
) -> Forgot:
    """Takes a person out of the register for good: every row of his, and the originals of the files that led to him.

    ``asked_by``: the account that asked for what ``actor`` approved. A `Refusal` while something is going on about him
    (`OPEN_ACTS`), or without a reason. What stays is a mark by which a row that names him again is held up, until the day
    it ends.
    """
    said = kept_reason(reason)
    with transaction.atomic():
        event = locked_event()
        person = person_named(public_id)
        check_free(person.pk, person.public_id, on)
        in_doubt, marks = rows_in_doubt([person.pk], ring)
        erased = erase_people([person.pk], sources=in_doubt, ring=ring)
        until_on = forgotten_until(on)
        keep_forgotten(person.public_id, marks, until_on)
        files = _destroy_originals(erased, at)
        details = {
            "person": person.public_id,
            "reason": said,
            "rows": len(erased.sources),
            "originals": len(files),
        } | ({"asked_by": asked_by} if asked_by else {})
        record(act="person_forgotten", actor=actor, area_code=person.area_code[:12], at=at, details=details)
        names = [person.public_id, *(one for one in erased.names if one != person.public_id)]
        note(event, "forget", ",".join(names), until_on.isoformat(), *map(str, sorted(marks)), at=at)
    sweep_originals()
    return Forgot(person.public_id, len(erased.sources), files, until_on, bool(marks))


def remember_person(public_id: str, *, reason: str, at: datetime, actor: str) -> None:
    """Takes a forgotten person off the list: rows that name him are filed again. What was destroyed does not come back."""
    said = kept_reason(reason)
    with transaction.atomic():
        event = locked_event()
        gone, _ = Forgotten.objects.filter(public_id=public_id).delete()
        if not gone:
            raise Refusal("forgotten_unknown", person=public_id)
        record(
            act="person_remembered",
            actor=actor,
            area_code="",
            at=at,
            details={"person": public_id, "reason": said},
        )
        note(event, "remember", public_id, at=at)


def leave_forgotten(item_id: int, *, at: datetime, actor: str) -> Row:
    """Drops a row in doubt because it names somebody forgotten: it is blanked, its file's original destroyed."""
    with transaction.atomic():
        item = ReviewItem.objects.select_for_update().filter(pk=item_id, decided="", mended_by=None).first()
        if item is None:
            raise Refusal("review_unknown", item=item_id)
        if item.reason != NAMED:
            raise Refusal("review_names_nobody_forgotten", item=item_id)
        event, row = locked_event(), (item.file_id, item.sheet, item.row)
        drop_row(row, at=at)
        details = {"item": item_id, "file": item.file_id}
        record(act="row_left_forgotten", actor=actor, area_code=item.area_code[:12], at=at, details=details)
        note(event, "drop", *map(str, row), at=at)
    sweep_originals()
    return row


def drop_row(row: Row, *, at: datetime) -> int:
    """Takes a row that names somebody forgotten out of the queue, empties it and marks its original; how many there were."""
    of = dict(zip(("file_id", "sheet", "row"), row, strict=True))
    gone, _ = ReviewItem.objects.filter(reason=NAMED, decided="", **of).delete()
    if gone:
        SourceRow.objects.filter(**of).update(reason="forgotten", problems=None, rule="", score=None)
        mark_destroyed([row[0]], at=at)
    return gone


def rows_in_doubt(people: Iterable[int], ring: KeyRing) -> tuple[list[Row], set[int]]:
    """The rows in doubt that are those people's (they might be, and bear a name or a mark of theirs), and the marks."""
    numbers, _ = names_of(people)
    identities = [one.identity for one in facts_of(numbers, ring)]
    marks = set().union(*marks_of(identities, ring))
    return _in_doubt(numbers, identities, marks, ring), marks


def kept_reason(text: str) -> str:
    """The reason as it is kept: without long numbers, for it may not repeat what is to be forgotten."""
    said = NUMBER.sub("…", " ".join(text.split()))[:LONGEST]
    if sum(sign.isalpha() for sign in said) < LETTERS:
        raise Refusal("forget_reason")
    return said


def check_free(person: int, public_id: str, on: date) -> None:
    """A `Refusal` while something is going on about a person on a day."""
    with connection.cursor() as cursor:
        going_on = []
        for name, sql in OPEN_ACTS.items():
            cursor.execute(f"SELECT EXISTS ({sql.format(who='%(who)s')})", {"who": person, "on": on})
            if cursor.fetchone()[0]:
                going_on.append(say(f"open_act_{name}"))
    if going_on:
        raise Refusal("forget_open_act", person=public_id, acts="、".join(going_on))


def _in_doubt(
    numbers: Sequence[int], identities: Sequence[Identity], marks: set[int], ring: KeyRing
) -> list[Row]:
    """The rows in doubt that are his: they might be, and bear his name or a mark of his."""
    items = list(ReviewItem.objects.filter(candidates__overlap=list(numbers)).exclude(row_sealed=None))
    if not items:
        return []
    names = {one.name for one in identities}
    told = rows_of(items, ring).identities
    his = zip(items, told, marks_of(told, ring), strict=True)
    return [
        (item.file_id, item.sheet, item.row) for item, one, own in his if one.name in names or own & marks
    ]


def _destroy_originals(erased: Erased, at: datetime) -> list[str]:
    """Marks the originals his rows stood in; gives the names of those files."""
    numbers = {file for file, _, _ in erased.sources}
    names = (
        SourceFile.objects.filter(pk__in=numbers, destroyed_at=None)
        .order_by("pk")
        .values_list("name", flat=True)
    )
    found = list(names)
    mark_destroyed(numbers, at=at)
    return found
