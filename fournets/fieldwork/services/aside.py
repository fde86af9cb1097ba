"""What was kept aside: what it says otherwise than what counts, and somebody's decision about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db import connection, transaction

from fournets.accounts.selectors import names_of
from fournets.audit.services import record
from fournets.crypto import KeyRing
from fournets.fieldwork.models import ASIDE, COUNTED, LEFT, NEWCOMER, TAKE, FieldRecord, FieldVisited
from fournets.fieldwork.rules.record import Record
from fournets.fieldwork.services.effects import (
    Whom,
    apply_record,
    note_visited,
    take_back,
    targets_of,
)
from fournets.fieldwork.services.receive import CONTENT
from fournets.jobs.services import ask_job
from fournets.language import Refusal
from fournets.organization.access import Reader

NAMES = """
SELECT t.id::text, p.public_id, p.name FROM organization_task t JOIN people_person p ON p.id = t.person_id WHERE t.id = ANY(%s)
UNION ALL SELECT public_id, public_id, name FROM people_person WHERE public_id = ANY(%s)
"""
DECIDE = "visits.decide"
MOST = 100  # shown at once
COMPARED = ("outcome", "tasks", "people", "address", "moved_to", "note", "newcomers", "place", "device_at",
            "temperature", "visited_by")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Aside:
    """One record: who sent it, when it was received and when it happened, why it was kept aside, and how the visit ended.

    ``counting``: how the one that counts in its place ended, empty: none does; ``differs``: which parts it says otherwise.
    ``visited_by``, ``typed_by``: of a printed sheet, who was there and who typed it. ``offset``: by how many seconds the phone's clock was behind. ``people``: whom it is about, by public id and name.
    """

    number: int
    reason: str
    outcome: str
    sent_by: str
    area_code: str
    received_at: datetime
    happened_at: datetime
    offset: float
    note: str
    visited_by: str
    typed_by: str
    people: Sequence[tuple[str, str]]
    counting: str
    differs: Sequence[str]


def asides(area_code: str, *, ring: KeyRing) -> list[Aside]:
    """What waits for a decision in an area, the oldest first."""
    waiting = FieldRecord.objects.filter(
        state=ASIDE, decided="", content_sealed__isnull=False, area_code__startswith=area_code
    )
    found = list(waiting.order_by("id")[:MOST])
    said = {one.pk: _said(one, ring) for one in found}
    counting = {
        (one.sent_by, one.record_id): one
        for one in FieldRecord.objects.filter(
            counts=True,
            record_id__in=[one.record_id for one in found],
            sent_by__in={one.sent_by for one in found},
        )
    }
    names = _names(list(said.values()))
    return [
        _shown(one, said[one.pk], counting.get((one.sent_by, one.record_id)), names, ring) for one in found
    ]


@transaction.atomic
def decide_aside(number: int, *, count: bool, reader: Reader, at: datetime, ring: KeyRing) -> None:
    """Has a record count, in the place of the one that counts for its id, or leaves it aside for good; once.

    A `Refusal` when it is not within the reader's area, was decided before, or names somebody who is not there.
    """
    one = FieldRecord.objects.select_for_update().filter(pk=number, state=ASIDE, decided="").first()
    if one is None or one.content_sealed is None or not reader.may_in(DECIDE, one.area_code):
        raise Refusal("fieldwork_aside_unknown")
    if count:
        _count(one, reader, at, ring)
    one.decided, one.decided_by, one.decided_at = COUNTED if count else LEFT, reader.login, at
    one.save(update_fields=["decided", "decided_by", "decided_at", "counts"])
    details = {"number": one.pk, "decision": one.decided}
    record(act="field_record_decided", actor=reader.login, area_code=one.area_code, at=at, details=details)


def _count(one: FieldRecord, reader: Reader, at: datetime, ring: KeyRing) -> None:
    said = _said(one, ring)
    targets = targets_of([said])
    if not targets.has(said):
        raise Refusal("fieldwork_aside_not_there")
    _replace(one, reader, at)
    one.counts = True
    one.save(update_fields=["counts"])
    if said.outcome == NEWCOMER:
        ask_job(TAKE, area_code=one.area_code, actor=reader.login, at=at)
        return
    visited = targets.visited(said)
    note_visited(one.pk, visited)
    by = said.visited_by or names_of([one.sent_by]).get(one.sent_by, one.sent_by)
    apply_record(one.pk, said, visited, by=by, actor=reader.login, happened_at=one.happened_at)


def _replace(one: FieldRecord, reader: Reader, at: datetime) -> None:
    """The record that counted for this id counts no more, nor its visit; rows made of newcomers stay in the file they are in."""
    before = (
        FieldRecord.objects.select_for_update()
        .filter(sent_by=one.sent_by, record_id=one.record_id, counts=True)
        .first()
    )
    if before is None:
        return
    if before.file_id is not None:
        raise Refusal("fieldwork_aside_taken", file=before.file_id)
    before.counts = False
    before.save(update_fields=["counts"])
    visited: list[Whom] = list(
        FieldVisited.objects.filter(record=before).values_list("area_code", "person_id", "task_id")
    )
    take_back(before.pk, visited, actor=reader.login, at=at)


def _shown(
    one: FieldRecord,
    said: Record,
    before: FieldRecord | None,
    names: dict[str, tuple[str, str]],
    ring: KeyRing,
) -> Aside:
    held = _said(before, ring) if before and before.content_sealed is not None else None
    whom = [*map(str, said.tasks), *said.people]
    return Aside(
        number=one.pk,
        reason=one.reason,
        outcome=one.outcome,
        sent_by=one.sent_by,
        area_code=one.area_code,
        received_at=one.received_at,
        happened_at=one.happened_at,
        offset=one.offset,
        note=said.note,
        visited_by=said.visited_by,
        typed_by=one.typed_by,
        people=list(dict.fromkeys(names[name] for name in whom if name in names)),
        counting=before.outcome if before else "",
        differs=[name for name in COMPARED if held and getattr(said, name) != getattr(held, name)],
    )


def _names(records: Sequence[Record]) -> dict[str, tuple[str, str]]:
    """By task or public id whom it means, as far as he is within the scope: public id and name."""
    tasks = {one for said in records for one in said.tasks}
    people = {one for said in records for one in said.people}
    with connection.cursor() as cursor:
        cursor.execute(NAMES, [list(tasks), list(people)])
        return {word: (public_id, name) for word, public_id, name in cursor.fetchall()}


def _said(one: FieldRecord, ring: KeyRing) -> Record:
    return msgspec.json.decode(ring.unseal(CONTENT, one.content_sealed or b""), type=Record)
