"""A workbook as people see it: sheets of cells, and what the columns of a sheet mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

BESIDE = "beside"  # how a column was taken that holds another person beside the row's own

Cell = str | float | int | bool | date | datetime | time | None


@dataclass(slots=True)
class Sheet:
    """One sheet as read: every cell from A1 on; rows and columns count from 0 here, from 1 in what people read."""

    number: int
    name: str
    rows: list[list[Cell]]
    merged: list[tuple[int, int, int, int]] = field(
        default_factory=list
    )  # first row, first column, last row, last column
    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    notices: list[dict[str, Any]] = field(default_factory=list)  # {"code": message code, ...values}
    hidden_columns: set[int] = field(default_factory=set)
    uncalculated: set[tuple[int, int]] = field(
        default_factory=set
    )  # row and column of formulas without a result
    borrowed: set[int] = field(
        default_factory=set
    )  # rows above a table that stand here for it too and are counted with the table beside it


@dataclass(slots=True)
class Column:
    """What one column means: a field of the vocabulary, or nothing the register knows (`field` is None)."""

    index: int
    header: str
    field: str | None
    how: str = ""  # header, values, map, remembered
    score: float = 0.0


@dataclass(slots=True)
class Layout:
    """What a sheet is and where its data stand."""

    kind: str  # household_register, enterprise_survey, staff_roster, returnee_list, pushed_list, place_register, unknown
    header_rows: tuple[int, int] | None  # first and last header row, counted from 0
    columns: list[Column]
    signature: str  # equal for sheets with the same headers in the same order
    context: dict[str, str] = field(
        default_factory=dict
    )  # values given once above the table: area, enterprise, date
    questions: list[dict[str, Any]] = field(default_factory=list)
    parts: list[Layout] = field(default_factory=list)  # tables further down with columns of their own
