"""A made-up row for any table, whatever its columns: the owner writes it, past every policy and link."""

from __future__ import annotations

from typing import Any

from django.db import connection

from fournets.database import APP_ROLE

COLUMNS = """
SELECT column_name, data_type FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = %s AND is_nullable = 'NO' AND is_identity = 'NO' AND column_default IS NULL
"""
VALUES = {
    "text": "x", "character varying": "x", "bigint": 1, "integer": 1, "smallint": 1, "boolean": False,
    "date": "2020-02-03", "timestamp with time zone": "2020-02-03T09:00+08:00", "jsonb": "{}", "bytea": b"x",
    "ARRAY": "{}", "double precision": 0.5, "numeric": 1, "uuid": "00000000-0000-0000-0000-000000000001", "inet": "127.0.0.1",
}  # fmt: skip
# What a table asks for beyond the types of its columns. A new table with such a wish gets a line here.
WISHES: dict[str, dict[str, Any]] = {
    "organization_absence": {"until_on": "2020-02-04"},
    "intake_sourcerow": {"outcome": "created"},
    "intake_upload": {"state": "waiting"},
    "jobs_job": {"state": "waiting", "done": 0, "total": 1},
    "screening_visit": {"outcome": "done"},
    "screening_override": {"state": "asked", "decided_by": "", "until_on": "2020-02-04"},
    "isolation_order": {"state": "home", "basis": "contact", "until_on": "2020-02-04", "ended_by": ""},
    "isolation_observation": {"temperature": 36.5},
    "isolation_site": {"kind": "site"},
    "isolation_bed": {"state": "free"},
    "isolation_change": {"state": "asked", "decided_by": ""},
    "care_need": {"state": "open", "owner": "", "answer": ""},
    "care_alarm": {"state": "raised", "owner": "", "outcome": ""},
    "sites_zone": {"kind": "clean"},
    "sites_arrival": {"ended_by": ""},
    "sites_supply": {"who": "staff"},
    "sites_roundplan": {"kind": "waste", "ended_by": ""},
    "sites_rounddone": {"proof": "file", "media": "image/png"},
    "sites_training": {"kind": "protection", "until_on": "2020-02-04"},
    "sites_assignment": {"job": "health", "needed": "{protection}"},
    "tracing_case": {"classification": "confirmed", "lab": "none"},
    "tracing_contact": {
        "degree": "close",
        "kind": "other",
        "source": "survey",
        "lab": "none",
        "decision": "open",
    },
    "tracing_answer": {"state": "looked", "done_by": ""},
    "tracing_answerline": {"decision": "continue", "lab": ""},
    "calls_call": {"held_by": "", "outcome": ""},
    "calls_attempt": {"outcome": ""},
    "calls_registration": {"state": "waiting"},
    "keeping_forgetting": {"state": "asked", "decided_by": ""},
    "screening_reminder": {"owed": "survey"},
    "reporting_filledform": {"state": "filled"},
    "fieldwork_fieldrecord": {
        "outcome": "reached",
        "state": "kept",
        "reason": "",
        "decided": "",
        "content_sealed": b"x",
    },
    "fieldwork_fieldsheet": {"rows": "[]", "number": "S1"},
    "interop_submission": {"content_sealed": b"x"},
    "interop_keptaside": {"reason": "form_closed", "decided": ""},
    "reporting_formdeadline": {"rule": "reporting.cut_off"},
    "reporting_export": {"state": "ready", "sha256": "", "word": "", "approver": "", "serial": "S1"},
}
# What the setting of a closed table is set to, for it to show the row made up here.
OPENED_BY = {"audit_auditline": "on", "organization_selection": "1", "people_canary": "on"}
SCOPED = {
    "screening_decision": "town_code",
    "places_building": "code",
}  # where the area stands, if not in area_code


def as_owner(sql: str, values: list[Any] | None = None) -> None:
    """Runs a statement with the owner's rights and without checks of links."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE; SET session_replication_role = replica")
        try:
            cursor.execute(sql, values)
        finally:
            cursor.execute(f"SET session_replication_role = origin; SET ROLE {APP_ROLE}")


def row_for(table: str, area_code: str) -> tuple[str, list[Any]]:
    """The statement that puts a row of ``area_code`` into ``table``, and its values."""
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS, [table])
        row = {name: VALUES[kind] for name, kind in cursor.fetchall()}
    row |= WISHES.get(table, {})
    row |= {name: area_code for name in ("area_code", SCOPED.get(table)) if name in row}
    names, marks = ", ".join(f'"{name}"' for name in row), ", ".join(["%s"] * len(row))
    return f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values())  # noqa: S608
