"""Opens what senders send: a workbook of any kind becomes sheets of cells, or a `Refusal` with its sentence.

Everything that can be refused is refused before the reader sees the file. Runs in the child process of intake.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree import ElementTree

import python_calamine
from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from fournets.language import Refusal
from fournets.workbooks.archives import expand
from fournets.workbooks.beside import tables_beside
from fournets.workbooks.contents import EXTENSIONS, kind_of
from fournets.workbooks.extents import ods_extents, xls_extents, xlsb_extents, xlsb_sheets
from fournets.workbooks.limits import LIMITS, Limits
from fournets.workbooks.model import Cell, Sheet
from fournets.workbooks.packages import DAMAGE, Extent, check_package, xlsx_extents
from fournets.workbooks.passwords import is_locked, unlocked
from fournets.workbooks.text import read_csv

__all__ = ["LIMITS", "Limits", "expand", "read_workbook"]

XLS_ROWS = 65_536
XLSX_ROWS = 1_048_576


def read_workbook(path: Path, *, password: str | None = None, limits: Limits = LIMITS) -> list[Sheet]:
    """All sheets of the workbook at `path`, hidden ones marked, macros ignored; refuses with a sentence."""
    name = path.name
    if not path.is_file():
        raise Refusal("file_missing", file=name)
    if path.stat().st_size > limits.file_bytes:
        raise Refusal("file_too_large", file=name, megabytes=limits.file_bytes // 1_000_000)
    with path.open("rb") as file:
        sheets = _read(file, name=name, password=password, limits=limits)
    if not any(cell is not None for sheet in sheets for row in sheet.rows for cell in row):
        raise Refusal("file_without_cells", file=name)
    return tables_beside(sheets)


def _read(file: BinaryIO, *, name: str, password: str | None, limits: Limits) -> list[Sheet]:
    kind = kind_of(file, name=name)
    if kind == "locked" or (kind == "xls" and is_locked(file)):
        file = unlocked(file, name=name, password=password)
        kind = kind_of(file, name=name)
    if kind == "zip":
        raise Refusal("file_is_zip", file=name)
    if kind == "csv":
        return [read_csv(file, name=name, limits=limits)]
    extents = _checked(file, kind, name=name, limits=limits)
    sheets = _sheets(file, kind, extents, name=name, limits=limits)
    _notice_file(sheets, kind, name)
    return sheets


def _checked(file: BinaryIO, kind: str, *, name: str, limits: Limits) -> dict[str | int, Extent]:
    """The extents of the sheets by name (.xlsx) or number (.xls, .ods); refused when the file is not safe to read."""
    if kind == "xls":
        return dict(enumerate(xls_extents(file, name=name, limits=limits), 1))
    check_package(file, name=name, limits=limits)
    if kind == "ods":
        return dict(enumerate(ods_extents(file, name=name, limits=limits), 1))
    extents_of = xlsb_extents if kind == "xlsb" else xlsx_extents
    parts = extents_of(file, name=name, limits=limits)
    named = _sheet_parts(file, name, "xl/workbook.bin" if kind == "xlsb" else "xl/workbook.xml")
    return {sheet: parts[part] for sheet, part in named.items() if part in parts}


def _sheet_parts(file: BinaryIO, name: str, part: str) -> dict[str, str]:
    """The part of the package that holds each sheet, by the sheet's name; ``part`` lists the sheets."""
    try:
        with zipfile.ZipFile(file) as package:
            book = package.read(part)
            links = ElementTree.fromstring(package.read(f"xl/_rels/{posixpath.basename(part)}.rels"))  # noqa: S314 (expat stops entity bombs)  # nosec B314
            sheets = dict(xlsb_sheets(book) if part.endswith(".bin") else _xlsx_sheets(book))
    except (KeyError, ElementTree.ParseError):
        return {}
    except DAMAGE as error:
        raise Refusal("file_damaged", file=name) from error
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    return {sheet: _part_name(targets.get(link, "")) for sheet, link in sheets.items()}


def _xlsx_sheets(book: bytes) -> Iterator[tuple[str, str]]:
    """The name of each sheet and the key of its link."""
    for sheet in ElementTree.fromstring(book).iter():  # noqa: S314 (expat stops entity bombs)  # nosec B314
        if sheet.tag.endswith("}sheet"):
            yield (
                sheet.get("name", ""),
                next((value for key, value in sheet.items() if key.endswith("}id")), ""),
            )


def _part_name(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")


def _sheets(
    file: BinaryIO, kind: str, extents: dict[str | int, Extent], *, name: str, limits: Limits
) -> list[Sheet]:
    file.seek(0)
    try:
        with CalamineWorkbook.from_filelike(file) as book:
            if len(book.sheets_metadata) > limits.sheets:
                raise Refusal("file_too_many_sheets", file=name, sheets=limits.sheets)
            return [
                _sheet(
                    book,
                    number,
                    meta,
                    kind,
                    extents.get(meta.name) or extents.get(number),
                    name=name,
                    limits=limits,
                )
                for number, meta in enumerate(book.sheets_metadata, 1)
                if meta.typ == SheetTypeEnum.WorkSheet
            ]
    except python_calamine.PasswordError as error:
        raise Refusal("file_locked", file=name) from error
    except (Refusal, KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # the reader's own panics are no Exception
        raise Refusal("file_damaged", file=name) from error


def _sheet(
    book: CalamineWorkbook,
    number: int,
    meta: Any,
    kind: str,
    extent: Extent | None,
    *,
    name: str,
    limits: Limits,
) -> Sheet:
    source = book.get_sheet_by_name(meta.name)
    if source.total_height * source.total_width > limits.cells or source.total_width > limits.columns:
        raise Refusal("file_too_many_cells", file=name, rows=source.total_height, columns=source.total_width)
    sheet = Sheet(number=number, name=meta.name, rows=_rows(source))
    sheet.hidden = meta.visible != SheetVisibleEnum.Visible
    if extent:
        _note_unseen(sheet, extent)
    sheet.merged = _merged(source, limits)
    if len(sheet.rows) == (XLS_ROWS if kind == "xls" else XLSX_ROWS):
        sheet.notices.append({"code": "sheet_may_be_cut_off", "rows": len(sheet.rows)})
    return sheet


def _note_unseen(sheet: Sheet, extent: Extent) -> None:
    """What is hidden and holds something, errors shown, and the formulas without a result beside other cells."""
    for (row, column), shown in extent.errors.items():
        if row < len(sheet.rows) and column < len(sheet.rows[row]):
            sheet.rows[row][column] = shown
    sheet.hidden_rows = {row for row in extent.hidden if row < len(sheet.rows)}
    sheet.hidden_columns = {
        column
        for column in extent.hidden_columns
        if any(column < len(row) and row[column] is not None for row in sheet.rows)
    }
    there = {row for row, _ in extent.uncalculated if row < len(sheet.rows)}
    filled = {row for row in there if any(cell is not None for cell in sheet.rows[row])}
    sheet.uncalculated = {place for place in extent.uncalculated if place[0] in filled}


def _rows(source: CalamineSheet) -> list[list[Cell]]:
    rows = [[None if cell == "" else cell for cell in row] for row in source.to_python(skip_empty_area=False)]
    for row in rows:
        if timedelta in set(map(type, row)):
            row[:] = [str(cell) if isinstance(cell, timedelta) else cell for cell in row]
    while rows and not any(cell is not None for cell in rows[-1]):
        rows.pop()
    return rows  # type: ignore[return-value]


def _merged(source: CalamineSheet, limits: Limits) -> list[tuple[int, int, int, int]]:
    ranges = source.merged_cell_ranges or []
    return [(*first, *last) for first, last in ranges[: limits.merged]]


def _notice_file(sheets: list[Sheet], kind: str, name: str) -> None:
    """What concerns the whole file is said on its first sheet."""
    if not sheets:
        return
    if not name.lower().endswith(EXTENSIONS[kind]):
        sheets[0].notices.append({"code": "file_extension_differs", "kind": f".{kind}"})
    if name.lower().endswith((".xlsm", ".xltm")):
        sheets[0].notices.append({"code": "file_macros_ignored"})
