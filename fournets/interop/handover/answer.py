"""An answer of the disease control centre read from its file: which contact each row is about, and what it says."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from fournets.home import home
from fournets.intake.extract import read_sheets
from fournets.intake.rules.dates import clean_date
from fournets.interop.handover.settings import settings
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.reporting.exports.keys import read_code
from fournets.reporting.models import ExportRow
from fournets.tracing.models import Answer, Contact
from fournets.tracing.rules import Answered
from fournets.tracing.services import AnswerRow, look_at_answer
from fournets.workbooks.model import Cell, Sheet

ABOVE = 20  # rows that may stand above the heads
NEEDED = ("code", "decision")
_SIGNS = re.compile(r"[\s()()\[\]【】:::*_/.-]+")


@dataclass(frozen=True, slots=True)
class Read:
    """A row as it was read: its number in the file, the person's code, what it says; ``wrong``: why it says nothing."""

    row: int
    code: int | None
    said: Answered | None
    wrong: str = ""


def take_answer(file: IO[bytes], name: str, *, reader: Reader, on: date, at: datetime) -> Answer:
    """Reads a workbook or CSV and keeps what it says, to be looked at (`look_at_answer`).

    A `Refusal` when it cannot be read, or no sheet has a column of row codes and one of decisions.
    """
    content = file.read(settings()["most_bytes"] + 1)
    if len(content) > settings()["most_bytes"]:
        raise Refusal("cdc_large", most=settings()["most_bytes"] // 1_000_000)
    with TemporaryDirectory(dir=home(), prefix="answer-") as folder:
        suffix = Path(name).suffix.lower()
        path = Path(folder) / f"answer{suffix if re.fullmatch(r'[.][a-z]{3,4}', suffix) else '.xlsx'}"
        path.write_bytes(content)
        sheets = read_sheets(path)
    rows, problems = _rows(list(_read(sheets, on)))
    return look_at_answer(reader, rows, problems, sha256=hashlib.sha256(content).hexdigest(), at=at)


def _rows(read: Sequence[Read]) -> tuple[list[AnswerRow], list[dict[str, Any]]]:
    """The rows with the contacts they are about; and those that say nothing, or are about nobody of the reader's area."""
    codes = [one.code for one in read if one.code is not None]
    people = dict(ExportRow.objects.filter(code__in=codes).values_list("code", "person_id"))
    of_person = _contacts(set(people.values()))
    rows, problems = [], []
    for one in read:
        contacts = of_person.get(people.get(one.code, 0), []) if one.code is not None else []
        if one.said is not None and contacts:
            rows.append(AnswerRow(one.row, contacts, one.said))
        else:
            problems.append({"row": one.row, "code": one.wrong or "cdc_wrong_code"})
    return rows, problems


def _contacts(people: set[int]) -> dict[int, list[int]]:
    """The contacts of people by the number they were handed out under, also when their file is part of another now."""
    found: dict[int, list[int]] = {}
    known = Contact.objects.exclude(decision="excluded").values_list("pk", "person_id", "origin_id")
    for rows in (known.filter(person_id__in=people), known.filter(origin_id__in=people)):
        for number, person, origin in rows.order_by("pk"):
            for one in {person, origin} & people:
                if number not in found.setdefault(one, []):
                    found[one].append(number)
    return found


def _read(sheets: Sequence[Sheet], on: date) -> Iterator[Read]:
    for sheet in sheets:
        head = _head(sheet)
        if head is not None:
            at, columns = head
            yield from _of_sheet(sheet, at, columns, on)
            return
    raise Refusal("cdc_heads")


def _head(sheet: Sheet) -> tuple[int, Mapping[str, int]] | None:
    """The row of the heads and the column of each thing; None where a sheet has no such row."""
    named = {_plain(word): name for name, words in settings()["answer"]["heads"].items() for word in words}
    for at, row in enumerate(sheet.rows[:ABOVE]):
        columns = {
            name: column
            for column, cell in reversed(list(enumerate(row)))
            if (name := named.get(_plain(cell))) is not None
        }
        if all(one in columns for one in NEEDED):
            return at, columns
    return None


def _of_sheet(sheet: Sheet, head: int, columns: Mapping[str, int], on: date) -> Iterator[Read]:
    for number, row in enumerate(sheet.rows[head + 1 :], head + 2):
        cells = {name: row[at] if at < len(row) else None for name, at in columns.items()}
        code = read_code(str(cells["code"] or "").strip())
        said = [cells.get(one) for one in ("decision", "free_on", "lab")]
        if code is None and not _plain(cells["decision"]):
            continue  # the line that says whose copy it is, and empty ones
        if all(_plain(one) == "" for one in said):
            continue  # a row nobody has answered yet
        yield _one(number, code, cells, on)


def _one(number: int, code: int | None, cells: Mapping[str, Cell], on: date) -> Read:
    words = settings()["answer"]
    decision = _word(words["decisions"], cells["decision"])
    lab = _word(words["labs"], cells.get("lab"))
    day = _plain(cells.get("free_on")) and clean_date(cells.get("free_on"), on=on, nearest=True).value
    if code is None:
        return Read(number, None, None, "cdc_wrong_code")
    if not decision:
        return Read(number, code, None, "cdc_wrong_decision")
    if _plain(cells.get("lab")) and not lab:
        return Read(number, code, None, "cdc_wrong_lab")
    if day is None:
        return Read(number, code, None, "cdc_wrong_day")
    return Read(number, code, Answered(decision, date.fromisoformat(day) if day else None, lab))


def _word(known: Mapping[str, Sequence[str]], cell: Cell) -> str:
    said = _plain(cell)
    return next(
        (name for name, words in known.items() if said and said in {_plain(one) for one in words}), ""
    )


def _plain(cell: Cell) -> str:
    return _SIGNS.sub("", str(cell).lower()) if cell is not None else ""
