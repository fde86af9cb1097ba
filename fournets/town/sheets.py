"""A workbook about to be sent: its sheets, and the truth about every row and column in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

Cell = str | int | float | date | None
Values = dict[str, Cell | bool]


@dataclass(slots=True)
class OutSheet:
    """A sheet being written; rows and columns count from 0 here."""

    name: str
    rows: list[list[Cell]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(
        default_factory=list
    )  # first row, first column, last row, last column
    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    entities: dict[int, tuple[str, str]] = field(
        default_factory=dict
    )  # row -> (key of person or enterprise, note)
    columns: dict[int, tuple[str, str]] = field(
        default_factory=dict
    )  # column -> (header, field of the vocabulary or "")

    def add(self, *cells: Cell, key: str = "", note: str = "") -> int:
        """Adds a row and gives its place."""
        self.rows.append(list(cells))
        place = len(self.rows) - 1
        if key or note:
            self.entities[place] = (key, note)
        return place


@dataclass(slots=True)
class OutBook:
    """A file being written; ``encoding`` is for .csv."""

    name: str
    sheets: list[OutSheet]
    kind: str
    encoding: str = "utf-8"
    about: str = "person"  # or enterprise, place: what the keys of its rows name


@dataclass(slots=True)
class Entry:
    """One row to write: whom it is about, its values by field as written down, and what went wrong."""

    key: str
    values: Values
    notes: list[str] = field(default_factory=list)
    home: object = None
