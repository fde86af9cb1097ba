"""The act of receiving what a phone sent: each record by itself kept once, repeated without harm, or kept aside; never dropped.

The row says who sent it and when: the audit has one line for each time something was sent, not one for each record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DataError, IntegrityError, connection, transaction

from fournets.audit.services import record
from fournets.crypto import KeyRing
from fournets.fieldwork.models import (
    ASIDE,
    KEPT,
    NEWCOMER,
    NO_RIGHT,
    NOT_THERE,
    OTHER_ACCOUNT,
    OTHER_BODY,
    TAKE,
)
from fournets.fieldwork.rules.moments import happened
from fournets.fieldwork.rules.record import Record, Unreadable, read_record
from fournets.fieldwork.services.effects import Targets, apply_record, note_visited, targets_of
from fournets.jobs.services import ask_job
from fournets.organization.access import Reader

VISITS = "visits.record"
CONTENT = "content"  # what a record is sealed for
REFUSED = "refused"
UNREADABLE = "unreadable"
KNOWN = "SELECT record_id::text, digest, state, reason, received_at FROM field_records_known(%s, %s::uuid[])"
ADD = """
INSERT INTO fieldwork_fieldrecord (record_id, digest, area_code, outcome, content_sealed, device, device_at, sent_at,
    received_at, "offset", happened_at, sent_by, typed_by, state, reason, counts, decided, decided_by)
VALUES (%(id)s, %(digest)s, %(area)s, %(outcome)s, %(content)s, %(device)s, %(device_at)s, %(sent_at)s, %(received_at)s,
    %(offset)s, %(happened_at)s, %(by)s, %(typed_by)s, %(state)s, %(reason)s, %(counts)s, '', '')
ON CONFLICT DO NOTHING RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Sending:
    """One time a phone sent something: whose session it was, which phone, its clock and ours.

    A printed sheet is sent by whoever printed it, whoever types it (``typed_by``): so its rows are known again.
    """

    user_id: int
    login: str
    device: str
    sent_at: datetime
    received_at: datetime
    typed_by: str = ""

    @property
    def actor(self) -> str:
        """Whose hands it were."""
        return self.typed_by or self.login


@dataclass(frozen=True, slots=True)
class Answer:
    """What a phone is told of a record: `KEPT`, `ASIDE` or `REFUSED`, why, and when it was received first."""

    record_id: str
    state: str
    reason: str = ""
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """A record that can be read, word for word, and its fingerprint."""

    said: Record
    content: str
    digest: bytes

    @property
    def key(self) -> tuple[str, bytes]:
        """By what the same is known again."""
        return str(self.said.id), self.digest


Seen = dict[str, dict[bytes, Answer]]


def read_all(sent: Sequence[bytes]) -> list[Read | Answer]:
    """Each record read, or the answer that it is none."""
    found: list[Read | Answer] = []
    for one in sent:
        try:
            said, digest = read_record(one)
        except Unreadable as error:
            found.append(Answer(error.record_id, REFUSED, UNREADABLE))
        else:
            found.append(Read(said, one.decode(), digest))
    return found


@transaction.atomic
def receive_records(
    found: Sequence[Read], sending: Sending, *, reader: Reader | None, area_code: str, ring: KeyRing
) -> list[Answer]:
    """Takes records of one area in, in their order, within the caller's scope; what is answered holds once it is committed.

    ``reader``: the post they are recorded under, None where the account holds it no more: then all is kept aside, in
    ``area_code``. Each record is a savepoint of its own: one the database refuses takes none of the others along.
    """
    seen = _seen(sending, found)
    targets = targets_of([one.said for one in found])
    answers = [_one(one, sending, reader, area_code, seen, targets, ring) for one in found]
    fresh = [one for one in answers if one.received_at == sending.received_at]
    if fresh:
        counts = Counter(one.reason or one.state for one in fresh)
        details = {"records": len(fresh), **dict(sorted(counts.items()))}
        at = sending.received_at
        record(act="field_records_received", actor=sending.actor, area_code=area_code, at=at, details=details)
    if any(
        one.said.outcome == NEWCOMER and answer in fresh and answer.state == KEPT
        for one, answer in zip(found, answers, strict=True)
    ):
        _ask_take(area_code, sending)
    return answers


def _one(
    one: Read,
    sending: Sending,
    reader: Reader | None,
    area_code: str,
    seen: Seen,
    targets: Targets,
    ring: KeyRing,
) -> Answer:
    record_id, digest = one.key
    before = seen.setdefault(record_id, {})
    if digest in before:
        return before[digest]
    try:
        with transaction.atomic():
            answer = _add(one, sending, reader, area_code, bool(before), targets, ring)
    except (DataError, IntegrityError):
        return Answer(record_id, REFUSED, UNREADABLE)
    before[digest] = answer
    return answer


def _add(
    one: Read,
    sending: Sending,
    reader: Reader | None,
    area_code: str,
    other_body: bool,
    targets: Targets,
    ring: KeyRing,
) -> Answer:
    """Keeps one record; what another request has kept meanwhile is answered as that was."""
    reason = _why_aside(one.said, sending, reader, other_body, targets)
    number = _insert(one, sending, area_code, reason, ring)
    if number is None:
        now = _seen(sending, [one]).get(one.key[0], {})
        if one.digest in now:
            return now[one.digest]
        reason = OTHER_BODY
        number = _insert(one, sending, area_code, reason, ring)
    if number is not None:
        visited = targets.visited(one.said)
        note_visited(number, visited)
        if not reason and reader:
            at = happened(one.said.device_at, sending.sent_at, sending.received_at)[0]
            by = one.said.visited_by or reader.name
            apply_record(number, one.said, visited, by=by, actor=reader.login, happened_at=at)
    return Answer(one.key[0], ASIDE if reason else KEPT, reason, sending.received_at)


def _why_aside(
    said: Record, sending: Sending, reader: Reader | None, other_body: bool, targets: Targets
) -> str:
    """Why a record does not count by itself; empty: it does."""
    if said.account != sending.user_id:
        return OTHER_ACCOUNT
    if reader is None or not reader.may_in(VISITS, said.area):
        return NO_RIGHT
    if other_body:
        return OTHER_BODY
    return "" if targets.has(said) else NOT_THERE


def _insert(one: Read, sending: Sending, area_code: str, reason: str, ring: KeyRing) -> int | None:
    """The number of the row; None where it, or one of its id that counts, is there."""
    at, behind = happened(one.said.device_at, sending.sent_at, sending.received_at)
    given: dict[str, Any] = {
        "id": str(one.said.id),
        "digest": one.digest,
        "area": area_code,
        "outcome": one.said.outcome,
        "content": ring.seal(CONTENT, one.content),
        "device": sending.device,
        "device_at": one.said.device_at,
        "sent_at": sending.sent_at,
        "received_at": sending.received_at,
        "offset": behind,
        "happened_at": at,
        "by": sending.login,
        "typed_by": sending.typed_by,
        "state": ASIDE if reason else KEPT,
        "reason": reason,
        "counts": not reason,
    }
    with connection.cursor() as cursor:
        cursor.execute(ADD, given)
        row = cursor.fetchone()
        return int(row[0]) if row else None


def _seen(sending: Sending, found: Sequence[Read]) -> Seen:
    """What this account was told before of records of these ids, by their fingerprints, wherever it sent them."""
    seen: Seen = {}
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, [sending.login, [str(one.said.id) for one in found]])
        for record_id, digest, state, reason, at in cursor.fetchall():
            seen.setdefault(record_id, {})[bytes(digest)] = Answer(record_id, state, reason, at)
    return seen


def _ask_take(area_code: str, sending: Sending) -> None:
    """A worker files them; asked for once too often, it finds nothing to do."""
    ask_job(TAKE, area_code=area_code, actor=sending.actor, at=sending.received_at)
