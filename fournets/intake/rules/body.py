"""The data rows of a sheet, field by field: filled down, cleaned, with a journal of what was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from fournets.intake.rules.columns import (
    cleaned_field,
    fill_ditto,
    fill_merged,
    has_ditto,
    identities,
    merged_down,
)
from fournets.intake.rules.ids import Identity
from fournets.intake.rules.journal import Journal
from fournets.intake.rules.pieces import join_numbers
from fournets.intake.rules.resumption import FIELD as RESUME_ON
from fournets.intake.rules.resumption import file_states, take_states
from fournets.intake.rules.streets import join_streets
from fournets.intake.rules.value import NOTHING, narrow, plain
from fournets.workbooks.model import BESIDE, Cell, Column, Layout, Sheet
from fournets.workbooks.packages import column_letters
from fournets.workbooks.vocabulary import fields

Values = list[str | None]
HOUSEHOLD = ("household_no", "head_name", "address", "registered_address", "community", "street", "building_name", "building_code", "door", "group_name", "cell_code")  # fmt: skip
HEAD = "户主"
REGISTERED = "registered_address"
_UNCHANGED = frozenset((str, type(None)))


class Body:
    """Cleaned columns of the data rows, by field."""

    def __init__(self, sheet: Sheet, layout: Layout, rows: Sequence[int], *, on: date) -> None:
        self.sheet, self.layout, self.rows, self.on = sheet, layout, rows, on
        self.journal = Journal(rows)
        self.values: dict[str, Values] = {}
        self.columns: dict[str, str] = {}  # field -> letters of its first column
        self.identities: list[Identity | None] | None = None
        self.states: dict[
            int, str
        ] = {}  # positions of rows that say in a day's column whether work has begun
        self.joined: set[int] = set()  # positions of rows whose number is spread over several columns
        self.crowded: set[int] = set()  # positions of rows that name several people
        self._merged = merged_down(sheet, rows[0] if rows else 0)

    def clean(self) -> None:
        """Cleans every column the layout knows."""
        known = [column for column in self.layout.columns if column.field]
        self._note_beside()
        spread = _spread(known)
        self._join_numbers([column.index for column in known if column.field == "id_number"])
        for column in sorted(known, key=lambda one: one.field == "id_number"):
            if column.field not in spread:
                self._clean_column(column, str(column.field))
        for field, columns in spread.items():
            self._clean_joined(field, columns)
        if self.layout.kind == "household_register":
            self._fill_households()
        join_streets(self)
        file_states(self)
        self._note_uncalculated({column.index: str(column.field) for column in known})

    def _note_beside(self) -> None:
        """A row that also fills the columns of a second person names several people."""
        for column in self.layout.columns:
            if column.how != BESIDE:
                continue
            for at, cell in enumerate(self.cells_of(column.index)):
                if cell is not None and at not in self.crowded and narrow(cell).upper() not in NOTHING:
                    self.crowded.add(at)
                    self.journal.problem(at, "name", column_letters(column.index + 1), "cell_beside")

    def _join_numbers(self, columns: Sequence[int]) -> None:
        """Of a number spread over several columns the pieces are one; what is joined is no number by itself."""
        if len(columns) < 2:
            return
        cells = [self.cells_of(index) for index in columns]
        found = join_numbers(cells, on=self.on)
        self.joined = {at for at, one in enumerate(found) if one}
        if self.joined:
            written = [" ".join(map(plain, row)).strip() for row in zip(*cells, strict=True)]
            letter = column_letters(columns[0] + 1)
            self._keep("id_number", letter, self._noted(found, written, "id_number", letter, {}))
            self.identities = found

    def cells_of(self, index: int) -> list[Cell]:
        """The data rows' cells of one column."""
        table = self.sheet.rows
        try:
            return [table[row][index] for row in self.rows]
        except IndexError:
            return [table[row][index] if index < len(table[row]) else None for row in self.rows]

    def _clean_column(self, column: Column, field: str) -> None:
        cells = self.cells_of(column.index)
        if field == "id_number" and self.joined:
            cells = [None if at in self.joined else cell for at, cell in enumerate(cells)]
        written: Sequence[Cell] = cells
        if field == RESUME_ON:
            cells = take_states(self, column.index, cells)
        filled: dict[int, str] = {}
        lost: list[int] = []
        if field != "sequence" and (column.index in self._merged or has_ditto(cells)):
            written = list(cells)
            filled, lost = self._fill(cells, column.index, own=field == "id_number")
        letter = column_letters(column.index + 1)
        values = self._values(cells, written, field, letter, filled)
        for at in lost:
            self.journal.changed(at, field, letter, written[at], "left_out")
            self.journal.problem(at, field, letter, "cell_ditto")
        self._keep(field, letter, values)

    def _clean_joined(self, field: str, columns: Sequence[int]) -> None:
        """A division spread over columns (省, 市, 县) is read as one text: 浙江 beside 温州 is 浙江温州."""
        cells = [list(self.cells_of(index)) for index in columns]
        for index, one in zip(columns, cells, strict=True):
            self._fill(one, index, own=False)
        joined: list[Cell] = ["".join(map(plain, row)) or None for row in zip(*cells, strict=True)]
        letter = column_letters(columns[0] + 1)
        self._keep(field, letter, self._values(joined, joined, field, letter, {}))

    def _fill(self, cells: list[Cell], index: int, *, own: bool) -> tuple[dict[int, str], list[int]]:
        """Fills merged cells and dittos; a document number comes down only to a row of the same name."""
        before = list(cells)
        filled = fill_merged(cells, self._merged.get(index, ()), self.rows)
        dittos, lost = fill_ditto(cells)
        filled |= dittos
        if own:
            names = self.values.get("name") or [None] * len(cells)
            for at in [at for at in filled if not at or names[at] is None or names[at] != names[at - 1]]:
                cells[at] = None
                if filled.pop(at) == "ditto" or before[at] is not None:
                    lost.append(at)
        return filled, lost

    def _values(
        self, cells: list[Cell], written: Sequence[Cell], field: str, letter: str, filled: dict[int, str]
    ) -> Values:
        if field == "id_number":
            found: list[Any] = identities(cells, on=self.on)
            self._merge_identities(found)
        else:
            found = cleaned_field(field, cells, on=self.on)
        for at, rule in filled.items():
            self.journal.changed(at, field, letter, written[at], rule)
        if _UNCHANGED.issuperset(map(type, found)):
            return found
        return self._noted(found, written, field, letter, filled)

    def _noted(
        self,
        found: list[Any],
        written: Sequence[Cell],
        field: str,
        letter: str,
        filled: dict[int, str],
    ) -> Values:
        values: Values = []
        journal, head, tails = self.journal, f'["{field}","{letter}', dict[int, str]()
        for at, one in enumerate(found):
            if one is None or one.__class__ is str:
                values.append(one)
                continue
            values.append(one.value)
            if one.rule and at not in filled:
                tail = tails.get(id(one))  # one object a distinct cell, alive as long as `found`
                if tail is None:
                    tail = tails[id(one)] = journal.tail(written[at], one.rule)
                journal.add_change(at, head, tail)
            if one.problem:
                journal.problem(at, field, letter, one.problem)
            if one.problem == "cell_name_several" and field == "name":
                self.crowded.add(at)
        return values

    def _merge_identities(self, found: list[Identity | None]) -> None:
        """Of several ID columns the first that says something counts."""
        if self.identities is None:
            self.identities = list(found)
            return
        for at, one in enumerate(self.identities):
            if one is None or one.value is None:
                self.identities[at] = found[at]

    def _keep(self, field: str, letter: str, values: Values) -> None:
        """Keeps a column; of several columns of one field all telephone numbers count, else the first value."""
        earlier = self.values.get(field)
        self.columns.setdefault(field, letter)
        if earlier is None:
            self.values[field] = values
        elif field.endswith("phone"):
            self.values[field] = [_joined(*pair) for pair in zip(earlier, values, strict=True)]
        else:
            self.values[field] = [old or new for old, new in zip(earlier, values, strict=True)]

    def _note_uncalculated(self, fields: Mapping[int, str]) -> None:
        """A formula no program has calculated is no empty cell."""
        position = {row: at for at, row in enumerate(self.rows)} if self.sheet.uncalculated else {}
        for row, index in sorted(self.sheet.uncalculated):
            if row in position and index in fields:
                self.journal.problem(
                    position[row], fields[index], column_letters(index + 1), "cell_uncalculated"
                )

    def _fill_households(self) -> None:
        """Members written below their head, with the household's columns left empty, belong to the head above."""
        relations = self.values.get("relation")
        known = [field for field in HOUSEHOLD if field in self.values]
        if not relations or not known:
            return
        copies = {field: list(self.values[field]) for field in known}
        above: int | None = None
        for at, relation in enumerate(relations):
            if relation == HEAD:
                above = at
            elif relation and above is not None and all(copies[field][at] is None for field in known):
                self._come_down(copies, above, at)
        self.values |= copies

    def _come_down(self, copies: dict[str, Values], above: int, at: int) -> None:
        for field, values in copies.items():
            if values[above] is not None:
                values[at] = values[above]
                self.journal.changed(at, field, self.columns[field], None, "household")


def _spread(known: Sequence[Column]) -> dict[str, list[int]]:
    """What is spread over several columns, a division of the country or where somebody is registered, with these columns."""
    found: dict[str, list[int]] = {}
    for column in known:
        if fields()[str(column.field)].type == "region" or column.field == REGISTERED:
            found.setdefault(str(column.field), []).append(column.index)
    return {field: columns for field, columns in found.items() if len(columns) > 1}


def _joined(first: str | None, second: str | None) -> str | None:
    if first is None or second is None:
        return first or second
    return "|".join(dict.fromkeys(first.split("|") + second.split("|")))
