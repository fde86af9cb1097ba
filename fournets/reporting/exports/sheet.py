"""The file of an export: a workbook or a CSV in which every cell is a text, and which says whose copy it is.

Nothing in it can be a formula: texts are written as texts, and one that a spreadsheet program might run when the file is
saved as CSV and opened again gets an apostrophe before it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import xlsxwriter
from django.utils import timezone

from fournets.language import Lang, say
from fournets.workbooks.write import TEXT_FORMAT, safe_text

FORMATS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
FOOTER_MOST = 240  # characters a print footer may have, its codes included
WIDE, NARROW = 36, 14
WIDE_FIELDS = ("address", "employer", "registered_address")


@dataclass(frozen=True, slots=True)
class Paper:
    """What a file says of itself: its serial, who asked for it, for whom, and when."""

    serial: str
    recipient: str
    asker: str
    at: datetime
    lang: Lang

    def line(self) -> str:
        """The one line every copy carries."""
        day = f"{timezone.localdate(self.at):%Y-%m-%d}"
        return say(
            "export_line",
            self.lang,
            serial=self.serial,
            recipient=self.recipient,
            asker=self.asker,
            day=day,
        )


def write_file(
    path: Path, kind: str, header: Sequence[tuple[str, str]], rows: Iterable[Sequence[str]], paper: Paper
) -> None:
    """Writes a list with its header (field and words) into ``path`` as ``xlsx`` or ``csv``."""
    if kind == "xlsx":
        write_workbook(path, header, rows, paper)
    else:
        _write_csv(path, header, rows, paper)


def write_workbook(
    path: Path,
    header: Sequence[tuple[str, str]],
    rows: Iterable[Sequence[str]],
    paper: Paper,
    *,
    sums: tuple[str, Sequence[tuple[str, int]]] | None = None,
) -> None:
    """Writes a list as a workbook; ``sums``: the name of a second sheet, and its lines of a word and a number."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    last = 0
    with xlsxwriter.Workbook(str(path), options) as book:
        _describe(book, paper)
        page = book.add_worksheet(paper.serial)
        text, head = (
            book.add_format({"num_format": TEXT_FORMAT}),
            book.add_format({"bold": True, "bottom": 1}),
        )
        for column, (field, _) in enumerate(header):
            page.set_column(column, column, WIDE if field in WIDE_FIELDS else NARROW, text)
        page.freeze_panes(1, 0)
        page.repeat_rows(0)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_footer(_print_footer(paper))
        for column, (_, words) in enumerate(header):
            page.write_string(0, column, _safe(words), head)
        for last, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                if cell:
                    page.write_string(last, column, _safe(cell), text)
        page.write_string(last + 2, 0, _safe(paper.line()))
        if sums is not None:
            _write_sums(book, *sums, paper)


def _write_sums(book: xlsxwriter.Workbook, name: str, lines: Sequence[tuple[str, int]], paper: Paper) -> None:
    page = book.add_worksheet(name)
    page.set_column(0, 0, WIDE)
    page.set_footer(_print_footer(paper))
    for at, (word, count) in enumerate(lines):
        page.write_string(at, 0, _safe(word))
        page.write_number(at, 1, count)


def _describe(book: xlsxwriter.Workbook, paper: Paper) -> None:
    book.set_properties(
        {"title": paper.serial, "author": paper.asker, "comments": paper.line(), "created": paper.at}
    )
    for name, value in (("serial", paper.serial), ("recipient", paper.recipient), ("asker", paper.asker)):
        book.set_custom_property(name, value)


def print_footer(line: str) -> str:
    """A text as a print footer: its own ampersands are no codes."""
    return line[:FOOTER_MOST].replace("&", "&&")[:FOOTER_MOST]


def _print_footer(paper: Paper) -> str:
    return f"&L{print_footer(paper.line())}&R&P/&N"


def _write_csv(
    path: Path, header: Sequence[tuple[str, str]], rows: Iterable[Sequence[str]], paper: Paper
) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([_safe(words) for _, words in header])
        writer.writerows([_safe(cell) for cell in row] for row in rows)
        writer.writerow([_safe(paper.line())])


def _safe(text: str) -> str:
    """A cell on one line: a reader of CSV that does not know quotes would take what follows a line break for a cell."""
    return safe_text(" ".join(text.split()))
