"""Printed sheets: which were printed, what stands in their rows, and what was typed of them so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
from django.db import connection

from fournets.crypto import KeyRing
from fournets.fieldwork.limits import limits
from fournets.fieldwork.models import FieldSheet
from fournets.fieldwork.rules.doors import floor_of
from fournets.fieldwork.rules.record import Record
from fournets.fieldwork.rules.sheet import record_id, row_code
from fournets.fieldwork.selectors.stops import CELL
from fournets.places.scope import code_range
from fournets.workbooks.vocabulary import long_surnames

TASKS = """
SELECT t.id, p.public_id, p.name, head.name, coalesce(b.name, ''), d.door_sealed, p.address_sealed,
    coalesce(cell.short_name, '')
FROM organization_task t JOIN people_person p ON p.id = t.person_id
LEFT JOIN people_household h ON h.id = p.household_id LEFT JOIN people_person head ON head.id = h.head_id
LEFT JOIN places_dwelling d ON d.id = coalesce(p.dwelling_id, h.dwelling_id)
LEFT JOIN places_building b ON b.code = d.building_id LEFT JOIN places_area cell ON cell.code = left(p.area_code, 15)
WHERE t.id = ANY(%s)
"""
KNOWN = """
SELECT DISTINCT record_id::text FROM fieldwork_fieldrecord WHERE sent_by = ANY(%s) AND record_id = ANY(%s::uuid[])
"""
TYPED = """
SELECT record_id::text, counts, state, decided, typed_by, content_sealed, happened_at FROM fieldwork_fieldrecord
WHERE sent_by = %s AND record_id = ANY(%s::uuid[]) ORDER BY counts DESC, id
"""
WORKERS = """
SELECT DISTINCT worker FROM organization_cover WHERE area_code >= %s AND area_code < %s AND from_on <= %s
    AND (until_on IS NULL OR until_on > %s) ORDER BY worker LIMIT 50
"""

Sheet = FieldSheet  # as pages name it: they touch no table


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A sheet in a list: for whom and when it was printed, its rows and how many of them have been typed."""

    number: str
    area_code: str
    worker: str
    printed_at: datetime
    rows: int
    typed: int


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row as printed: its code, where (``area``: the cell, on a sheet of several), the head's surname (else that of whom is to be visited), how many live there.

    ``tasks``: the visits to make; ``persons``: public ids of those still there, none: they are not in the area any more.
    """

    place: int
    code: str
    area: str
    building: str
    floor: int | None
    door: str
    address: str
    surname: str
    people: int
    tasks: Sequence[int]
    persons: Sequence[str]


@dataclass(frozen=True, slots=True)
class TypedRow:
    """What was typed of a row and counts, and whether another answer for it waits for a decision."""

    outcome: str
    temperature: str
    note: str
    typed_by: str
    at: datetime
    waits: bool


def sheets_in(area_code: str) -> list[SheetLine]:
    """The sheets printed of an area, the latest first."""
    low, high = code_range(area_code)
    within = FieldSheet.objects.filter(area_code__gte=low, area_code__lt=high)
    sheets = list(within.order_by("-printed_at", "-id")[: limits()["sheet"]["shown"]])
    ids = {
        one.number: {str(record_id(one.number, place)) for place in range(1, len(one.rows) + 1)}
        for one in sheets
    }
    with connection.cursor() as cursor:
        asked = [record for of_sheet in ids.values() for record in of_sheet]
        cursor.execute(KNOWN, [list({one.printed_by for one in sheets}), asked])
        known = {record for (record,) in cursor.fetchall()}
    return [
        SheetLine(
            one.number, one.area_code, one.worker, one.printed_at, len(one.rows), len(ids[one.number] & known)
        )
        for one in sheets
    ]


def sheet_of(number: str) -> FieldSheet | None:
    """The sheet of a number, if it is within the scope."""
    return FieldSheet.objects.filter(number=number).first()


def rows_of(sheets: Sequence[FieldSheet], ring: KeyRing) -> dict[str, list[SheetRow]]:
    """The rows of sheets by their numbers, in the printed order; two reads however many there are."""
    asked = [task for sheet in sheets for row in sheet.rows for task in row["tasks"]]
    with connection.cursor() as cursor:
        cursor.execute(TASKS, [asked])
        found = cursor.fetchall()
    doors = ring.unseal_many("door", [row[5] for row in found])
    addresses = ring.unseal_many("address", [None if row[5] else row[6] for row in found])
    known = {
        row[0]: (*row[1:5], door or "", address or "", row[7])
        for row, door, address in zip(found, doors, addresses, strict=True)
    }
    return {
        sheet.number: [_row(sheet, place, row, known) for place, row in enumerate(sheet.rows, 1)]
        for sheet in sheets
    }


def typed_of(sheet: FieldSheet, ring: KeyRing) -> dict[int, TypedRow]:
    """What was typed of a sheet so far, by place; where nothing counts, what was typed first."""
    places = {str(record_id(sheet.number, place)): place for place in range(1, len(sheet.rows) + 1)}
    with connection.cursor() as cursor:
        cursor.execute(TYPED, [sheet.printed_by, list(places)])
        rows = cursor.fetchall()
    waiting = {row[0] for row in rows if row[2] == "aside" and not row[3]}
    said = ring.unseal_many("content", [row[5] for row in rows])
    found: dict[int, TypedRow] = {}
    for (record, _, _, _, by, _, at), content in zip(rows, said, strict=True):
        if content is None or places[record] in found:
            continue
        one = msgspec.json.decode(content, type=Record)
        found[places[record]] = TypedRow(one.outcome, one.temperature, one.note, by, at, record in waiting)
    return found


def workers_in(area_code: str, *, on: date) -> list[str]:
    """Who is responsible within an area on a day, by name."""
    with connection.cursor() as cursor:
        cursor.execute(WORKERS, [*code_range(area_code), on, on])
        return [name for (name,) in cursor.fetchall()]


def _row(
    sheet: FieldSheet,
    place: int,
    row: Mapping[str, Any],
    known: Mapping[int, Sequence[Any]],
) -> SheetRow:
    here = [known[task] for task in row["tasks"] if task in known]
    _, name, head, building, door, address, cell = here[0] if here else ("", "", None, "", "", "", "")
    return SheetRow(
        place,
        row_code(sheet.number, place),
        cell if len(sheet.area_code) < CELL else "",
        building,
        floor_of(door),
        door,
        address,
        surname(head or name),
        row["people"],
        row["tasks"],
        [one[0] for one in here],
    )


def surname(name: str) -> str:
    """The family name of a Chinese name; of another the first sign: enough to know the door by."""
    return name[:2] if name[:2] in long_surnames() and len(name) > 2 else name[:1]
