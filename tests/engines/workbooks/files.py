"""Files made by code, good and hostile; every person in them is invented."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msoffcrypto.format.ooxml
import openpyxl
import xlwt

from fournets.workbooks.evidence import valid_id

NAMES = ("陈银河", "李西城", "区仙岗", "黄罗行", "麦金宁", "冼石联", "欧阳建设", "何联沙", "梁上安", "谭荷村")


def resident_id(number: int) -> str:
    """An invented resident ID whose check character is right."""
    first = f"4406051990{number % 12 + 1:02d}{number % 28 + 1:02d}{number % 1000:03d}"
    return next(first + last for last in "0123456789X" if valid_id(first + last))


def mobile(number: int) -> str:
    """An invented mobile number."""
    return f"1380013{number:04d}"


def person_rows(count: int) -> list[tuple[str, str, str]]:
    """Name, ID and mobile of so many invented people."""
    return [(NAMES[n % len(NAMES)], resident_id(n), mobile(n)) for n in range(count)]


def xlsx(path: Path, sheets: dict[str, Sequence[Sequence[Any]]], *, merged: Sequence[str] = ()) -> Path:
    """An .xlsx with these sheets; `merged` ranges are merged in the first."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    for cells in merged:
        book.worksheets[0].merge_cells(cells)
    book.save(path)
    return path


def xls(path: Path, rows: Sequence[Sequence[Any]]) -> Path:
    """An old .xls."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("名单")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write(number, column, value)
    book.save(str(path))
    return path


def locked(path: Path, plain: Path, password: str) -> Path:
    """The workbook `plain` locked with a password."""
    out = io.BytesIO()
    with plain.open("rb") as file:
        msoffcrypto.format.ooxml.OOXMLFile(file).encrypt(password, out)
    path.write_bytes(out.getvalue())
    return path


def rewritten(path: Path, plain: Path, parts: dict[str, bytes]) -> Path:
    """The package `plain` with some parts replaced or added."""
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, parts.pop(name, None) or source.read(name))
        for name, contents in parts.items():
            target.writestr(name, contents)
    return path
