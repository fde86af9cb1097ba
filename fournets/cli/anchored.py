"""What the doctor looks at in the audit: its triggers, its anchors, and lines that wait."""

from __future__ import annotations

from typing import Any

import psycopg

from fournets.audit import anchors
from fournets.language import say

TRIGGERS = ("audit_lines_stay", "audit_links_stay", "audit_waiting_stay", "audit_waiting_leave")
OFF = """
SELECT name FROM unnest(%s::text[]) AS name
WHERE NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = name AND tgenabled = 'A') ORDER BY name
"""
LINKS = "SELECT position, hash FROM audit_chainlink WHERE position = ANY(%s)"
LATE = """
SELECT count(*) FROM audit_waitingline JOIN audit_auditline ON id = line_id WHERE at < now() - interval '1 hour'
"""


def look_at_audit(link: psycopg.Connection[Any]) -> tuple[bool, str]:
    """Whether all is well, and the sentence that says so or what to do."""
    off = ", ".join(row[0] for row in link.execute(OFF, [list(TRIGGERS)]))
    if off:
        return False, say("audit_unguarded", triggers=off)
    try:
        marks = anchors.anchors()
        with anchors.path().open("ab"):
            pass
    except OSError:
        return False, say("anchors_unwritable")
    links = {row[0]: bytes(row[1]) for row in link.execute(LINKS, [[one.position for one in marks]])}
    wrong = next((one for one in marks if links.get(one.position) != one.hash), None)
    if wrong:
        return False, say("anchors_misfit", line=wrong.line)
    late = link.execute(LATE).fetchone()
    if late and late[0]:
        return False, say("audit_waits", count=late[0])
    return True, say("anchors_fine", count=len(marks))
