"""What became of a form: its columns, the cells filled, and why others stayed empty."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fournets.language import say
from fournets.reporting.forms.doubles import Doubt
from fournets.reporting.forms.meaning import Meaning

UNKNOWN, NOTHING, NOT_A_CHOICE = "cell_unknown_column", "cell_nothing_on_file", "cell_not_a_choice"
NO_AREA, UNSURE, UNTOLD = "cell_row_without_area", "cell_figure_unsure", "cell_figure_untold"


@dataclass
class ColumnReport:
    """One column: its header's cell, its field, and its cells counted."""

    sheet: str
    meaning: Meaning
    filled: int = 0
    empty: Counter[str] = field(default_factory=Counter)
    ranges: list[dict[str, Any]] = field(default_factory=list)

    def tell_range(
        self, cell: str, area: str, counted: int, doubt: Doubt, untold: int, *, written: bool
    ) -> None:
        """Between which numbers a figure lies: which files may be one person's, and of how many no file tells enough."""
        self.ranges.append(
            {
                "sheet": self.sheet,
                "cell": cell,
                "header": self.meaning.head.text,
                "area": area,
                "counted": counted,
                "least": counted - doubt.down,
                "most": counted + doubt.up + untold,
                "untold": untold,
                "written": written,
                "may_be_one": [[pair.one_is, pair.other_is] for pair in doubt.pairs],
            }
        )

    def as_json(self) -> dict[str, Any]:
        head = self.meaning.head
        why = [
            {"code": code, "cells": count, "zh": say(code, "zh"), "en": say(code, "en")}
            for code, count in sorted(self.empty.items())
        ]
        cells = {"filled": self.filled, "empty": sum(self.empty.values()), "why_empty": why}
        return {
            "cell": head.cell,
            "header": head.text,
            "field": self.meaning.field,
            "sheet": self.sheet,
            **cells,
        }


@dataclass
class Report:
    """The whole form: for which area and day, its columns, its rows."""

    area: str
    on: date
    unit: str
    columns: list[ColumnReport] = field(default_factory=list)
    rows: int = 0
    labels: list[str] = field(default_factory=list)
    kinds: list[dict[str, str]] = field(default_factory=list)
    notices: list[dict[str, Any]] = field(default_factory=list)
    people: list[int] = field(default_factory=list)  # whose rows the form holds; never written out
    export: str = ""  # the serial of a form with people in it

    def column(self, sheet: str, meaning: Meaning) -> ColumnReport:
        """A new column of the report."""
        self.columns.append(ColumnReport(sheet, meaning))
        return self.columns[-1]

    def add_kind(self, kind: str, who: str) -> None:
        self.kinds.append({"kind": kind, "who": who} if who else {"kind": kind})

    def notice(self, code: str, **values: Any) -> None:
        """Something about the form its reader should know, in both languages."""
        self.notices.append(
            {"code": code, "zh": say(code, "zh", **values), "en": say(code, "en", **values), **values}
        )

    @property
    def cells_filled(self) -> int:
        return sum(column.filled for column in self.columns)

    @property
    def cells_empty(self) -> int:
        return sum(sum(column.empty.values()) for column in self.columns)

    @property
    def why_empty(self) -> Counter[str]:
        """How many cells stayed empty for which reason, by the code of its sentence."""
        return sum((column.empty for column in self.columns), Counter())

    @property
    def ranges(self) -> list[dict[str, Any]]:
        """The figures that may be another number."""
        return [one for column in self.columns for one in column.ranges]

    @property
    def unknown(self) -> list[str]:
        """The headers the register does not know."""
        return [column.meaning.head.text for column in self.columns if column.meaning.field is None]

    def as_json(self) -> dict[str, Any]:
        """The report as the command contract has it; holds no personal value."""
        return {
            "area": self.area,
            "on": self.on.isoformat(),
            "sheets": self.kinds,
            "columns": [column.as_json() for column in self.columns],
            "rows": self.rows,
            "cells_filled": self.cells_filled,
            "cells_empty": self.cells_empty,
            "labels_filled": self.labels,
            "figures_in_doubt": self.ranges,
            "notices": self.notices,
            "export": self.export or None,
        }
