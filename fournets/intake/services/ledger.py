"""The ledger: every row of every sheet and its one outcome, the sums checked against rows counted independently."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import msgspec
from django.db import connection

from fournets.database import refresh_statistics
from fournets.intake.models import OUTCOMES, SourceFile, SourceRow, SourceSheet
from fournets.intake.services.receive import Arrival
from fournets.language import Refusal

TAKEN = ("created", "matched", "updated")
COLUMNS = 'file_id, area_code, sheet, "row", outcome, reason, rule, score, person_id, enterprise_id, problems'
# PostgreSQL copies into no table under row-level security: rows are staged, then inserted where the policy looks at them.
STAGE = """
CREATE TEMP TABLE IF NOT EXISTS staged_row (file_id bigint, area_code text, sheet int, "row" int, outcome text,
    reason text, rule text, score float8, person_id bigint, enterprise_id bigint, problems jsonb) ON COMMIT DROP;
TRUNCATE staged_row
"""


@dataclass(slots=True)
class Entry:
    """What became of one row."""

    row: int
    outcome: str
    reason: str = ""
    rule: str = ""
    score: float | None = None
    person_id: int | None = None
    enterprise_id: int | None = None
    area_code: str = ""
    problems: str | None = None
    returned: str | None = None  # the earlier row it says it mends


@dataclass(slots=True)
class SheetEntry:
    """One sheet and the outcomes of its rows; `rows` was counted before anything was cleaned."""

    number: int
    name: str
    kind: str
    layout: dict[str, Any]
    rows: int
    notices: list[dict[str, Any]]
    speaks_of: str = ""
    entries: list[Entry] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """How many rows ended in each outcome, all seven named."""
        found = Counter(entry.outcome for entry in self.entries)
        return {outcome: found[outcome] for outcome in OUTCOMES}


def open_file(
    arrival: Arrival, *, area_code: str, sender: str, on: date, at: datetime, refused: dict[str, Any] | None
) -> int:
    """Enters a file; gives its number."""
    return open_files([arrival], area_code=area_code, sender=sender, on=on, at=at, refused=refused)[0]


def open_files(
    found: Sequence[Arrival],
    *,
    area_code: str,
    sender: str,
    on: date,
    at: datetime,
    refused: dict[str, Any] | None = None,
) -> list[int]:
    """Enters files; gives their numbers, in order."""
    files = [
        SourceFile(
            sha256=arrival.sha256,
            name=arrival.name,
            area_code=area_code,
            sender=sender or arrival.archive,
            size=arrival.size,
            received_at=at,
            seen_on=on,
            state="refused" if refused else "taken",
            refused=refused,
        )
        for arrival in found
    ]
    return [file.id for file in SourceFile.objects.bulk_create(files, batch_size=2000)]


def withdraw_sheets(file_id: int, numbers: Sequence[int]) -> None:
    """Takes the lines of some sheets of a file out, for new ones to take their place."""
    SourceRow.objects.filter(file_id=file_id, sheet__in=numbers).delete()
    SourceSheet.objects.filter(file_id=file_id, number__in=numbers).delete()


def enter_sheets(
    file_id: int, file_name: str, area_code: str, sheets: Sequence[SheetEntry]
) -> list[SourceSheet]:
    """The sheets of a file as ledger lines; raises `Refusal` when a row has no outcome or two."""
    for sheet in sheets:
        numbers = {entry.row for entry in sheet.entries}
        if not len(numbers) == len(sheet.entries) == sheet.rows:
            raise Refusal(
                "sums_differ", file=file_name, sheet=sheet.name, rows=sheet.rows, outcomes=len(numbers)
            )
    return [
        SourceSheet(
            file_id=file_id,
            area_code=area_code,
            speaks_of=sheet.speaks_of,
            number=sheet.number,
            name=sheet.name,
            kind=sheet.kind,
            layout=sheet.layout,
            rows=sheet.rows,
            counts=sheet.counts(),
            notices=sheet.notices,
        )
        for sheet in sheets
    ]


def enter_rows(files: Iterable[tuple[int, str, Sequence[SheetEntry]]]) -> None:
    """Writes all rows of all files (number, area code, sheets) in one COPY."""
    with connection.cursor() as cursor:
        cursor.execute(STAGE)
        with cursor.copy(f"COPY staged_row ({COLUMNS}) FROM STDIN") as copy:
            for file_id, area_code, sheets in files:
                for sheet in sheets:
                    for entry in sheet.entries:
                        copy.write_row(_line(file_id, area_code, sheet.number, entry))
        cursor.execute(f"INSERT INTO intake_sourcerow ({COLUMNS}) SELECT {COLUMNS} FROM staged_row")  # noqa: S608  # nosec B608
        tables = ("intake_sourcerow", "intake_sourcesheet", "intake_sourcefile")
        refresh_statistics(cursor, cursor.rowcount, *tables)


def _line(file_id: int, area_code: str, sheet: int, entry: Entry) -> tuple[Any, ...]:
    return (
        file_id,
        entry.area_code or area_code,
        sheet,
        entry.row,
        entry.outcome,
        entry.reason,
        entry.rule,
        entry.score,
        entry.person_id,
        entry.enterprise_id,
        entry.problems,
    )


def taken_before(fingerprints: Sequence[str]) -> dict[str, SourceFile]:
    """The files already in the register, by fingerprint."""
    found = SourceFile.objects.filter(sha256__in=fingerprints, state="taken").prefetch_related(
        "sourcesheet_set"
    )
    return {file.sha256: file for file in found}


def problems_of(text: str | None) -> list[dict[str, Any]]:
    """The problems of one row as written by cleaning."""
    return msgspec.json.decode(text) if text else []
