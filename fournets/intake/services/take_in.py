"""Files in: known ones recognised, the others read, filed and entered in the ledger, all of a batch or nothing."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from fournets.audit.services import record
from fournets.crypto import KeyRing
from fournets.intake.extract import Extracted, ExtractedSheet, ExtractOptions, ReadMany, extract_many
from fournets.intake.models import SourceFile, SourceSheet
from fournets.intake.services import ledger
from fournets.intake.services.differences import show_differences
from fournets.intake.services.filing import file_rows
from fournets.intake.services.questions import Ask, Questions, explained_since, waiting_sheets
from fournets.intake.services.receive import Arrival, arrivals, keep_verbatim
from fournets.intake.services.remember import known_layouts, remember_layout
from fournets.intake.services.report import FileReport, IntakeReport, of_known, of_refused, of_sheets
from fournets.intake.services.returned import answer_rows
from fournets.intake.services.rows import SheetIn
from fournets.language import Refusal
from fournets.places.gazetteer import Gazetteer

BATCH_ROWS = 600_000  # rows filed in one transaction: all a town of 300,000 sends in a night, for people met together are told apart best


@dataclass(frozen=True)
class TakeIn:
    """How files are taken in: the day they speak of, whose they are, and how to read them."""

    on: date
    at: datetime
    actor: str
    area_code: str
    mapping: dict[str, Any] | None = None
    skip_hidden: bool = False
    password: str | None = None
    dry_run: bool = False
    batch_rows: int = BATCH_ROWS
    ask: Ask | None = None  # asked about layouts nobody knows; without it their rows wait in review

    def reading(self) -> ExtractOptions:
        """The options the reading child gets."""
        return ExtractOptions(
            on=self.on,
            password=self.password,
            skip_hidden=self.skip_hidden,
            mapping=self.mapping,
            known_layouts=known_layouts(self.area_code),
        )


@dataclass(slots=True)
class Read:
    """A file and what was read from it; of a file taken ``before`` only the sheets explained since then."""

    arrival: Arrival
    extracted: Extracted
    before: SourceFile | None = None
    rows: int = field(init=False)

    def __post_init__(self) -> None:
        self.rows = sum(sheet.rows for sheet in self.extracted.sheets)

    def hand_over(self) -> list[ExtractedSheet]:
        """The sheets; what stays here is without their rows, which take room for as long as anybody has them."""
        whole = self.extracted.sheets
        self.extracted = Extracted(
            [replace(sheet, table=sheet.table.schema.empty_table()) for sheet in whole]
        )
        return whole


def take_in(
    paths: Sequence[Path],
    how: TakeIn,
    *,
    ring: KeyRing,
    advance: Callable[[int], None] = lambda _: None,
    read: ReadMany = extract_many,
) -> IntakeReport:
    """Takes in the files and folders at ``paths``; each batch of files is one transaction.

    ``advance`` is told of every file done; whoever takes in again and again gives ``read`` of the same `Readers`. A file already in the register changes nothing. With ``dry_run`` all is
    done and all is taken back.
    """
    report = IntakeReport()
    with arrivals(paths) as (found, refused):
        for arrival, refusal in refused:
            report.add(_refuse(arrival, refusal, how))
        known = ledger.taken_before([one.sha256 for one in found])
        fresh = list(_unless_known(found, known, how, report))
        for batch in _batches(_read(fresh, known, how, report, advance, read), how.batch_rows):
            _file_batch(batch, how, ring, report)
    report.finish()
    return report


def _unless_known(
    found: Sequence[Arrival], known: dict[str, SourceFile], how: TakeIn, report: IntakeReport
) -> Iterator[Arrival]:
    """The files to read; those taken before, or met twice in this run, go to the report as unchanged.

    A file taken before is read again when sheets of it wait to be explained and the same sender sends it.
    """
    met: set[str] = set()
    for arrival in found:
        before = known.get(arrival.sha256)
        if arrival.sha256 in met:
            report.again(arrival)
        elif before and not (before.area_code == how.area_code and waiting_sheets(before)):
            report.add(of_known(arrival, before))
        else:
            met.add(arrival.sha256)
            yield arrival


def _read(
    fresh: Sequence[Arrival],
    known: dict[str, SourceFile],
    how: TakeIn,
    report: IntakeReport,
    advance: Callable[[int], None],
    read: ReadMany,
) -> Iterator[Read]:
    questions = Questions(how.ask, how.area_code, how.at, how.reading)
    results = read([one.path for one in fresh], how.reading())
    for arrival, (_, result) in zip(fresh, results, strict=True):
        advance(1)
        result = questions.settle(arrival, result)
        before = known.get(arrival.sha256)
        if before:
            explained = explained_since(before, result)
            if explained:
                yield Read(arrival, explained, before)
            else:
                report.add(of_known(arrival, before))
        elif isinstance(result, Refusal):
            report.add(_refuse(arrival, result, how))
        else:
            yield Read(arrival, result)


def _batches(reads: Iterator[Read], most: int) -> Iterator[list[Read]]:
    batch: list[Read] = []
    rows = 0
    for one in reads:
        if batch and rows + one.rows > most:
            yield batch
            batch, rows = [], 0
        batch.append(one)
        rows += one.rows
    if batch:
        yield batch


@contextmanager
def _uncollected() -> Iterator[None]:
    """Python looks for no cycles meanwhile: a batch has millions of objects and no cycles, and each look walks them all."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@_uncollected()
@transaction.atomic
def _file_batch(batch: Sequence[Read], how: TakeIn, ring: KeyRing, report: IntakeReport) -> None:
    areas = Gazetteer.load()
    numbers = _open(batch, how)
    sheets = [
        SheetIn(number, one.arrival.sha256, _area_of(sheet, areas, how.area_code), sheet)
        for number, one in numbers.items()
        for sheet in one.hand_over()
    ]
    entries = {id(one): rows for one, rows in file_rows(sheets, on=how.on, ring=ring)}
    show_differences(sheets, entries)
    written = {
        number: [_sheet_entry(one, entries[id(one)]) for one in sheets if one.file_id == number]
        for number in numbers
    }
    _enter(written, numbers, how)
    named = (
        (number, entry) for number, sheets_ in written.items() for one in sheets_ for entry in one.entries
    )
    answered = answer_rows(named, how.area_code)
    for number, one in numbers.items():
        report.add(
            of_sheets(one.arrival, number, written[number], before=one.before, mended=answered[number])
        )
    _keep(batch, how, ring)
    record(
        act="take_in",
        actor=how.actor,
        area_code=how.area_code,
        at=how.at,
        details={"files": len(batch), "rows": sum(one.rows for one in batch)},
    )
    if how.dry_run:
        transaction.set_rollback(True)


def _open(batch: Sequence[Read], how: TakeIn) -> dict[int, Read]:
    """The files by their numbers in the ledger; of one taken before, the lines of the sheets explained since make room."""
    for one in batch:
        if one.before:
            ledger.withdraw_sheets(one.before.id, [sheet.number for sheet in one.extracted.sheets])
    fresh = ledger.open_files(
        [one.arrival for one in batch if not one.before],
        area_code=how.area_code,
        sender=how.area_code,
        on=how.on,
        at=how.at,
    )
    numbers = iter(fresh)
    return {one.before.id if one.before else next(numbers): one for one in batch}


def _enter(written: dict[int, list[ledger.SheetEntry]], numbers: dict[int, Read], how: TakeIn) -> None:
    lines: list[SourceSheet] = []
    for number, sheets in written.items():
        lines += ledger.enter_sheets(number, numbers[number].arrival.name, how.area_code, sheets)
    SourceSheet.objects.bulk_create(lines, batch_size=2000)
    ledger.enter_rows((number, how.area_code, sheets) for number, sheets in written.items())


def _keep(batch: Sequence[Read], how: TakeIn, ring: KeyRing) -> None:
    if how.dry_run:
        return
    for one in batch:
        if not (
            one.before and one.before.destroyed_at
        ):  # what was destroyed does not come back by the back door
            keep_verbatim(one.arrival, ring)
        if how.mapping:
            _remember(one.extracted, how)


def _remember(extracted: Extracted, how: TakeIn) -> None:
    """What the sender's own map said of a layout is remembered for that sender."""
    for sheet in extracted.sheets:
        layout = sheet.layout
        columns = {str(one["index"]): one["field"] for one in layout["columns"]}
        remember_layout(
            signature=layout["signature"], sender=how.area_code, kind=sheet.kind, columns=columns, at=how.at
        )


def _area_of(sheet: ExtractedSheet, areas: Gazetteer, sender: str) -> str:
    """The area a sheet speaks of: what its title or name says, when it lies within the sender's own; else the sender's."""
    said = sheet.layout.get("context", {}).get("area")
    located = areas.locate(said, sender).area_code if said else None
    return located if located and located.startswith(sender) else sender


def _sheet_entry(one: SheetIn, entries: list[ledger.Entry]) -> ledger.SheetEntry:
    sheet = one.sheet
    return ledger.SheetEntry(
        sheet.number, sheet.name, sheet.kind, sheet.layout, sheet.rows, sheet.notices, one.area_code, entries
    )


def _refuse(arrival: Arrival, refusal: Refusal, how: TakeIn) -> FileReport:
    message = refusal.message
    said = {"code": message.code, "zh": message.text("zh"), "en": message.text("en")}
    if not how.dry_run:
        ledger.open_file(
            arrival, area_code=how.area_code, sender=how.area_code, on=how.on, at=how.at, refused=said
        )
    return of_refused(arrival, str(refusal))
