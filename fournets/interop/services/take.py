"""The act that makes rows of what devices sent: one workbook, taken in as any list is, so that all of it can be undone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import transaction
from django.utils import timezone

from fournets.audit.services import record
from fournets.crypto import KeyRing
from fournets.home import home
from fournets.intake.services import TakeIn, take_in
from fournets.interop.limits import limits
from fournets.interop.models import TAKE, FieldForm, Submission
from fournets.interop.payload import CONTENT, tree_of, unpacked
from fournets.interop.rows import columns_of, rows_of, write_rows
from fournets.interop.selectors import form_around
from fournets.jobs.models import Job
from fournets.jobs.selectors import jobs_about
from fournets.jobs.services import ask_job
from fournets.jobs.work import Run
from fournets.language import Refusal
from fournets.places.scope import code_range

FIRST_ROW = 3  # after title and headings
ODD = re.compile(r"[^\w一-鿿-]+")


@dataclass(frozen=True, slots=True)
class Lines:
    """The rows of one submission, and where they stand in the workbook."""

    submission: Submission
    rows: list[list[str]]
    first: int

    @property
    def last(self) -> int:
        """The number of its last row."""
        return self.first + len(self.rows) - 1


@transaction.atomic
def ask_take(number: int, *, area_code: str, actor: str, at: datetime) -> Job:
    """Asks for what came of a form in an area to be made into rows.

    A `Refusal` when nothing waits, it has been asked for already, or there is no such form.
    """
    form = form_around(number, area_code)
    if not _waiting(form, area_code).exists():
        raise Refusal("field_take_nothing", form=form.title)
    if jobs_about(TAKE, [form.pk], at=at):
        raise Refusal("field_take_asked", form=form.title)
    job = ask_job(TAKE, area_code=area_code, actor=actor, at=at, subject=form.pk)
    record(
        act="field_take", actor=actor, area_code=area_code, at=at, details={"form": form.pk, "job": job.pk}
    )
    return job


def take_asked(run: Run, ring: KeyRing) -> dict[str, Any]:
    """The work of such a job: whole or not at all; begun again after it was done, it finds nothing to do."""
    form = FieldForm.objects.filter(pk=run.subject or 0).first()
    if form is None or run.cancelled():
        return {}
    count = 0
    while taken := take_submissions(form, area_code=run.area_code, actor=run.actor, at=run.now(), ring=ring):
        count += taken
    run.advance(1)
    return {"submissions": count}


@transaction.atomic
def take_submissions(form: FieldForm, *, area_code: str, actor: str, at: datetime, ring: KeyRing) -> int:
    """Takes in what waits of a form from an area, in all its versions, up to a limit; how many submissions.

    Corrected ones make no rows: their correction does. A `Refusal`, with nothing changed, when intake refuses the workbook.
    """
    found = list(_waiting(form, area_code).select_for_update()[: limits()["take"]["most"]])
    if not found:
        return 0
    valid = [one for one in found if not one.replaced_by]
    if valid:
        _take(form, valid, TakeIn(on=_day(valid), at=at, actor=actor, area_code=area_code), ring)
    replaced = [one.pk for one in found if one.replaced_by]
    Submission.objects.filter(pk__in=replaced).update(taken_at=at)
    return len(found)


def _take(form: FieldForm, found: Sequence[Submission], how: TakeIn, ring: KeyRing) -> None:
    columns = columns_of(_questions(form, found))
    lines: list[Lines] = []
    first = FIRST_ROW
    for one in found:
        content = unpacked(ring.unseal(CONTENT, one.content_sealed or b""))
        lines.append(Lines(one, rows_of(tree_of(content), columns), first))
        first = lines[-1].last + 1
    with TemporaryDirectory(dir=home(), prefix="field-") as folder:
        path = Path(folder) / f"{ODD.sub('_', form.title)[:60]}_{how.on:%Y%m%d}.xlsx"
        note = f"{form.form_id} {found[0].pk}-{found[-1].pk}"
        headings = [one.heading for one in columns]
        write_rows(path, form.title, headings, (row for one in lines for row in one.rows), note)
        report = take_in([path], how, ring=ring)
    (file,) = report.files
    if file.refused or file.id is None:
        raise Refusal("field_take_refused", form=form.title)
    for line in lines:
        line.submission.taken_at, line.submission.file_id = how.at, file.id
        line.submission.first_row, line.submission.last_row = line.first, line.last
    fields = ["taken_at", "file_id", "first_row", "last_row"]
    Submission.objects.bulk_update([line.submission for line in lines], fields, batch_size=1_000)


def _questions(form: FieldForm, found: Sequence[Submission]) -> list[dict[str, Any]]:
    """What the versions these were filled with ask: the newest first, then what only older ones did."""
    versions = FieldForm.objects.filter(pk__in={one.form_id for one in found} | {form.pk}).order_by("-id")
    asked: dict[tuple[str, ...], dict[str, Any]] = {}
    for one in versions:
        for question in one.questions:
            asked.setdefault(tuple(question["path"]), question)
    return list(asked.values())


def _waiting(form: FieldForm, area_code: str) -> Any:
    low, high = code_range(area_code)
    return Submission.objects.filter(
        form_id_text=form.form_id,
        taken_at=None,
        content_sealed__isnull=False,
        area_code__gte=low,
        area_code__lt=high,
    ).order_by("id")


def _day(found: Sequence[Submission]) -> Any:
    return timezone.localdate(found[-1].received_at)
