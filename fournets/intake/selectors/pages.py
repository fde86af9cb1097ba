"""What the pages of intake show: files of the ledger with their sheets, and what was sent with what it became."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fournets.intake.models import LOOK, OUTCOMES, TAKE, SourceFile, SourceRow, SourceSheet, Upload
from fournets.intake.selectors.ledger import FORGOTTEN
from fournets.jobs.models import OPEN, Job
from fournets.language import Lang
from fournets.people.selectors import decided_by_file
from fournets.places.scope import code_range

BACK = ("review", "rejected")


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One sheet: its number and name, what it is, its rows, how many ended in each outcome, what was noticed."""

    number: int
    name: str
    kind: str
    rows: int
    counts: dict[str, int]
    notices: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file of the ledger."""

    number: int
    name: str
    area_code: str
    seen_on: date
    received_at: datetime
    state: str
    refused: dict[str, Any] | None
    sheets: list[SheetLine]

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.sheets)

    @property
    def counts(self) -> dict[str, int]:
        return {name: sum(one.counts.get(name, 0) for one in self.sheets) for name in OUTCOMES}

    @property
    def back(self) -> int:
        """Rows somebody has, or had, to look at."""
        return sum(self.counts[name] for name in BACK)

    def why(self, lang: Lang) -> str:
        """Why it was refused."""
        return str((self.refused or {}).get(lang, ""))


@dataclass(frozen=True, slots=True)
class Became:
    """A file that was sent in the ledger; None where it is another sender's, out of the reader's area."""

    file: FileLine | None
    known: bool
    mended: int


@dataclass(frozen=True, slots=True)
class UploadLine:
    """One file as it was sent, and how far it is."""

    number: int
    job: int
    name: str
    state: str
    became: list[Became]
    looked: list[dict[str, Any]]
    looked_at: datetime | None


def files_since(area_code: str, since: datetime, *, most: int) -> int:
    """How many of the files taken in below an area, the last ``most`` of them, came in since a moment."""
    low, high = code_range(area_code)
    taken = SourceFile.objects.filter(area_code__gte=low, area_code__lt=high, state="taken").order_by("-id")
    return sum(at >= since for at in taken.values_list("received_at", flat=True)[:most])


def files_page(
    *, low: str, high: str, before: int | None, most: int, since: datetime | None = None
) -> list[FileLine]:
    """The files of an area's range that came in last, or those before a number; since a moment those that were taken."""
    found = SourceFile.objects.filter(area_code__gte=low, area_code__lt=high).order_by("-id")
    if since:
        found = found.filter(received_at__gte=since, state="taken")
    if before:
        found = found.filter(pk__lt=before)
    return [_file(one) for one in found.prefetch_related("sourcesheet_set")[:most]]


def any_file(area_code: str) -> bool:
    """Whether anything has come in for an area or one within it."""
    low, high = code_range(area_code)
    return SourceFile.objects.filter(area_code__gte=low, area_code__lt=high).exists()


def file_line(number: int) -> FileLine | None:
    """A file by its number; None where it is not there or out of scope."""
    found = SourceFile.objects.filter(pk=number).prefetch_related("sourcesheet_set").first()
    return _file(found) if found else None


def rows_that_wait(number: int) -> int:
    """How many rows of a file wait for their sender or for a decision, of those in the scope."""
    waiting = (
        SourceRow.objects.filter(file=number, outcome__in=BACK, mended_by=None)
        .exclude(reason=FORGOTTEN)
        .count()
    )
    return waiting - decided_by_file([number]).get(number, 0)


def uploads_of(jobs: Sequence[int]) -> list[UploadLine]:
    """What was sent with these jobs, in order, with the files it became."""
    uploads = list(Upload.objects.filter(job__in=jobs).select_related("job").order_by("id"))
    files = _files(entry["file"] for one in uploads for entry in one.files)
    return [
        UploadLine(
            one.pk,
            one.job_id,
            one.name,
            one.state,
            [_became(entry, files) for entry in one.files],
            one.looked,
            one.job.ended_at if one.state == "looked" else None,
        )
        for one in uploads
    ]


def jobs_to_show(actor: str) -> list[int]:
    """The jobs of intake somebody waits for: those in his area that go on, his last, and what he has yet to decide."""
    mine = Job.objects.filter(kind__in=(TAKE, LOOK))
    going = mine.filter(state__in=OPEN).order_by("id").values_list("id", flat=True)
    last = mine.filter(actor=actor).order_by("-id").values_list("id", flat=True)[:1]
    undecided = Upload.objects.filter(state="looked", job__actor=actor).values_list("job", flat=True)
    return sorted({*going, *last, *undecided})


def taken_again(number: int) -> int | None:
    """The number under which a file that was taken back is in the register now; None where it is not."""
    file = SourceFile.objects.filter(pk=number).first()
    if file is None:
        return None
    same = SourceFile.objects.filter(sha256=file.sha256, area_code=file.area_code, state="taken")
    return same.values_list("pk", flat=True).first()


def _files(numbers: Iterable[int | None]) -> dict[int, FileLine]:
    found = SourceFile.objects.filter(pk__in={one for one in numbers if one})
    return {one.pk: _file(one) for one in found.prefetch_related("sourcesheet_set")}


def _became(entry: dict[str, Any], files: dict[int, FileLine]) -> Became:
    return Became(files.get(entry["file"] or 0), entry["known"], entry["mended"])


def _file(one: SourceFile) -> FileLine:
    sheets = sorted(one.sourcesheet_set.all(), key=lambda sheet: sheet.number)
    return FileLine(
        number=one.pk,
        name=one.name,
        area_code=one.area_code,
        seen_on=one.seen_on,
        received_at=one.received_at,
        state=one.state,
        refused=one.refused,
        sheets=[_sheet(sheet) for sheet in sheets],
    )


def _sheet(one: SourceSheet) -> SheetLine:
    counts = {name: one.counts.get(name, 0) for name in OUTCOMES}
    return SheetLine(one.number, one.name, one.kind, one.rows, counts, one.notices)
