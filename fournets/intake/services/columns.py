"""What the columns of a list were taken for, beside masked values, and what somebody says they are instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from fournets.crypto import KeyRing
from fournets.intake.extract import ExtractOptions, Reader, read_sheets
from fournets.intake.models import SourceFile, Upload
from fournets.intake.services.receive import arrivals, kept_copy, waiting_copy
from fournets.intake.services.remember import known_layouts, remember_layout
from fournets.language import Refusal
from fournets.workbooks.examples import examples
from fournets.workbooks.kinds import NAMED_KINDS
from fournets.workbooks.model import Layout
from fournets.workbooks.packages import column_letters
from fournets.workbooks.vocabulary import fields


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column: its letters, its header, the field it was taken for (None: nothing), how that was known, masked values."""

    letters: str
    header: str
    field: str | None
    how: str
    values: list[str]
    likely: tuple[str, ...] = ()  # what it may be, where it is in doubt
    index: int = 0


@dataclass(frozen=True, slots=True)
class ShownSheet:
    """A sheet with its columns; ``key`` tells it from the others on one page, ``file`` is its file within an archive."""

    key: str
    file: str
    name: str
    kind: str
    signature: str
    columns: list[ShownColumn]


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says of one sheet: its kind, and by letters the field of a column (empty: nothing we keep)."""

    kind: str
    columns: Mapping[str, str]


def columns_of_file(file_id: int, ring: KeyRing) -> list[ShownSheet]:
    """The sheets of a file that was taken in; reads it as it was sent.

    Nothing for a file that is not in the register; a `Refusal` for one nobody knows, `FileNotFoundError` for one whose
    original is gone.
    """
    file = SourceFile.objects.filter(pk=file_id).prefetch_related("sourcesheet_set").first()
    if file is None:
        raise Refusal("file_unknown", id=file_id)
    if file.state != "taken":
        return []
    with kept_copy(file.sha256, file.name, ring) as path:
        sheets = {sheet.number: sheet for sheet in read_sheets(path)}
    found = []
    for line in sorted(file.sourcesheet_set.all(), key=lambda one: one.number):
        layout = msgspec.convert(line.layout, Layout, strict=False)
        values = examples(sheets[line.number], layout)
        found.append(_shown(f"0-{line.number}", "", line.name, line.kind, line.layout, values))
    return found


def columns_of_upload(upload: Upload, ring: KeyRing) -> list[ShownSheet]:
    """The sheets of what was sent and waits, as they would be taken today; what cannot be read is left out."""
    options = ExtractOptions(on=upload.seen_on, known_layouts=known_layouts(upload.area_code))
    with waiting_copy(upload.pk, upload.name, ring) as path, arrivals([path]) as (found, _):
        shown = [_read(number, one.path, one.name, options) for number, one in enumerate(found)]
    return [sheet for sheets in shown for sheet in sheets]


def correct(sheets: Sequence[ShownSheet], said: Mapping[str, Said], *, sender: str, at: datetime) -> int:
    """Remembers for the sender what was said otherwise than the sheets were taken; of how many sheets that was.

    A `Refusal` names the column where a field is none of ours or stands twice.
    """
    before = known_layouts(sender)
    count = 0
    for sheet in sheets:
        one = said.get(sheet.key)
        changed = dict(_changed(sheet, one)) if one else {}
        if one is None or (not changed and one.kind == sheet.kind):
            continue
        if one.kind not in NAMED_KINDS:
            raise Refusal("columns_kind_missing", sheet=sheet.name)
        _once(sheet, changed)
        kept = before.get(sheet.signature, {}).get("columns", {})
        columns = kept | {str(index): name for index, name in changed.items()}
        remember_layout(signature=sheet.signature, sender=sender, kind=one.kind, columns=columns, at=at)
        count += 1
    return count


def _changed(sheet: ShownSheet, said: Said) -> Iterator[tuple[int, str | None]]:
    for column in sheet.columns:
        name = said.columns.get(column.letters)
        if name is None or name == (column.field or ""):
            continue
        if name and name not in fields():
            raise Refusal("columns_field_unknown", sheet=sheet.name, column=column.letters)
        yield column.index, name or None


def _once(sheet: ShownSheet, changed: Mapping[int, str | None]) -> None:
    """A field that is given to a column stands in no other of its sheet."""
    for column in sheet.columns:
        name = changed.get(column.index)
        if not name:
            continue
        for other in sheet.columns:
            if other.index != column.index and changed.get(other.index, other.field) == name:
                raise Refusal(
                    "columns_twice",
                    sheet=sheet.name,
                    column=column.letters,
                    other=other.letters,
                    field_zh=fields()[name].zh,
                    field_en=fields()[name].en,
                )


def _read(number: int, path: Path, name: str, options: ExtractOptions) -> list[ShownSheet]:
    try:
        with Reader() as reader:
            result = reader.read(path, options)
            raw = {sheet.number: sheet for sheet in reader.read_raw(path, options)}
    except Refusal:
        return []
    found = []
    for sheet in result.sheets:
        layout = msgspec.convert(sheet.layout, Layout, strict=False)
        values = examples(raw[sheet.number], layout)
        found.append(_shown(f"{number}-{sheet.number}", name, sheet.name, sheet.kind, sheet.layout, values))
    return found


def _shown(
    key: str, file: str, name: str, kind: str, layout: dict[str, Any], values: dict[str, list[str]]
) -> ShownSheet:
    likely = {one["column"]: one["likely"] for one in layout.get("questions", ()) if "column" in one}
    columns = [
        ShownColumn(
            letters,
            one["header"],
            one["field"],
            one["how"],
            values[letters],
            tuple(likely.get(letters, ())),
            one["index"],
        )
        for one in layout["columns"]
        if (letters := column_letters(one["index"] + 1)) in values
    ]
    return ShownSheet(key, file, name, kind, layout["signature"], columns)
