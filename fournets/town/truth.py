"""Writes down the truth about every row and column of the files, for tests and benchmarks."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fournets.town.sheets import OutBook
from fournets.workbooks.packages import column_letters

HEADS = {
    "truth.csv": ("file", "sheet", "row", "person", "note"),
    "truth_enterprises.csv": ("file", "sheet", "row", "enterprise", "note"),
    "truth_places.csv": ("file", "sheet", "row", "place", "note"),
    "truth_columns.csv": ("file", "sheet", "kind", "column", "header", "field"),
}
FILES = {"person": "truth.csv", "enterprise": "truth_enterprises.csv", "place": "truth_places.csv"}
Lines = list[tuple[str | int, ...]]


@dataclass(slots=True)
class Truth:
    """Lines by the truth file they go to."""

    lines: dict[str, Lines] = field(default_factory=lambda: {name: [] for name in HEADS})

    def add(self, book: OutBook) -> None:
        """Adds every row that is not blank, and every column, of a book."""
        rows, columns = self.lines[FILES[book.about]], self.lines["truth_columns.csv"]
        for sheet in book.sheets:
            # a .csv has one sheet, called as the file is
            called = Path(book.name).stem if book.name.endswith(".csv") else sheet.name
            for place, cells in enumerate(sheet.rows):
                if any(cell not in (None, "") for cell in cells):
                    rows.append((book.name, called, place + 1, *sheet.entities.get(place, ("", ""))))
            for place, (header, name) in sheet.columns.items():
                columns.append((book.name, called, book.kind, column_letters(place + 1), header, name))

    def take(self, other: Truth) -> None:
        """Adds all of another truth."""
        for name, lines in other.lines.items():
            self.lines[name] += lines

    def write(self, folder: Path) -> None:
        """Writes the truth files."""
        for name, head in HEADS.items():
            write_csv(folder / name, head, self.lines[name])


def write_csv(path: Path, head: Sequence[str], lines: Iterable[Sequence[object]]) -> None:
    """Writes a UTF-8 table."""
    with path.open("w", encoding="utf-8", newline="") as out:
        write = csv.writer(out, lineterminator="\n")
        write.writerow(head)
        write.writerows(lines)
