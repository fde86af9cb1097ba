"""Acts a page of a file asks for: take it back, or take it in again with its columns told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from fournets.audit.services import record
from fournets.crypto import KeyRing
from fournets.intake.models import AGAIN, UNDO, SourceFile
from fournets.intake.services.columns import Said, columns_of_file, correct
from fournets.intake.services.receive import kept_copy
from fournets.intake.services.take_in import TakeIn, take_in
from fournets.intake.services.undo import undo_file
from fournets.jobs.models import Job
from fournets.jobs.selectors import jobs_about
from fournets.jobs.services import ask_job
from fournets.jobs.work import Run
from fournets.language import Refusal


@transaction.atomic
def ask_undo(file_id: int, *, actor: str, at: datetime) -> Job:
    """Asks for a file to be taken back. A `Refusal` for one that is not there, not taken, or about to be taken back."""
    file = _to_take_back(file_id, at)
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


@transaction.atomic
def ask_again(file_id: int, said: Mapping[str, Said], *, actor: str, at: datetime, ring: KeyRing) -> Job:
    """Remembers what the columns of a file are, and asks for it to be taken back and in again with that.

    A `Refusal` as `ask_undo` gives it, when nothing is said otherwise than it was taken, or a field stands twice;
    `FileNotFoundError` when the original is gone.
    """
    file = _to_take_back(file_id, at)
    if not correct(columns_of_file(file_id, ring), said, sender=file.sender, at=at):
        raise Refusal("columns_same")
    details = {"file": file_id}
    record(act="correct_columns", actor=actor, area_code=file.area_code, at=at, details=details)
    return ask_job(AGAIN, area_code=file.area_code, actor=actor, at=at, subject=file_id)


def again_asked(run: Run, ring: KeyRing) -> dict[str, Any]:
    """The work of such a job: taken back and in again, both or neither; after it was done, it changes nothing."""
    file = SourceFile.objects.filter(pk=run.subject or 0, state="taken").first()
    if file is None or run.cancelled():
        return {}
    how = TakeIn(on=file.seen_on, at=run.now(), actor=run.actor, area_code=file.area_code)
    with kept_copy(file.sha256, file.name, ring) as path, transaction.atomic():
        undo_file(file.pk, actor=run.actor, at=run.now())
        if any(one.refused for one in take_in([path], how, ring=ring).files):
            raise Refusal("again_refused")
    run.advance(1)
    return {}


def _to_take_back(file_id: int, at: datetime) -> SourceFile:
    file = SourceFile.objects.select_for_update().filter(pk=file_id).first()
    if file is None:
        raise Refusal("file_unknown", id=file_id)
    if file.state != "taken":
        raise Refusal("file_not_taken", id=file_id)
    if jobs_about(UNDO, [file_id], at=at) or jobs_about(AGAIN, [file_id], at=at):
        raise Refusal("undo_asked", id=file_id)
    return file
