"""Files sent on the page: kept sealed until their turn, then taken in for their sender as the whole town sees them."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import IO, Any, Protocol

from django.db import OperationalError, transaction

from fournets.audit.services import record
from fournets.crypto import KeyRing
from fournets.intake.extract import Readers, ReadMany
from fournets.intake.limits import LONGEST_NAME, MOST_BYTES, MOST_FILES
from fournets.intake.models import LOOK, TAKE, SourceFile, Upload
from fournets.intake.services.receive import LEFT_BEHIND, drop_waiting, keep_waiting, waiting_copy
from fournets.intake.services.report import IntakeReport
from fournets.intake.services.take_in import TakeIn, take_in
from fournets.jobs.models import Job
from fournets.jobs.services import ask_job
from fournets.jobs.work import Run
from fournets.language import Refusal

log = logging.getLogger(__name__)


class Sent(Protocol):
    """One file of a form."""

    name: str | None
    size: int | None

    def read(self) -> bytes: ...


@transaction.atomic
def send_files(
    sent: Sequence[Sent | IO[bytes]],
    *,
    area_code: str,
    on: date,
    actor: str,
    at: datetime,
    ring: KeyRing,
    look: bool = False,
) -> Job:
    """Keeps what was sent and asks for it to be taken in, or first to be looked at; locks of open workbooks and hidden files are left out.

    A `Refusal` when nothing is left, a name is too long, or it is too much at once.
    """
    files = list(_worth_keeping(sent))
    if not files:
        raise Refusal("nothing_sent")
    if len(files) > MOST_FILES or sum(size for _, size, _ in files) > MOST_BYTES:
        raise Refusal("too_much_sent", megabytes=MOST_BYTES // 1024**2, files=MOST_FILES)
    job = ask_job(LOOK if look else TAKE, area_code=area_code, actor=actor, at=at, total=len(files))
    waiting = Upload.objects.bulk_create(
        Upload(job=job, area_code=area_code, name=name, size=size, seen_on=on) for name, size, _ in files
    )
    for upload, (_, _, one) in zip(waiting, files, strict=True):
        keep_waiting(upload.pk, one.read(), ring)
    record(
        act="send_files",
        actor=actor,
        area_code=area_code,
        at=at,
        details={"files": len(files), "job": job.pk},
    )
    return job


def take_uploads(run: Run, ring: KeyRing) -> dict[str, Any]:
    """The work of a job: its files one after another, each whole or not at all; those taken before are left alone."""
    uploads = list(Upload.objects.filter(job=run.number).order_by("id"))
    with Readers() as readers:
        for done, upload in enumerate(uploads, 1):
            if upload.state == "waiting":
                if run.cancelled():
                    upload.state = "cancelled"
                    upload.save(update_fields=["state"])
                else:
                    _take(upload, run, ring, readers.read_many)
            drop_waiting(upload.pk)
            if upload.state != "cancelled":
                run.advance(done)
    return {"failed": sum(one.state == "failed" for one in uploads)}


def _take(upload: Upload, run: Run, ring: KeyRing, read: ReadMany) -> None:
    """Takes one file in; a fault of ours ends this file and no other."""
    how = TakeIn(on=upload.seen_on, at=run.now(), actor=run.actor, area_code=upload.area_code)
    try:
        with waiting_copy(upload.pk, upload.name, ring) as path, transaction.atomic():
            upload.files = _became(take_in([path], how, ring=ring, read=read), upload.area_code)
            upload.state = "done"
            upload.save(update_fields=["state", "files"])
    except OperationalError:
        raise
    except Exception:
        log.exception("a file could not be taken in")
        upload.state, upload.files = "failed", []
        upload.save(update_fields=["state", "files"])


def _became(report: IntakeReport, area_code: str) -> list[dict[str, Any]]:
    """The files of the ledger it became; one that was refused stands there too."""
    refused = SourceFile.objects.filter(
        sha256__in=[one.sha256 for one in report.files if one.refused], area_code=area_code, state="refused"
    )
    numbers = dict(refused.order_by("id").values_list("sha256", "id"))
    return [
        {"file": one.id or numbers.get(one.sha256), "known": one.known, "mended": one.mended}
        for one in report.files
    ]


def _worth_keeping(sent: Sequence[Sent | IO[bytes]]) -> Iterator[tuple[str, int, Any]]:
    for one in sent:
        name = PurePosixPath(str(one.name).replace("\\", "/")).name
        if not name or name.startswith(LEFT_BEHIND):
            continue
        if len(name.encode()) > LONGEST_NAME:
            raise Refusal("file_name_long")
        yield name, int(getattr(one, "size", 0) or 0), one
