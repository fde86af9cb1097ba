"""Sheets nobody knows are asked about, once a layout; the answer is remembered, and the file read again with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from fournets.intake.extract import Extracted, ExtractedSheet, ExtractOptions, extract
from fournets.intake.models import SourceFile
from fournets.intake.rules.lines import REVIEW
from fournets.intake.services.receive import Arrival
from fournets.intake.services.remember import remember_layout
from fournets.language import Refusal
from fournets.workbooks.mapping import Answer

Ask = Callable[[str, ExtractedSheet], Answer | None]  # the file's name and the sheet; None: no answer


@dataclass(slots=True)
class Questions:
    """What was asked in one run, by layout, and whether it was answered; ``reading`` gives the options as they are now."""

    ask: Ask | None
    sender: str
    at: datetime
    reading: Callable[[], ExtractOptions]
    asked: dict[str, bool] = field(default_factory=dict)

    def settle(self, arrival: Arrival, result: Extracted | Refusal) -> Extracted | Refusal:
        """``result``, or the file read again when questions about its sheets were answered."""
        if self.ask is None or isinstance(result, Refusal):
            return result
        answered = [self._answered(arrival.name, sheet, self.ask) for sheet in result.sheets]
        if not any(answered):
            return result
        try:
            return extract(arrival.path, options=self.reading())
        except Refusal as refusal:
            return refusal

    def _answered(self, file: str, sheet: ExtractedSheet, ask: Ask) -> bool:
        if not is_question(sheet):
            return False
        signature = sheet.layout["signature"]
        if signature not in self.asked:
            answer = ask(file, sheet)
            self.asked[signature] = answer is not None
            if answer:
                self._remember(sheet, answer)
        return self.asked[signature]

    def _remember(self, sheet: ExtractedSheet, answer: Answer) -> None:
        before = {one["index"]: one["field"] for one in sheet.layout["columns"] if one["how"] == "remembered"}
        columns = {str(index): name for index, name in (before | answer.columns).items()}
        remember_layout(
            signature=sheet.layout["signature"],
            sender=self.sender,
            kind=answer.kind or sheet.kind,
            columns=columns,
            at=self.at,
        )


def is_question(sheet: ExtractedSheet) -> bool:
    """Whether something about a sheet should be asked; a page of text holds nothing to ask about."""
    waits = sheet.kind != "unknown" or REVIEW in sheet.table["status"].to_pylist()
    return bool(sheet.layout["questions"]) and waits


def waiting_sheets(file: SourceFile) -> set[int]:
    """The numbers of the sheets of a file taken before whose rows wait because nobody knew the layout."""
    return {
        sheet.number
        for sheet in file.sourcesheet_set.all()
        if sheet.kind == "unknown" and sheet.counts.get(REVIEW)
    }


def explained_since(file: SourceFile, result: Extracted | Refusal) -> Extracted | None:
    """The sheets of ``file``, taken before, that are known now and were not then; None when there are none."""
    if isinstance(result, Refusal):
        return None
    waited = waiting_sheets(file)
    sheets = [sheet for sheet in result.sheets if sheet.number in waited and sheet.kind != "unknown"]
    numbers = {sheet.number for sheet in sheets}
    alone = [sheet if sheet.newer in numbers else replace(sheet, newer=None) for sheet in sheets]
    return Extracted(alone) if alone else None
