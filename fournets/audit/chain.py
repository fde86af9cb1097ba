"""Lines that wait get their place in the chain, each after the one before, by whoever has committed an act."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection, transaction

from fournets.audit.anchors import Anchor, drop_anchor
from fournets.audit.keys import chain_key
from fournets.audit.models import ChainLink
from fournets.audit.rules import FIRST, link_of, said, seal_of
from fournets.crypto import SealError
from fournets.database import CHAIN

_CHAIN = 0x466F75726E657473  # the number of the lock that keeps two processes from chaining to the same line
BATCH = 2000  # lines chained under one lock
# The lines that wait, once it is one's turn, each with the newest link, which the first of them comes behind. Others wait for
# the lock for a batch of another at most; where it is held longer, the next act chains the line. Where nothing waits, nobody's
# lock is waited for, and no row comes. Sent together; each sees what was committed before it began.
WAITING = f"""
SET LOCAL lock_timeout = '2s'; SET LOCAL {CHAIN} = 'on';
SELECT pg_advisory_xact_lock(%s) WHERE EXISTS (SELECT FROM audit_waitingline);
SELECT coalesce(newest.position, 0), newest.hash,
    w.line_id, w.seal, (extract(epoch FROM at) * 1000000)::bigint, actor, act, area_code, details::text
FROM audit_waitingline w LEFT JOIN audit_auditline ON id = w.line_id
    LEFT JOIN (SELECT position, hash FROM audit_chainlink ORDER BY position DESC LIMIT 1) AS newest ON true
WHERE w.line_id > %s ORDER BY w.line_id LIMIT %s
"""  # noqa: S608
LINK = """
WITH linked AS (
    INSERT INTO audit_chainlink (position, line_id, hash) SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[])
    RETURNING line_id
) DELETE FROM audit_waitingline WHERE line_id IN (SELECT line_id FROM linked)
"""
log = logging.getLogger(__name__)


def link_and_anchor(at: datetime) -> None:
    """Chains what waits; the first act of an hour leaves an anchor. The act stands already: nothing here undoes it."""
    try:
        link_waiting()
        anchor_head(at)
    except (DatabaseError, SealError) as trouble:
        log.warning("audit lines wait to be chained: %s", type(trouble.__cause__ or trouble).__name__)


def link_waiting() -> int:
    """Chains every waiting line whose seal is right; gives how many. One that is wrong stays for `verify` to name."""
    count, after = 0, 0
    while True:
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            lines = _waiting(cursor, after)
            count += _chain(cursor, lines) if lines else 0
        if len(lines) < BATCH:
            return count
        after = lines[-1][2]


def anchor_head(at: datetime, *, hourly: bool = True) -> None:
    """Writes the newest link outside the database, once an hour or at once. Where it cannot, the doctor tells."""
    try:
        drop_anchor(at, head, hourly=hourly)
    except OSError as trouble:
        log.warning("anchors.log cannot be written: %s", type(trouble).__name__)


def head() -> tuple[int, bytes]:
    """The place and hash of the newest link; 0 and zeros before the first."""
    found = ChainLink.objects.order_by("-position").values_list("position", "hash").first()
    return (found[0], bytes(found[1])) if found else (0, FIRST)


def misfit(anchors: list[Anchor]) -> Anchor | None:
    """The first anchor whose link is gone or another one."""
    places = {one.position for one in anchors}
    links = dict(ChainLink.objects.filter(position__in=places).values_list("position", "hash"))
    return next((one for one in anchors if bytes(links.get(one.position, b"")) != one.hash), None)


def _waiting(cursor: Any, after: int) -> list[Any]:
    cursor.execute(WAITING, [_CHAIN, after, BATCH])
    while cursor.nextset():
        pass
    found: list[Any] = cursor.fetchall()
    return found


def _chain(cursor: Any, lines: list[Any]) -> int:
    key = chain_key()
    position, before = lines[0][0], bytes(lines[0][1] or FIRST)
    places, numbers, hashes = [], [], []
    for _, _, line_id, seal, *rest in lines:
        if rest[0] is None:
            continue
        words = said(line_id, *rest)
        if bytes(seal) != seal_of(key, words):
            continue
        position, before = position + 1, link_of(key, before, position + 1, words)
        places.append(position)
        numbers.append(line_id)
        hashes.append(before)
    cursor.execute(LINK, [places, numbers, hashes])
    return len(numbers)
