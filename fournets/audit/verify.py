"""Checking the chain: every line from its words, every place in order, every anchor against its link."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from fournets.audit.anchors import Anchor, anchors
from fournets.audit.chain import head, misfit
from fournets.audit.keys import chain_key
from fournets.audit.models import AuditLine, ChainLink
from fournets.audit.rules import FIRST, link_of, said, seal_of
from fournets.audit.services import record
from fournets.database import CHAIN, within

FETCH = 5000  # links held at a time
AT_ONCE = 100_000  # lines a page may check while somebody waits; about three seconds
LINKS = """
SELECT position, line_id, hash, id, (extract(epoch FROM at) * 1000000)::bigint, actor, act, area_code, details::text
FROM audit_chainlink LEFT JOIN audit_auditline ON id = line_id WHERE position > %s AND position <= %s ORDER BY position
"""
WAITING = """
SELECT line_id, seal, id, (extract(epoch FROM at) * 1000000)::bigint, actor, act, area_code, details::text
FROM audit_waitingline LEFT JOIN audit_auditline ON id = line_id ORDER BY line_id
"""
# A line neither in the chain nor waiting was put there, or taken out, behind the program's back.
ASTRAY = """
SELECT min(id) FROM audit_auditline WHERE NOT EXISTS (SELECT FROM audit_chainlink k WHERE k.line_id = id)
AND NOT EXISTS (SELECT FROM audit_waitingline w WHERE w.line_id = id)
"""
END = 2**62


@dataclass(frozen=True, slots=True)
class Bad:
    """Where the chain breaks: the place, the number of the line found there, and why."""

    position: int
    line_id: int | None
    why: str  # changed, removed, gone (a place is missing), forged (written without the key), astray


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found: links checked from place ``start`` on, the head, the first bad line and the first anchor that
    does not fit."""

    start: int
    lines: int
    head: bytes
    bad: Bad | None
    anchors: int
    bad_anchor: Anchor | None

    @property
    def fine(self) -> bool:
        return self.bad is None and self.bad_anchor is None

    @property
    def until(self) -> int:
        """The last place that was found right."""
        return self.start + self.lines


@dataclass(frozen=True, slots=True)
class Checked:
    """The last check on record: when, by whom, up to which place, and whether all of it was right."""

    at: datetime
    actor: str
    until: int
    hash: bytes
    fine: bool
    line_id: int


def verify(*, start: int = 0, most: int = END) -> Verdict:
    """Checks up to ``most`` links after the place ``start``; every anchor; every line that waits.

    Lines without any place are looked for when the whole chain is checked. Memory does not grow with the chain.
    """
    marks = anchors()
    with within({CHAIN: "on"}):
        before = FIRST if start == 0 else _hash_at(start)
        with connection.chunked_cursor() as cursor:
            cursor.execute(LINKS, [start, min(start + most, END)])
            count, newest, bad = _walk(cursor, start, before)
        if bad is None:
            bad = _forged() or (_astray() if start == 0 and most == END else None)
        return Verdict(start, count, newest, bad, len(marks), misfit(marks))


def verify_for_page(*, actor: str, at: datetime) -> Verdict:
    """Checks what came after the last check on record, or all where that is few, and puts the check on record."""
    last = last_checked()
    few = head()[0] <= AT_ONCE
    start = last.until if last and not few and _hash_at(last.until) == last.hash else 0
    verdict = verify() if few else verify(start=start, most=AT_ONCE)
    record_check(verdict, actor=actor, at=at)
    return verdict


def record_check(verdict: Verdict, *, actor: str, at: datetime) -> None:
    """Puts a check and what it found on record."""
    found = {
        "from": verdict.start + 1,
        "until": verdict.until,
        "head": verdict.head.hex(),
        "fine": verdict.fine,
        "anchors": verdict.anchors,
    }
    if verdict.bad:
        found |= {"first_bad": verdict.bad.line_id, "place": verdict.bad.position, "why": verdict.bad.why}
    if verdict.bad_anchor:
        found |= {"bad_anchor": verdict.bad_anchor.line}
    record(act="audit_verified", actor=actor, area_code="", at=at, details=found)


def last_checked() -> Checked | None:
    """The newest check on record."""
    with within({CHAIN: "on"}):
        line = AuditLine.objects.filter(act="audit_verified").order_by("-id").first()
    if line is None:
        return None
    found = line.details
    return Checked(
        line.at, line.actor, found["until"], bytes.fromhex(found["head"]), bool(found["fine"]), line.pk
    )


def _walk(cursor: Any, position: int, before: bytes) -> tuple[int, bytes, Bad | None]:
    """How many links are right, the hash of the last of them, and what is wrong with the next."""
    key, start = chain_key(), position
    while rows := cursor.fetchmany(FETCH):
        for place, line_id, digest, found, *words in rows:
            if place != position + 1:
                return position - start, before, Bad(position + 1, line_id, "gone")
            if found is None:
                return position - start, before, Bad(place, line_id, "removed")
            fresh = link_of(key, before, place, said(line_id, *words))
            if fresh != bytes(digest):
                return position - start, before, Bad(place, line_id, "changed")
            position, before = place, fresh
    return position - start, before, None


def _forged() -> Bad | None:
    key = chain_key()
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return _first_forged(key, cursor.fetchall())


def _first_forged(key: bytes, rows: Iterable[Sequence[Any]]) -> Bad | None:
    for line_id, seal, found, *words in rows:
        if found is None or bytes(seal) != seal_of(key, said(line_id, *words)):
            return Bad(0, line_id, "removed" if found is None else "forged")
    return None


def _astray() -> Bad | None:
    with connection.cursor() as cursor:
        cursor.execute(ASTRAY)
        found = cursor.fetchone()[0]
    return None if found is None else Bad(0, found, "astray")


def _hash_at(position: int) -> bytes:
    found = ChainLink.objects.filter(position=position).values_list("hash", flat=True).first()
    return bytes(found or FIRST)
