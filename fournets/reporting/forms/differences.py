"""What differs between two fillings of a form, row by row and cell by cell. Pure: knows neither files nor the register.

Rows are paired by what names them: the same row whole, a number of a document, a place and an indicator, a name with what
stands beside it; a name alone only where it stands once on both sides. What has no pair came, or went.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

CHANGED, CAME, GONE = KINDS = ("changed", "came", "gone")
NUMBERED = {"sequence"}  # the place of a row says nothing of it
GRID = ("area", "cell", "indicator")
PAIRED_BY = (
    ("id_number",),
    ("head_id_number",),
    ("uscc",),
    ("name", "phone"),
    ("name", "birth_on"),
    ("name", "address"),
    ("enterprise_name",),
    ("household_no", "head_name"),
    ("head_name", "head_phone"),
    ("name",),
    ("head_name",),
)
NAMED_BY = ("name", "head_name", "enterprise_name", *GRID)
NO_FIGURES = {
    "id_number",
    "phone",
    "uscc",
    "date",
    "datetime",
}  # types whose digits are no number to subtract

Row = tuple[str, ...]


class Column(NamedTuple):
    """One column of a table: its header, the field it holds and that field's type; ``part``: one digit of a number."""

    header: str
    field: str = ""
    type: str = "text"
    part: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet of a filled form, whole: its columns, and each row's texts in their order."""

    sheet: str
    columns: tuple[Column, ...]
    rows: Sequence[Row]


class CellChange(NamedTuple):
    """One cell: its column, what stood and what stands there, and for a figure by how much it differs."""

    column: Column
    before: str
    after: str
    difference: str = ""


class RowChange(NamedTuple):
    """One row that came, went or changed: the cells that name it, and those that differ (of a new one, all it has)."""

    kind: str
    sheet: str
    named: list[tuple[Column, str]]
    cells: list[CellChange]


@dataclass(slots=True)
class Difference:
    """All that differs: the rows, changed ones first, and how many of each kind; ``same`` rows say the same."""

    rows: list[RowChange] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    same: int = 0


def difference(before: Sequence[Table], after: Sequence[Table]) -> Difference:
    """What differs between two fillings. A sheet is compared with that of its name, else with the next that has none."""
    found = Difference()
    for old, new in _sheets(before, after):
        _compare(old, new, found)
    found.rows.sort(key=lambda row: KINDS.index(row.kind))
    found.counts = Counter(row.kind for row in found.rows)
    return found


def _sheets(before: Sequence[Table], after: Sequence[Table]) -> Iterator[tuple[Table, Table]]:
    left = {one.sheet: one for one in before}
    others = [one for one in before if one.sheet not in {new.sheet for new in after}]
    for new in after:
        old = left.get(new.sheet) or (others.pop(0) if others else Table(new.sheet, new.columns, ()))
        yield old, new
    for old in others:
        yield old, Table(old.sheet, old.columns, ())


def _compare(old: Table, new: Table, found: Difference) -> None:
    old, new = _said(old), _said(new)
    columns = _columns(old.columns, new.columns)
    # both sides in the columns they share, in the newer one's order
    shared = tuple(new.columns[at] for _, at in columns)
    was = [tuple(row[at] for at, _ in columns) for row in old.rows]
    now = [tuple(row[at] for _, at in columns) for row in new.rows]
    pairs, gone, came = _pairs(shared, was, now)
    grid = any(one.field in GRID or one.field.startswith("area:") for one in shared)
    for one, other in pairs:
        cells = [
            CellChange(column, a, b, _by_how_much(column, a, b, grid=grid))
            for column, a, b in zip(shared, was[one], now[other], strict=True)
            if a != b and column.field not in NUMBERED
        ]
        if cells:
            named = _named(new.columns, new.rows[other])
            found.rows.append(RowChange(CHANGED, new.sheet, named, cells))
        else:
            found.same += 1
    found.rows += [_whole(CAME, new, new.rows[at]) for at in came]
    found.rows += [_whole(GONE, old, old.rows[at]) for at in gone]


def _said(table: Table) -> Table:
    """A table without the rows that have a number and nothing else."""
    counted = [at for at, column in enumerate(table.columns) if column.field not in NUMBERED]
    return replace(table, rows=[row for row in table.rows if any(row[at] for at in counted)])


def _columns(old: Sequence[Column], new: Sequence[Column]) -> list[tuple[int, int]]:
    """Which column stands where which stood: of the same header, else of the same field."""
    pairs: list[tuple[int, int]] = []
    for same in (_by_header, _by_field):
        free = [at for at in range(len(old)) if at not in {one for one, _ in pairs}]
        for other in [at for at in range(len(new)) if at not in {one for _, one in pairs}]:
            heir = next((at for at in free if same(old[at], new[other])), None)
            if heir is not None:
                free.remove(heir)
                pairs.append((heir, other))
    return sorted(pairs, key=lambda pair: pair[1])


def _by_header(old: Column, new: Column) -> bool:
    return old.header == new.header


def _by_field(old: Column, new: Column) -> bool:
    return bool(old.field) and old.field == new.field


def _pairs(
    columns: Sequence[Column], was: Sequence[Row], now: Sequence[Row]
) -> tuple[list[tuple[int, int]], list[int], list[int]]:
    """Rows that are the same row on both sides, and those that have no pair, by their places."""
    left, right = list(range(len(was))), list(range(len(now)))
    pairs: list[tuple[int, int]] = []
    counted = [at for at, column in enumerate(columns) if column.field not in NUMBERED]
    for key in (counted, *_keys(columns)):
        whole = key is counted
        ours, theirs = _by_key(was, left, key), _by_key(now, right, key)
        for value, mine in ours.items():
            his = theirs.get(value, [])
            # who is not named alone by this may be named by the next
            if whole or len(mine) == len(his) == 1:
                pairs += zip(mine, his, strict=False)
        taken, given = {one for one, _ in pairs}, {other for _, other in pairs}
        left = [at for at in left if at not in taken]
        right = [at for at in right if at not in given]
    pairs.sort(key=lambda pair: pair[1])
    return pairs, left, right


def _keys(columns: Sequence[Column]) -> Iterator[list[int]]:
    """The columns rows are paired by, the surest first."""
    places: Mapping[str, list[int]] = defaultdict(list)
    for at, column in enumerate(columns):
        places[column.field].append(at)
    if grid := [at for name in GRID for at in places.get(name, ())]:
        yield grid
    for names in PAIRED_BY:
        if all(name in places for name in names):
            yield [at for name in names for at in places[name]]
    if not any(one.field in NAMED_BY for one in columns) and columns:
        yield [next((at for at, one in enumerate(columns) if one.field not in NUMBERED), 0)]


def _by_key(rows: Sequence[Row], places: Iterable[int], key: Sequence[int]) -> dict[Row, list[int]]:
    """Places of rows by what stands in some columns; rows where nothing does are not named by it."""
    found: dict[Row, list[int]] = defaultdict(list)
    for at in places:
        value = tuple(rows[at][column] for column in key)
        if any(value):
            found[value].append(at)
    return found


def _named(columns: Sequence[Column], row: Row) -> list[tuple[Column, str]]:
    """The cells that say which row it is; the first two that say anything where no column is known."""
    cells = [(column, text) for column, text in zip(columns, row, strict=True) if text]
    known = [cell for cell in cells if cell[0].field in NAMED_BY]
    return known or [cell for cell in cells if cell[0].field not in NUMBERED][:2]


def _whole(kind: str, table: Table, row: Row) -> RowChange:
    cells = [
        CellChange(column, "" if kind == CAME else text, text if kind == CAME else "")
        for column, text in zip(table.columns, row, strict=True)
        if text and column.field not in NUMBERED
    ]
    return RowChange(kind, table.sheet, _named(table.columns, row), cells)


def _by_how_much(column: Column, before: str, after: str, *, grid: bool) -> str:
    """The difference of two figures with its sign; empty for what is no figure."""
    if column.type in NO_FIGURES or not (grid or column.type in ("number", "temperature")):
        return ""
    try:
        by = Decimal(after) - Decimal(before)
    except InvalidOperation:
        return ""
    return f"{by:+}" if by.is_finite() else ""
