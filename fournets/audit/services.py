"""Audit lines: who did what, where, when and why, each chained to the one before by SHA-256."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from fournets.audit.models import AuditLine

FIRST = b"\0" * 32
_CHAIN = 0x466F75726E657473  # the number of the lock that keeps two acts from chaining to the same line


def record(*, act: str, actor: str, area_code: str, at: datetime, details: Mapping[str, Any]) -> AuditLine:
    """Adds one line for one act, inside the act's own transaction. ``details`` hold no personal data."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CHAIN])
    last = AuditLine.objects.order_by("-id").values_list("hash", flat=True).first()
    before = FIRST if last is None else bytes(last)
    line = AuditLine(
        at=at, actor=actor, act=act, area_code=area_code, details=dict(details), previous_hash=before
    )
    line.hash = line_hash(line)
    line.save(force_insert=True)
    return line


def line_hash(line: AuditLine) -> bytes:
    """The SHA-256 over everything a line says and the hash of the line before it."""
    at = line.at.astimezone(UTC).isoformat()
    said = [at, line.actor, line.act, line.area_code, line.details]
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(bytes(line.previous_hash) + text.encode()).digest()


def first_bad_line() -> AuditLine | None:
    """The first line that was changed, or whose line before was changed or removed; `None` when the chain holds."""
    before = FIRST
    for line in AuditLine.objects.order_by("id").iterator(chunk_size=5000):
        if bytes(line.previous_hash) != before or bytes(line.hash) != line_hash(line):
            return line
        before = bytes(line.hash)
    return None


def last_line() -> bytes | None:
    """The hash of the newest line: whoever keeps it elsewhere can tell when the end of the chain is cut off."""
    found = AuditLine.objects.order_by("-id").values_list("hash", flat=True).first()
    return None if found is None else bytes(found)


def has_line(line_hash: bytes) -> bool:
    """Whether a line with this hash is in the chain."""
    return AuditLine.objects.filter(hash=line_hash).exists()


def verify() -> tuple[int, int | None]:
    """How many lines there are, and the number of the first bad one, if any."""
    bad = first_bad_line()
    return AuditLine.objects.count(), None if bad is None else bad.pk
