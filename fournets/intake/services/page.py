"""Acts a page of a file asks for: take it back, and show what its columns were taken for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction

from fournets.crypto import KeyRing
from fournets.intake.extract import read_sheets
from fournets.intake.models import UNDO, SourceFile
from fournets.intake.services.receive import kept_copy
from fournets.intake.services.undo import undo_file
from fournets.jobs.models import Job
from fournets.jobs.selectors import jobs_about
from fournets.jobs.services import ask_job
from fournets.jobs.work import Run
from fournets.language import Refusal
from fournets.workbooks.examples import examples
from fournets.workbooks.model import Layout
from fournets.workbooks.packages import column_letters


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column: its letters, its header, the field it was taken for (None: nothing), how that was known, masked values."""

    letters: str
    header: str
    field: str | None
    how: str
    values: list[str]


@transaction.atomic
def ask_undo(file_id: int, *, actor: str, at: datetime) -> Job:
    """Asks for a file to be taken back. A `Refusal` for one that is not there, not taken, or about to be taken back."""
    file = SourceFile.objects.select_for_update().filter(pk=file_id).first()
    if file is None:
        raise Refusal("file_unknown", id=file_id)
    if file.state != "taken":
        raise Refusal("file_not_taken", id=file_id)
    if jobs_about(UNDO, [file_id], at=at):
        raise Refusal("undo_asked", id=file_id)
    return ask_job(UNDO, area_code=file.area_code, actor=actor, at=at, subject=file_id)


def undo_asked(run: Run) -> dict[str, Any]:
    """The work of such a job; run again after it was done, it changes nothing."""
    file_id = run.subject or 0
    if run.cancelled():
        return {}
    if not SourceFile.objects.filter(pk=file_id, state="undone").exists():
        undo_file(file_id, actor=run.actor, at=run.now())
    run.advance(1)
    return {}


def shown_columns(file_id: int, ring: KeyRing) -> dict[int, list[ShownColumn]]:
    """By sheet what its columns were taken for, with three masked values of each; reads the file as it was sent.

    Nothing for a file that is not in the register; a `Refusal` for one nobody knows.
    """
    file = SourceFile.objects.filter(pk=file_id).prefetch_related("sourcesheet_set").first()
    if file is None:
        raise Refusal("file_unknown", id=file_id)
    if file.state != "taken":
        return {}
    with kept_copy(file.sha256, file.name, ring) as path:
        sheets = {sheet.number: sheet for sheet in read_sheets(path)}
    found = {}
    for line in file.sourcesheet_set.all():
        layout = msgspec.convert(line.layout, Layout, strict=False)
        values = examples(sheets[line.number], layout)
        found[line.number] = [
            ShownColumn(letters, one.header, one.field, one.how, values[letters])
            for one in layout.columns
            if (letters := column_letters(one.index + 1)) in values
        ]
    return found
