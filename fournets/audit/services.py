"""Audit lines: who did what, where, when and why. A line is written with its act and chained right after it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection, transaction

from fournets.audit.chain import link_and_anchor
from fournets.audit.keys import chain_key
from fournets.audit.models import AuditLine
from fournets.audit.rules import microseconds, said, seal_of

# Whoever adds a line need not see it: its number and its details, as the database keeps them, are known before.
ADD = """
WITH said AS MATERIALIZED (
    SELECT nextval(pg_get_serial_sequence('audit_auditline', 'id')) AS id, %s::jsonb AS details
), added AS (
    INSERT INTO audit_auditline (id, at, actor, act, area_code, details) SELECT id, %s, %s, %s, %s, details FROM said
) SELECT id, details::text FROM said
"""
WAIT = "INSERT INTO audit_waitingline (line_id, seal) VALUES (%s, %s)"
# What may be said of each kind of read: how many and of which kind, never what somebody typed or saw.
READS: dict[str, frozenset[str]] = {
    "person_opened": frozenset({"person"}),
    "people_searched": frozenset({"term", "found"}),
    "field_unmasked": frozenset({"person", "enterprise", "field", "reason"}),
    "list_shown": frozenset({"list", "filters", "shown"}),
    "list_exported": frozenset({"list", "filters", "rows", "fields", "serial", "recipient", "approved_by"}),
    "audit_seen": frozenset({"filters", "shown"}),
}
TERMS = frozenset({"name", "id_number", "phone", "address", "public_id", "enterprise", "area", "mixed"})
NUMBER, LONGEST = re.compile(r"\d{5,}"), 200
CELL = 15  # digits of a grid cell's code: a line does not say in which building somebody lives


def record(*, act: str, actor: str, area_code: str, at: datetime, details: Mapping[str, Any]) -> AuditLine:
    """Adds one line for one act, inside the act's own transaction. ``details`` hold no personal data.

    Waits for nobody: the line gets its place in the chain when the transaction has been committed.
    """
    text = msgspec.json.encode(details).decode()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ADD, [text, at, actor, act, area_code])
        line_id, kept = cursor.fetchone()
        words = said(line_id, microseconds(at), actor, act, area_code, kept)
        cursor.execute(WAIT, [line_id, seal_of(chain_key(), words)])
        transaction.on_commit(lambda: link_and_anchor(at))
    return AuditLine(line_id, at, actor, act, area_code, dict(details))


def record_read(kind: str, *, actor: str, area_code: str, at: datetime, **details: Any) -> AuditLine:
    """Adds a line for one read of people: ``kind`` is one of `READS`, which says what may stand in its details.

    ``term`` is the kind of what was searched by (`TERMS`), never the text. ``area_code``: the person's, the list's, or
    for a search the reader's. A reason is kept without numbers and short. `ValueError` for anything else.
    """
    unknown = details.keys() - READS.get(kind, frozenset())
    if kind not in READS or unknown:
        raise ValueError(f"a read {kind} does not say {', '.join(sorted(unknown))}")
    if details.get("term", "mixed") not in TERMS:
        raise ValueError("the kind of term, not what was searched for")
    if "reason" in details:
        details["reason"] = NUMBER.sub("…", str(details["reason"]))[:LONGEST]
    return record(act=kind, actor=actor, area_code=area_code[:CELL], at=at, details=details)
