"""Two fillings of the same form compared: their sealed files are opened for as long as it takes, and what is shown is masked."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, NamedTuple

from openpyxl.utils.cell import column_index_from_string, coordinate_from_string
from python_calamine import CalamineSheet, CalamineWorkbook

from fournets.crypto import KeyRing
from fournets.language import Refusal
from fournets.reporting.exports.forms import copy_of, filled_form
from fournets.reporting.forms.asked import shown
from fournets.reporting.forms.differences import KINDS, Column, Difference, RowChange, Table, difference
from fournets.reporting.forms.drawn import Drawn, shown_text, written
from fournets.reporting.forms.learn import Changes, compare
from fournets.reporting.forms.meaning import words
from fournets.reporting.forms.pages import FilledLine
from fournets.reporting.models import FilledForm, FormTemplate, KeptForm
from fournets.workbooks.vocabulary import fields

ROWS, PAGE = 10_000, 50  # of each filling that is compared while somebody waits; of a page
DIGITS = 4  # columns of one number: more are a box for each digit


class ShownCell(NamedTuple):
    """One cell as a page shows it; ``hidden``: what differs is among what is masked."""

    header: str
    before: str
    after: str
    difference: str
    hidden: bool


class ShownRow(NamedTuple):
    """One row as a page shows it."""

    kind: str
    sheet: str
    name: str
    cells: list[ShownCell]


@dataclass(frozen=True, slots=True)
class Compared:
    """A page of what differs; ``counts`` by kind, ``same`` rows that do not; ``columns``: headers added, gone, renamed."""

    rows: list[ShownRow]
    counts: Counter[str]
    same: int
    of: int
    columns: Changes | None
    sheets: set[str] = field(default_factory=set)


def day_before(line: FilledLine, history: Iterable[FilledLine]) -> FilledLine | None:
    """Of the fillings of a form the last one of an earlier day for the same area and people, whose file is still there."""
    found = [
        one
        for one in history
        if one.on < line.on and (one.area_code, one.who) == (line.area_code, line.who) and comparable(one)
    ]
    return max(found, key=lambda one: (one.on, one.number), default=None)


def comparable(line: FilledLine) -> bool:
    """Whether there is a file to compare."""
    return line.state == "filled" and line.has_copy


def compare_filled(
    before: int, after: int, *, form: int, ring: KeyRing, only: str = "", first: int = 0
) -> Compared:
    """What differs from one filling of a form to another, from the ``first`` row on that is shown, of one kind or all.

    A `Refusal` when the scope does not hold both, they are not of the form, a file is gone, or they are too long.
    """
    pair = [filled_form(number) for number in (before, after)]
    if any(one.form_id != form for one in pair):
        raise Refusal("form_not_filled")
    if any(one.report.get("rows", 0) > ROWS for one in pair):
        raise Refusal("form_too_long_to_compare", most=f"{ROWS:,}")
    old, new = (list(_tables(one, ring)) for one in pair)
    found = difference(old, new)
    rows = [row for row in found.rows if only in ("", row.kind)]
    columns = compare(pair[0].template.version, *(one.report.get("columns", []) for one in pair))
    return Compared(
        rows=[_shown(row) for row in rows[first : first + PAGE]],
        counts=_counts(found),
        same=found.same,
        of=len(rows),
        columns=columns if columns.added or columns.gone or columns.renamed else None,
        sheets={row.sheet for row in found.rows},
    )


def version_changes(number: int) -> Changes | None:
    """How the newest version of a kept form differs from the one before it; None for the first."""
    kept = KeptForm.objects.select_related("template").defer("blank_sealed").get(pk=number)
    new = kept.template
    old = FormTemplate.objects.filter(name=new.name, version__lt=new.version).order_by("-version").first()
    return compare(old.version, old.columns, new.columns) if old else None


def _counts(found: Difference) -> Counter[str]:
    return Counter({kind: found.counts[kind] for kind in KINDS})


def _tables(filled: FilledForm, ring: KeyRing) -> Iterator[Table]:
    """The tables of a filling, whole."""
    copy = copy_of(filled)
    book = CalamineWorkbook.from_filelike(
        BytesIO(base64.b64decode(ring.unseal("content", copy.content_sealed)))
    )
    for drawn in shown(copy, ring):
        columns = [one for one in filled.report.get("columns", []) if one["sheet"] == drawn.sheet]
        if columns and drawn.sheet in book.sheet_names:
            yield _table(book.get_sheet_by_name(drawn.sheet), drawn, columns)


def _table(page: CalamineSheet, drawn: Drawn, said: Sequence[dict[str, Any]]) -> Table:
    boxes = Counter(one["field"] for one in said)
    columns = tuple(_column(one["header"], one["field"] or "", boxes[one["field"]]) for one in said)
    places = [column_index_from_string(coordinate_from_string(one["cell"])[0]) - 1 for one in said]
    first = coordinate_from_string(drawn.rows[0][0].place)[1] + drawn.first
    values = _unmerged(page, first)
    rows = [tuple(written(row[at]) if at < len(row) else "" for at in places) for row in values[first - 1 :]]
    return Table(drawn.sheet, columns, [row for row in rows if any(row)])


def _unmerged(page: CalamineSheet, first: int) -> list[list[Any]]:
    """The values of a sheet; below the header what is merged over several rows stands in each of them."""
    values: list[list[Any]] = page.to_python(skip_empty_area=False)
    for (top, left), (bottom, _) in page.merged_cell_ranges or ():
        if top + 1 >= first:
            for row in values[top + 1 : bottom + 1]:
                row[left] = values[top][left]
    return values


def _column(header: str, name: str, columns: int) -> Column:
    found = fields().get(name)
    kind = found.type if found else words()["derived"].get(name, {}).get("type", "text")
    return Column(header, name, kind, part=columns > DIGITS and kind in ("id_number", "phone"))


def _shown(row: RowChange) -> ShownRow:
    name = " · ".join(_masked(column, text) for column, text in row.named)
    cells = []
    for one in row.cells:
        before, after = _masked(one.column, one.before), _masked(one.column, one.after)
        cells.append(ShownCell(one.column.header, before, after, one.difference, before == after))
    return ShownRow(row.kind, row.sheet, name, cells)


def _masked(column: Column, text: str) -> str:
    return shown_text(text, column.field, column.type, part=column.part)
