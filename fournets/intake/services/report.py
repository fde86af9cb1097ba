"""What came of an intake, file by file and sheet by sheet, as others script against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from fournets.intake.models import OUTCOMES, SourceFile
from fournets.intake.services.ledger import TAKEN, SheetEntry, problems_of
from fournets.intake.services.receive import Arrival


@dataclass(slots=True)
class SheetReport:
    """One sheet: its kind, its rows, how many ended in each outcome, and what was noticed."""

    sheet: str
    kind: str
    rows: int
    counts: dict[str, int]
    notices: list[dict[str, Any]] = field(default_factory=list)
    problems: int = 0
    questions: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "sheet": self.sheet,
            "kind": self.kind,
            "rows": self.rows,
            **self.counts,
            "problems": self.problems,
            "notices": self.notices,
            "questions": self.questions,
        }


@dataclass(slots=True)
class FileReport:
    """One file: its number in the register, its sheets, or the sentence why it was refused."""

    file: str
    sha256: str
    id: int | None = None
    archive: str = ""
    sheets: list[SheetReport] = field(default_factory=list)
    refused: str | None = None
    known: bool = False
    mended: int = 0  # rows of earlier files that its rows answer

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "sha256": self.sha256,
            "id": self.id,
            "archive": self.archive,
            "known": self.known,
            "mended": self.mended,
            "sheets": [sheet.as_json() for sheet in self.sheets],
            "refused": self.refused,
        }


@dataclass(slots=True)
class IntakeReport:
    """All files of one run, in the order they were done."""

    files: list[FileReport] = field(default_factory=list)
    twins: list[Arrival] = field(default_factory=list)

    def add(self, file: FileReport) -> None:
        self.files.append(file)

    def again(self, arrival: Arrival) -> None:
        """Notes a file that is the same, byte for byte, as another of this run; `finish` says what became of both."""
        self.twins.append(arrival)

    def finish(self) -> None:
        """Adds the files that were met twice: refused like the first of them, else in the register and unchanged."""
        first = {file.sha256: file for file in reversed(self.files)}
        for arrival in self.twins:
            self.add(_like(first[arrival.sha256], arrival))
        self.twins.clear()

    def totals(self) -> dict[str, int]:
        """Rows, outcomes, problems and refused files over everything."""
        sums: Counter[str] = Counter({"files": len(self.files), "rows": 0, "refused": 0, "problems": 0})
        for file in self.files:
            sums["refused"] += file.refused is not None
            for sheet in file.sheets:
                sums.update({"rows": sheet.rows, "problems": sheet.problems, **sheet.counts})
        return {name: sums[name] for name in ("files", "refused", "rows", *OUTCOMES, "problems")}

    def as_json(self) -> dict[str, Any]:
        return {"files": [file.as_json() for file in self.files], "totals": self.totals()}


def _like(file: FileReport, arrival: Arrival) -> FileReport:
    said = file.refused and file.refused.replace(file.file, arrival.name)
    sheets = [replace(one, counts=_unchanged(one.counts), problems=0, questions=[]) for one in file.sheets]
    return FileReport(
        arrival.name, arrival.sha256, file.id, arrival.archive, sheets, refused=said, known=not said
    )


def of_sheets(
    arrival: Arrival,
    number: int,
    sheets: Sequence[SheetEntry],
    *,
    before: SourceFile | None = None,
    mended: int = 0,
) -> FileReport:
    """The report of a file just taken in; of one taken ``before``, the other sheets stand unchanged."""
    reports = {one.number: _of_sheet(one) for one in sheets}
    if before:
        reports = _stand(before) | reports
    in_order = [reports[one] for one in sorted(reports)]
    return FileReport(arrival.name, arrival.sha256, number, arrival.archive, in_order, mended=mended)


def of_known(arrival: Arrival, file: SourceFile) -> FileReport:
    """The report of a file that is in the register already: what it brought stands unchanged."""
    stand = _stand(file)
    sheets = [stand[one] for one in sorted(stand)]
    return FileReport(arrival.name, arrival.sha256, file.id, arrival.archive, sheets, known=True)


def _stand(file: SourceFile) -> dict[int, SheetReport]:
    return {
        one.number: SheetReport(one.name, one.kind, one.rows, _unchanged(one.counts), one.notices)
        for one in file.sourcesheet_set.all()
    }


def of_refused(arrival: Arrival, sentence: str) -> FileReport:
    """The report of a file that could not be read."""
    return FileReport(arrival.name, arrival.sha256, archive=arrival.archive, refused=sentence)


def _of_sheet(sheet: SheetEntry) -> SheetReport:
    problems = sum(len(problems_of(entry.problems)) for entry in sheet.entries if entry.problems)
    questions = sheet.layout.get("questions", [])
    return SheetReport(sheet.name, sheet.kind, sheet.rows, sheet.counts(), sheet.notices, problems, questions)


def _unchanged(counts: dict[str, int]) -> dict[str, int]:
    still = {name: count for name, count in counts.items() if name not in TAKEN}
    moved = sum(counts[name] for name in TAKEN)
    return {name: still.get(name, 0) for name in OUTCOMES} | {"unchanged": counts["unchanged"] + moved}
