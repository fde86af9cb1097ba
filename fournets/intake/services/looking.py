"""What was sent is looked at before it is taken in: what each list would be, what is in doubt; then taken, or dropped."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from fournets.audit.services import record
from fournets.crypto import KeyRing
from fournets.intake.extract import Extracted, ExtractOptions, Readers, ReadMany
from fournets.intake.models import LOOK, TAKE, Upload
from fournets.intake.services.columns import Said, columns_of_upload, correct
from fournets.intake.services.questions import is_question
from fournets.intake.services.receive import arrivals, drop_waiting, waiting_copy
from fournets.intake.services.remember import known_layouts
from fournets.jobs.models import Job
from fournets.jobs.services import ask_job
from fournets.jobs.work import Run
from fournets.language import Refusal

TOLD = ("map", "remembered", "beside")  # columns that hold another person are taken with that person


def look_at_uploads(run: Run, ring: KeyRing) -> dict[str, Any]:
    """The work of a job: each file read and recognised, nothing taken in; what is called off is dropped."""
    with Readers() as readers:
        for done, upload in enumerate(Upload.objects.filter(job=run.number).order_by("id"), 1):
            if run.cancelled():
                _drop(upload)
                continue
            if upload.state == "waiting":
                upload.looked = _look(upload, ring, readers.read_many)
                upload.state = "looked"
                upload.save(update_fields=["looked", "state"])
            run.advance(done)
    return {}


@transaction.atomic
def take_looked(job_id: int, *, actor: str, at: datetime) -> Job:
    """Asks for what was looked at to be taken in. A `Refusal` when nothing of it waits."""
    uploads = _waiting(job_id)
    job = ask_job(TAKE, area_code=uploads[0].area_code, actor=actor, at=at, total=len(uploads))
    Upload.objects.filter(pk__in=[one.pk for one in uploads]).update(job=job, state="waiting")
    return job


@transaction.atomic
def drop_looked(job_id: int, *, actor: str, at: datetime) -> int:
    """Drops what was looked at: nothing of it is kept; how many files. A `Refusal` when nothing of it waits."""
    uploads = _waiting(job_id)
    for upload in uploads:
        _drop(upload)
    details = {"files": len(uploads), "job": job_id}
    record(act="drop_looked", actor=actor, area_code=uploads[0].area_code, at=at, details=details)
    return len(uploads)


@transaction.atomic
def correct_looked(
    upload_id: int, said: Mapping[str, Said], *, actor: str, at: datetime, ring: KeyRing
) -> Job:
    """Remembers what the columns of a file are, and has all that was sent with it looked at again.

    A `Refusal` for one that does not wait, when nothing is said otherwise than it was taken, or a field stands twice.
    """
    upload = looked_upload(upload_id)
    if not correct(columns_of_upload(upload, ring), said, sender=upload.area_code, at=at):
        raise Refusal("columns_same")
    details = {"job": upload.job_id}
    record(act="correct_columns", actor=actor, area_code=upload.area_code, at=at, details=details)
    beside = _waiting(upload.job_id)
    job = ask_job(LOOK, area_code=upload.area_code, actor=actor, at=at, total=len(beside))
    Upload.objects.filter(pk__in=[one.pk for one in beside]).update(job=job, state="waiting")
    return job


def looked_upload(upload_id: int) -> Upload:
    """A file that was looked at and waits; a `Refusal` when it does not."""
    upload = Upload.objects.filter(pk=upload_id, state="looked").first()
    if upload is None:
        raise Refusal("upload_not_waiting")
    return upload


def _waiting(job_id: int) -> list[Upload]:
    found = list(Upload.objects.select_for_update().filter(job=job_id, state="looked").order_by("id"))
    if not found:
        raise Refusal("upload_not_waiting")
    return found


def _drop(upload: Upload) -> None:
    upload.state = "cancelled"
    upload.save(update_fields=["state"])
    drop_waiting(upload.pk)


def _look(upload: Upload, ring: KeyRing, read: ReadMany) -> list[dict[str, Any]]:
    options = ExtractOptions(on=upload.seen_on, known_layouts=known_layouts(upload.area_code))
    with waiting_copy(upload.pk, upload.name, ring) as path, arrivals([path]) as (found, refused):
        results = read([one.path for one in found], options)
        seen = [_file(one.name, result) for one, (_, result) in zip(found, results, strict=True)]
        return [*(_file(one.name, refusal) for one, refusal in refused), *seen]


def _file(name: str, result: Extracted | Refusal) -> dict[str, Any]:
    """What a file would be: its sheets with what is in doubt, or the sentence why it would be refused."""
    if isinstance(result, Refusal):
        said = {"zh": result.message.text("zh"), "en": result.message.text("en")}
        return {"name": name, "refused": said, "sheets": []}
    sheets = [
        {
            "name": one.name,
            "kind": one.kind,
            "rows": one.rows,
            "questions": len(one.layout["questions"]) if is_question(one) else 0,
            "left_out": sum(1 for column in one.layout["columns"] if _left_out(column)),
        }
        for one in result.sheets
    ]
    return {"name": name, "refused": None, "sheets": sheets}


def _left_out(column: dict[str, Any]) -> bool:
    """Whether a column with a word above it goes nowhere, and nobody has said that it should."""
    return bool(column["header"]) and column["field"] is None and column["how"] not in TOLD
