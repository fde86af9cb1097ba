"""What was found at the doors, as registers and lists report it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pyarrow as pa
from django.db import connection, transaction

from fournets.database import refresh_statistics
from fournets.screening.models import Visit

COLUMNS = (
    "file_id", "row", "seen_on", "area_code", "person_id", "visit_state", "visited_on", "visited_by",
)  # fmt: skip

STAGE = """
CREATE TEMP TABLE IF NOT EXISTS visit_row (file_id bigint, "row" int, seen_on date, area_code text, person_id bigint,
    visit_state text, visited_on text, visited_by text) ON COMMIT DROP; TRUNCATE visit_row
"""

RECORD = """
INSERT INTO screening_visit (area_code, person_id, household_id, outcome, "on", "by", file_id, "row")
SELECT r.area_code, r.person_id, p.household_id,
    CASE WHEN r.visit_state IN ('done', 'unreached', 'refused', 'not_started') THEN r.visit_state ELSE 'done' END,
    coalesce(left(r.visited_on, 10)::date, r.seen_on), coalesce(r.visited_by, ''), r.file_id, r."row"
FROM visit_row r LEFT JOIN people_person p ON p.id = r.person_id
"""


@transaction.atomic
def record_visits(rows: pa.Table) -> int:
    """Records one visit a row; without a state the row itself says that somebody was there. Returns how many.

    ``rows``: file_id, row, seen_on, area_code, person_id, visit_state, visited_on (ISO text), visited_by. Without a file
    ``row`` is the number of the phone's record that says so.
    """
    with connection.cursor() as cursor:
        cursor.execute(STAGE)
        with cursor.copy("COPY visit_row FROM STDIN") as copy:
            for one in zip(*(rows[name].to_pylist() for name in COLUMNS), strict=True):
                copy.write_row(one)
        cursor.execute(RECORD)
        recorded = int(cursor.rowcount)
        refresh_statistics(cursor, recorded, "screening_visit")
        return recorded


def visit_found(
    person_id: int, household_id: int | None, area_code: str, outcome: str, *, on: date, by: str
) -> int:
    """Records what was found of one person without a list: ``done``, ``unreached`` or ``refused``. Gives its number."""
    visit = Visit.objects.create(
        person_id=person_id, household_id=household_id, area_code=area_code, outcome=outcome, on=on, by=by
    )
    return visit.pk


def withdraw_visit(number: int) -> None:
    """Takes back one visit."""
    Visit.objects.filter(pk=number).delete()


def withdraw_visits(file_id: int) -> None:
    """Takes back the visits a file reported."""
    Visit.objects.filter(file_id=file_id).delete()


def withdraw_phone_visits(record: int, people: Sequence[int]) -> None:
    """Takes back the visits to ``people`` that a phone's record reported."""
    Visit.objects.filter(person_id__in=people, file_id=None, row=record).delete()
