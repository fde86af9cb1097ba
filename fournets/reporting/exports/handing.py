"""The record of whose rows were handed out: every list and every department's form with people in it passes here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection

from fournets.crypto import KeyRing
from fournets.people.services.canary import among, touched
from fournets.reporting.exports.keys import MarkKey
from fournets.reporting.models import Export

HANDED = """
INSERT INTO reporting_exportrow (export_id, person_id, area_code, code)
SELECT %s, handed.person, %s, handed.code FROM unnest(%s::bigint[], %s::bigint[]) AS handed (person, code)
ON CONFLICT DO NOTHING
"""


def hand_out(export: Export, people: Sequence[int], *, ring: KeyRing, marked: bool, at: datetime) -> None:
    """Records whose rows an export holds, with their codes where the copy bears marks, and each canary among them.

    The one place where people leave the register in a file.
    """
    key = MarkKey(ring) if marked else None
    codes = [key.code(export.serial, person) if key else None for person in people]
    with connection.cursor() as cursor:
        cursor.execute(HANDED, [export.pk, export.area_code, list(people), codes])
    touched(among(people, ring=ring), how="exported", ring=ring, actor=export.asker, at=at)


def hand_out_form(
    serial: str,
    people: Sequence[int],
    *,
    form: str,
    area: str,
    on: date,
    who: str,
    columns: Sequence[str],
    sha256: str,
    actor: str,
    at: datetime,
    ring: KeyRing,
) -> Export:
    """Records a department's form that holds people as an export: it keeps its look, so it bears a serial and no marks."""
    distinct = list(dict.fromkeys(people))
    export = Export.objects.create(
        serial=serial,
        kind="form",
        area_code=area,
        who=who or "resident",
        on=on,
        columns=list(columns),
        unmasked=True,
        recipient=form,
        purpose=form,
        count=len(distinct),
        state="made",
        asker=actor,
        asked_at=at,
        made_at=at,
        sha256=sha256,
    )
    hand_out(export, distinct, ring=ring, marked=False, at=at)
    return export
