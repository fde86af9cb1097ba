"""Data rows of many sheets as one table for each act that files them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from fournets.intake.extract import ExtractedSheet
from fournets.workbooks.vocabulary import fields

OWN_COLUMNS = (
    "name",
    "id_number",
    "id_kind",
    "id_certainty",
    "phone",
    "second_phone",
    "sex",
    "birth_on",
    "address",
    "household_no",
    "relation",
    "head_name",
)
ENTERPRISE_COLUMNS = (
    "enterprise_name",
    "uscc",
    "industry",
    "contact_name",
    "contact_phone",
    "headcount",
    "resume_on",
    "enterprise_address",
)
WRITTEN_PLACE = ("town", "community", "cell_name", "street", "group_name", "building_name", "door")
ADDRESS_PARTS = ("street", "group_name", "building_name", "door")
LEDGER_COLUMNS = frozenset({"row", "status", "reason", "problems", "returned_row"})
ROW_COLUMNS = frozenset({"row", "status", "reason", "problems", "changes", "sequence", "returned_row"})


@dataclass(slots=True)
class SheetIn:
    """A sheet on its way into the register: which file it is of, and the area its sender or its title stands for."""

    file_id: int
    sha256: str
    area_code: str
    sheet: ExtractedSheet


def gather(sheets: Sequence[SheetIn], on: date) -> pa.Table:
    """The data rows of ``sheets`` as one table: all their columns, and file_id, sheet, row_key, kind, base_area, seen_on.

    The sheets themselves keep what the ledger says of their rows, and no more.
    """
    whole = pa.concat_tables([_labelled(one, on) for one in sheets], promote_options="default")
    for one in sheets:
        kept = [name for name in one.sheet.table.column_names if name in LEDGER_COLUMNS]
        one.sheet = replace(one.sheet, table=_copied(one.sheet.table.select(kept)))
    return whole


def _copied(table: pa.Table) -> pa.Table:
    """The same in memory of its own: columns read from one stream keep all of it alive."""
    return table.take(pa.array(range(len(table)), pa.int64()))


def _labelled(one: SheetIn, on: date) -> pa.Table:
    rows = one.sheet.table.filter(pc.equal(one.sheet.table["status"], "data"))
    count, head = len(rows), f"{one.sha256}:{one.sheet.number}:"
    added = {
        "file_id": pa.repeat(pa.scalar(one.file_id, pa.int64()), count),
        "sheet": pa.repeat(pa.scalar(one.sheet.number, pa.int32()), count),
        "row_key": pa.array([f"{head}{row}" for row in rows["row"].to_pylist()], pa.string()),
        "kind": pa.repeat(one.sheet.kind, count),
        "base_area": pa.repeat(one.area_code, count),
        "seen_on": pa.repeat(pa.scalar(_seen_on(one.sheet, on), pa.date32()), count),
        "list_employer": pa.repeat(
            pa.scalar(one.sheet.layout.get("context", {}).get("enterprise"), pa.string()), count
        ),
    }
    for name, values in added.items():
        rows = rows.append_column(name, values)
    return rows


def _seen_on(sheet: ExtractedSheet, on: date) -> date:
    """The day a sheet speaks of: an older sheet of a workbook speaks of an earlier day than its newest."""
    return min(sheet.day, on - timedelta(days=1)) if sheet.day else on


def column(table: pa.Table, name: str) -> pa.ChunkedArray | pa.Array:
    """The column ``name`` as text, all empty when the table has none."""
    if name in table.column_names:
        return table[name]
    return pa.nulls(len(table), pa.string())


def written_places(table: pa.Table, address: str = "address") -> list[str]:
    """For each row the text that says where it is: what other columns say of the place, then the ``address`` column."""
    parts = [pc.fill_null(column(table, name), "") for name in (*WRITTEN_PLACE, address)]
    joined: list[str] = pc.binary_join_element_wise(*parts, "").to_pylist()
    return joined


def whole_addresses(table: pa.Table, address: str = "address") -> pa.Array | pa.ChunkedArray:
    """The address of each row; where a sheet has columns for street, group, building and door instead, these in one line.

    A house without doors is an address by itself; a door without its building or street is none.
    """
    written = column(table, address)
    if not {"building_name", "street"} & set(table.column_names):
        return written
    parts = [column(table, name).to_pylist() for name in ADDRESS_PARTS]
    joined = [_one_line(*row) for row in zip(*parts, strict=True)]
    return pc.coalesce(pc.if_else(pc.equal(written, ""), None, written), pa.array(joined, pa.string()))


def _one_line(street: str | None, group: str | None, building: str | None, door: str | None) -> str | None:
    if not (building or (street and door)):
        return None
    building = building or ""
    group = "" if not group or building.startswith(group) else group
    return f"{street or ''}{group}{building}{door or ''}"


def all_phones(table: pa.Table) -> pa.Array | pa.ChunkedArray:
    """The telephone numbers of each row in one text, the first one first: a second one proves as much."""
    first, second = column(table, "phone"), column(table, "second_phone")
    if "second_phone" not in table.column_names:
        return first
    pairs = zip(first.to_pylist(), second.to_pylist(), strict=True)
    numbers = (dict.fromkeys("|".join(filter(None, pair)).split("|")) for pair in pairs)
    return pa.array(["|".join(found) or None for found in numbers], pa.string())


def other_values(table: pa.Table, own: Iterable[str], of: str) -> tuple[list[str], list[str | None]]:
    """Per row, as JSON, the values that have no column of their own: the clear ones, and those to be sealed (None: none)."""
    known = fields()
    taken = set(own) | ROW_COLUMNS
    names = [
        name for name in table.column_names if name in known and name not in taken and known[name].of == of
    ]
    clear = [name for name in names if not known[name].sealed]
    sealed = [name for name in names if known[name].sealed]
    return [text or "{}" for text in _objects(table, clear)], _objects(table, sealed)


def _objects(table: pa.Table, names: list[str]) -> list[str | None]:
    if not names:
        return [None] * len(table)
    columns = [table[name].to_pylist() for name in names]
    encode: Any = msgspec.json.Encoder().encode
    texts: list[str | None] = []
    for values in zip(*columns, strict=True):
        row = {name: value for name, value in zip(names, values, strict=True) if value}
        texts.append(encode(row).decode() if row else None)
    return texts
