"""Which act files which rows: places first, then enterprises, then people, each kind in one go."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice

import pyarrow as pa
import pyarrow.compute as pc

from fournets.crypto import KeyRing
from fournets.intake.rules.clean import PERSON_KINDS
from fournets.intake.services.ledger import Entry
from fournets.intake.services.rows import (
    ENTERPRISE_COLUMNS,
    OWN_COLUMNS,
    SheetIn,
    all_phones,
    column,
    gather,
    other_values,
    whole_addresses,
    written_places,
)
from fournets.organization.services import set_cover
from fournets.people.services import file_people
from fournets.places.gazetteer import Gazetteer, Located
from fournets.places.services import enterprises_for, file_enterprises, file_places
from fournets.screening.services import record_visits

BASIS = ("file_id", "sheet", "row", "row_key", "seen_on", "kind")
# Outcome, reason, rule, score, person, enterprise of a row.
Outcome = tuple[str, str, str, float | None, int | None, int | None]
UNKNOWN_KIND: Outcome = ("review", "unknown_kind", "", None, None, None)


def file_rows(sheets: Sequence[SheetIn], *, on: date, ring: KeyRing) -> Iterator[tuple[SheetIn, list[Entry]]]:
    """Files the data rows of ``sheets``; gives each sheet back with one entry for every row it has."""
    groups = {
        "place": [one for one in sheets if one.sheet.kind == "place_register"],
        "enterprise": [one for one in sheets if one.sheet.kind == "enterprise_survey"],
        "person": [one for one in sheets if one.sheet.kind in PERSON_KINDS],
    }
    acts = {"place": _file_places, "enterprise": _file_enterprises, "person": _file_people}
    for name, group in groups.items():
        group = [one for one in group if "data" in one.sheet.table["status"].unique().to_pylist()]
        if group:
            filed = acts[name](gather(group, on), ring)
            _pass_on_notices(group, filed)
            yield from _split(group, filed)
            filed = {id(one) for one in group}
            sheets = [one for one in sheets if id(one) not in filed]
    for one in sheets:
        yield one, _entries(one, iter(lambda: UNKNOWN_KIND, None))


def _file_places(table: pa.Table, ring: KeyRing) -> pa.Table:
    located = _locate(table)
    rows = _with(table, BASIS, {"area_code": _areas(table, located)})
    for name in table.column_names:
        if name not in rows.column_names:
            rows = rows.append_column(name, table[name])
    filed = file_places(rows)
    _set_cover(table, filed, ring)
    return filed


def _set_cover(table: pa.Table, filed: pa.Table, ring: KeyRing) -> None:
    """A row that names a grid worker says who covers its cell; without a cell, its place."""
    area = pc.coalesce(column(filed, "cell_code"), filed["place_code"])
    names = ("file_id", "seen_on", "worker_name", "worker_phone", "substitute_name")
    covers = _with(table, names, {"area_code": area})
    named = pc.or_(pc.is_valid(covers["worker_name"]), pc.is_valid(covers["substitute_name"]))
    set_cover(covers.filter(pc.and_(named, pc.is_valid(area))), ring=ring)


def _file_enterprises(table: pa.Table, ring: KeyRing) -> pa.Table:
    clear, _sealed = other_values(table, ENTERPRISE_COLUMNS, "enterprise")
    located = _locate(table, "enterprise_address")
    rows = _with(
        table,
        (*BASIS, *ENTERPRISE_COLUMNS, "changes"),
        {
            "enterprise_address": whole_addresses(table, "enterprise_address"),
            "area_code": _areas(table, located),
            "values": pa.array(clear, pa.string()),
        },
    )
    return file_enterprises(rows, ring=ring)


def _file_people(table: pa.Table, ring: KeyRing) -> pa.Table:
    rows = _people(table, ring)
    visited, visits = _visits(table, rows["area_code"])
    del table  # what stands in it is in the rows
    filed = file_people(rows, ring=ring)
    people = filed["person_id"].filter(visited)
    visits = visits.append_column("person_id", people)
    record_visits(visits.filter(pc.is_valid(people)))
    return filed


def _people(table: pa.Table, ring: KeyRing) -> pa.Table:
    """The rows as `file_people` takes them."""
    clear, sealed = other_values(table, OWN_COLUMNS, "person")
    located = _locate(table, "address")
    areas = _areas(table, located)
    return _with(
        table,
        (*BASIS, *(name for name in OWN_COLUMNS if name != "second_phone"), "changes"),
        {
            "phone": all_phones(table),
            "address": whole_addresses(table),
            "area_code": areas,
            "building_code": pa.array([one.building_code for one in located], pa.string()),
            "door": pa.array([one.door for one in located], pa.string()),
            "enterprise_id": pa.array(_employers(table, areas.to_pylist(), ring), pa.int64()),
            "values": pa.array(clear, pa.string()),
            "values_to_seal": pa.array(sealed, pa.string()),
        },
    )


def _visits(table: pa.Table, areas: pa.ChunkedArray) -> tuple[pa.ChunkedArray, pa.Table]:
    """Which rows say who was visited and what was found (those of household registers, and any with a visit state), and
    what they say."""
    stated = pc.is_valid(column(table, "visit_state"))
    visited = pc.or_(stated, pc.equal(table["kind"], "household_register"))
    names = ("file_id", "row", "seen_on", "visit_state", "visited_on", "visited_by")
    return visited, _with(table, names, {"area_code": areas}).filter(visited)


def _employers(table: pa.Table, areas: list[str], ring: KeyRing) -> list[int | None]:
    """The employer of each row of a staff roster; elsewhere what people write as employer names no enterprise for sure."""
    roster = pc.equal(table["kind"], "staff_roster")
    names = pc.if_else(roster, pc.coalesce(column(table, "employer"), table["list_employer"]), None)
    codes = pc.if_else(roster, column(table, "employer_uscc"), None)
    return enterprises_for(names.to_pylist(), codes.to_pylist(), areas, ring=ring)


def _locate(table: pa.Table, address: str = "address") -> list[Located]:
    written = written_places(table, address)
    return Gazetteer.load().locate_many(written, table["base_area"].to_pylist())


def _areas(table: pa.Table, located: Sequence[Located]) -> pa.Array:
    """The area of each row: where its address surely is, else what its list stands for."""
    base = table["base_area"].to_pylist()
    return pa.array(
        [one.area_code or list_area for one, list_area in zip(located, base, strict=True)], pa.string()
    )


def _with(table: pa.Table, names: Sequence[str], more: dict[str, pa.Array]) -> pa.Table:
    return pa.table({name: column(table, name) for name in names} | more)


def _split(group: Sequence[SheetIn], filed: pa.Table) -> Iterator[tuple[SheetIn, list[Entry]]]:
    """The outcomes of all data rows dealt back to the sheets they are of, in order."""
    outcomes = iter(_outcomes(filed))
    for one in group:
        yield one, _entries(one, outcomes)


def _pass_on_notices(group: Sequence[SheetIn], filed: pa.Table) -> None:
    """What was noticed of a row while filing it joins the notices of its sheet."""
    if "notice" not in filed.column_names:
        return
    noticed = iter(filed["notice"].to_pylist())
    for one in group:
        data = pc.sum(pc.equal(one.sheet.table["status"], "data")).as_py()
        told = [json.loads(text) for text in islice(noticed, data) if text]
        one.sheet.notices.extend({"sheet": one.sheet.name, **notice} for notice in told)


def _outcomes(filed: pa.Table) -> Iterator[Outcome]:
    names = ("outcome", "reason", "rule", "score", "person_id", "enterprise_id")
    columns = [column(filed, name).to_pylist() for name in names]
    for outcome, reason, rule, score, person, enterprise in zip(*columns, strict=True):
        yield outcome, reason or "", rule or "", score, person, enterprise


def _entries(one: SheetIn, outcomes: Iterator[Outcome]) -> list[Entry]:
    table = one.sheet.table
    names = ("row", "status", "reason", "problems", "returned_row")
    columns = [column(table, name).to_pylist() for name in names]
    entries = []
    for row, status, said, problems, returned in zip(*columns, strict=True):
        found: Outcome = (status, said or "", "", None, None, None)
        outcome, reason, rule, score, person, enterprise = next(outcomes) if status == "data" else found
        entries.append(
            Entry(
                row,
                outcome,
                reason,
                rule,
                score,
                person,
                enterprise,
                one.area_code,
                problems,
                returned,
            )
        )
    return entries
