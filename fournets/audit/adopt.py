"""Lines of registers from before the chain had a key: checked by the hashes they had, then sealed for the new chain."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fournets.audit.keys import chain_key
from fournets.audit.rules import FIRST, microseconds, said, seal_of
from fournets.database import CHAIN, within
from fournets.home import home

BATCH = 5000
OLD_LINES = """
SELECT id, at, actor, act, area_code, details::text, previous_hash, hash FROM audit_auditline
WHERE id > %s ORDER BY id LIMIT %s
"""
ADD = """
INSERT INTO audit_auditline (at, actor, act, area_code, details, previous_hash, hash)
VALUES (%s, 'init', 'chain_adopted', '', %s, '', '') RETURNING id, details::text
"""
WAIT = "INSERT INTO audit_waitingline (line_id, seal) SELECT * FROM unnest(%s::bigint[], %s::bytea[])"


def old_note() -> Path:
    """Where the newest line was noted before there were anchors."""
    return home() / "audit.head"


def adopt_lines(connection: Any) -> None:
    """Puts every line before the queue of the chain, in order; one more says whether the old chain held.

    Runs once, inside the migration that takes the old hashes away.
    """
    before, bad, count, seen = FIRST, None, 0, False
    noted = _noted()
    with connection.cursor() as cursor:
        for lines in _batches(cursor):
            for line in lines:
                if bad is None and (bytes(line[6]) != before or bytes(line[7]) != _old_hash(line)):
                    bad = line[0]
                before = bytes(line[7])
                seen = seen or before.hex() == noted
            _seal(cursor, [line[:6] for line in lines])
            count += len(lines)
        if count:
            cut_off = bool(noted) and not seen
            found = {"lines": count, "first_bad": bad, "cut_off": cut_off, "head": before.hex()}
            now = datetime.now(UTC)
            cursor.execute(ADD, [now, json.dumps(found)])
            line_id, details = cursor.fetchone()
            _seal(cursor, [(line_id, now, "init", "chain_adopted", "", details)])


def adopted() -> dict[str, Any] | None:
    """What was found when the old lines were taken over: {"lines","first_bad","cut_off","head"}; None where there were
    none."""
    from fournets.audit.models import AuditLine

    with within({CHAIN: "on"}):
        line = AuditLine.objects.filter(act="chain_adopted").order_by("id").first()
    return None if line is None else dict(line.details)


def _batches(cursor: Any) -> Iterator[list[Any]]:
    after = 0
    while True:
        cursor.execute(OLD_LINES, [after, BATCH])
        lines = cursor.fetchall()
        if not lines:
            return
        yield lines
        after = lines[-1][0]


def _old_hash(line: Any) -> bytes:
    words = [line[1].astimezone(UTC).isoformat(), line[2], line[3], line[4], json.loads(line[5])]
    text = json.dumps(words, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(bytes(line[6]) + text.encode()).digest()


def _seal(cursor: Any, lines: list[Any]) -> None:
    key = chain_key()
    seals = [seal_of(key, said(line[0], microseconds(line[1]), *line[2:])) for line in lines]
    cursor.execute(WAIT, [[line[0] for line in lines], seals])


def _noted() -> str:
    return old_note().read_text().strip() if old_note().exists() else ""
