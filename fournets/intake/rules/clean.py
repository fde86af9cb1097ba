"""A sheet and its layout in, a table out: one line for every row with anything in it, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import pyarrow as pa

from fournets.intake.rules.body import Body, Values
from fournets.intake.rules.journal import as_lists
from fournets.intake.rules.lines import DATA, NOT_DATA, REJECTED, REVIEW, frame_of, is_blank, reason_of
from fournets.intake.rules.persons import add_identity
from fournets.workbooks.evidence import evidence, valid_id
from fournets.workbooks.model import Cell, Layout, Sheet

PERSON_KINDS = frozenset(("household_register", "staff_roster", "returnee_list", "pushed_list"))
NEEDED = {  # of which fields a row must have at least one, and the reason when it has none
    "person": (("name", "id_number", "phone"), "no_name_or_number"),
    "enterprise": (("enterprise_name", "uscc"), "no_name_or_code"),
    "place": (
        ("community", "cell_code", "cell_name", "group_name", "building_name", "building_code"),
        "no_place",
    ),
}
PROSE_COLUMNS = 2
_NUMBERS = {"id", "nearly_id", "mobile", "uscc"}


@dataclass(slots=True)
class Line:
    """One row with anything in it."""

    row: int
    status: str
    reason: str


def clean_sheet(sheet: Sheet, layout: Layout, *, on: date, skip_hidden: bool = False) -> pa.Table:
    """The rows of ``sheet`` cleaned under ``layout``; columns as `docs/reference` lists them, one string column a field."""
    if layout.parts:
        return pa.concat_tables(
            [clean_sheet(part, its, on=on, skip_hidden=skip_hidden) for part, its in _tables(sheet, layout)],
            promote_options="default",
        )
    lines = _lines(sheet, layout, skip_hidden=skip_hidden)
    data = [line.row for line in lines if line.status == DATA]
    body = Body(sheet, layout, data, on=on)
    body.clean()
    certainty = add_identity(body)
    _fill_context(body, layout)
    _reject(lines, body, layout.kind)
    return _table(lines, body, certainty)


def _tables(sheet: Sheet, layout: Layout) -> Iterator[tuple[Sheet, Layout]]:
    """Each table of the sheet with its own columns, its rows where they stand: those of the others are blank in it."""
    layouts = [replace(layout, parts=[]), *layout.parts]
    starts = [0, *(part.header_rows[0] for part in layout.parts if part.header_rows), len(sheet.rows)]
    for start, end, one in zip(starts, starts[1:], layouts, strict=False):
        yield replace(sheet, rows=[*([[]] * start), *sheet.rows[start:end]]), one


def _lines(sheet: Sheet, layout: Layout, *, skip_hidden: bool) -> list[Line]:
    rows = [at for at, row in enumerate(sheet.rows) if at not in sheet.borrowed and not is_blank(row)]
    if layout.kind == "unknown" or not any(column.field for column in layout.columns):
        return _unknown_lines(sheet, rows)
    first, last = layout.header_rows or (0, -1)
    frame = frame_of(layout)
    waiting = {row for row, _ in sheet.uncalculated}
    lines = []
    for at in rows:
        if at < first and _has_person(sheet.rows[at]):
            lines.append(Line(at, REJECTED, "above_header"))
            continue
        reason = "title" if at < first else "header" if at <= last else reason_of(sheet.rows[at], frame)
        if reason in ("empty_line", "separator") and at in waiting:
            reason = ""
        if not reason and skip_hidden and (sheet.hidden or at in sheet.hidden_rows):
            reason = "hidden"
        lines.append(Line(at, NOT_DATA if reason else DATA, reason))
    return lines


def _has_person(row: list[Cell]) -> bool:
    """Whether a row that stands where titles do holds somebody's document number among other cells."""
    texts = [cell for cell in row if isinstance(cell, str)]
    return len(texts) > 1 and any(valid_id(text.strip().upper()) for text in texts)


def _unknown_lines(sheet: Sheet, rows: list[int]) -> list[Line]:
    """A sheet of text (instructions, a letter) has no data; a table nobody knows waits for its columns to be told."""
    widest = max((sum(cell is not None for cell in sheet.rows[at]) for at in rows), default=0)
    numbers = evidence([cell for at in rows for cell in sheet.rows[at]]).shares.keys() & _NUMBERS
    if widest <= PROSE_COLUMNS and not numbers:
        return [Line(at, NOT_DATA, "note") for at in rows]
    return [Line(at, REVIEW, "unknown_kind") for at in rows]


def _fill_context(body: Body, layout: Layout) -> None:
    """What the title or the sheet's name says once holds for every row that says nothing itself.

    A list of enterprises bears the name of who reports: no row without a name is that one.
    """
    for name, value in layout.context.items():
        field = _context_field(name, layout.kind)
        if field == "enterprise_name" and field in body.values:
            continue
        if field and value:
            there = body.values.get(field) or [None] * len(body.rows)
            body.values[field] = [old or value for old in there]


def _context_field(name: str, kind: str) -> str | None:
    if name == "enterprise":
        return {"enterprise_survey": "enterprise_name", "staff_roster": "employer"}.get(kind)
    return "community" if name == "area" else None


def _reject(lines: list[Line], body: Body, kind: str) -> None:
    of = "person" if kind in PERSON_KINDS else "enterprise" if kind == "enterprise_survey" else "place"
    needed, reason = NEEDED[of]
    columns = [body.values[field] for field in needed if field in body.values]
    data = (line for line in lines if line.status == DATA)
    for at, line in enumerate(data):
        if at in body.crowded:
            line.status, line.reason = REJECTED, "people_in_one_row"
        elif not any(column[at] for column in columns):
            line.status, line.reason = REJECTED, reason


def _table(lines: list[Line], body: Body, certainty: Values) -> pa.Table:
    position = {row: at for at, row in enumerate(body.rows)}
    where = pa.array([position.get(line.row) for line in lines], pa.int32())
    columns = {
        "row": pa.array([line.row + 1 for line in lines], pa.int32()),
        "status": pa.array([line.status for line in lines], pa.string()),
        "reason": pa.array([line.reason or None for line in lines], pa.string()),
    }
    texts: dict[str, Values] = dict(body.values)
    texts["id_certainty"] = certainty
    texts["problems"] = as_lists(body.journal.problems)
    texts["changes"] = as_lists(body.journal.changes)
    whole = len(body.rows) == len(lines)
    for name, values in texts.items():
        column = pa.array(values, pa.string())
        columns[name] = column if whole else column.take(where)
    return pa.table(columns)
