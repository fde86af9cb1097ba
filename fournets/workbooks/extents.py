"""How far the cells of .xlsb, .xls and .ods reach, looked up without a reader."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO
from xml.parsers import expat

import olefile  # type: ignore[import-untyped]

from fournets.language import Refusal
from fournets.workbooks.limits import Limits
from fournets.workbooks.packages import Extent, check_extent, unpacked

_MOST_HIDDEN = 20_000  # rows or columns hidden by one repeat
_XLSB_ROW, _XLSB_COLUMNS, _XLSB_BUNDLE = 0, 60, 156
_XLSB_CELLS = range(2, 12)  # a filled cell of any kind; 1 is an empty one
_XLSB_ERRORS = (3, 11)  # written, or what a formula shows
_XLS_BEGIN, _XLS_SHEET, _XLS_ROW, _XLS_COLUMNS = 0x0809, 0x0085, 0x0208, 0x007D
_XLS_ERROR, _XLS_FORMULA = 0x0205, 0x0006
_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip
_XLS_CELLS = {0x0203, 0x00FD, 0x027E, 0x00BD, 0x0006, 0x0204, 0x0205, 0x00D6}


def xlsb_extents(file: BinaryIO, *, name: str, limits: Limits) -> dict[str, Extent]:
    """The extent of every sheet part of an .xlsb, by the part's name; refused when a value stands too far away."""
    found: dict[str, Extent] = {}
    with zipfile.ZipFile(file) as package:
        parts = [part for part in package.infolist() if "worksheets/sheet" in part.filename.lower()]
    for part in parts:
        if part.filename.lower().endswith(".bin"):
            extent = found[part.filename] = _xlsb_extent(b"".join(unpacked(file, part)))
            check_extent(extent, name=name, limits=limits)
    return found


def xlsb_sheets(book: bytes) -> Iterator[tuple[str, str]]:
    """The name of each sheet and the key of its link, from the package's ``workbook.bin``."""
    for kind, contents in _xlsb_records(book):
        if kind == _XLSB_BUNDLE:
            key, place = _wide(contents, 8)
            yield _wide(contents, place)[0], key


def _wide(contents: bytes, place: int) -> tuple[str, int]:
    end = place + 4 + 2 * int.from_bytes(contents[place : place + 4], "little")
    return contents[place + 4 : end].decode("utf-16-le", "replace"), end


def _xlsb_records(data: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place + 2 <= len(data):
        kind, place = _packed_number(data, place, 2)
        length, place = _packed_number(data, place, 4)
        yield kind, data[place : place + length]
        place += length


def _xlsb_extent(data: bytes) -> Extent:
    extent, row = Extent(), 0
    for kind, contents in _xlsb_records(data):
        if kind == _XLSB_ROW and len(contents) >= 4:
            row = int.from_bytes(contents[:4], "little")
            if len(contents) > 11 and contents[11] & 0x10:
                extent.hidden.add(row)
        elif kind in _XLSB_CELLS and len(contents) >= 4:
            column = int.from_bytes(contents[:4], "little")
            extent.rows, extent.columns = max(extent.rows, row + 1), max(extent.columns, column + 1)
            if kind in _XLSB_ERRORS and len(contents) > 8:
                extent.errors[row, column] = _ERRORS.get(contents[8], "#VALUE!")
        elif kind == _XLSB_COLUMNS and len(contents) >= 18 and contents[16] & 0x01:
            first, last = struct.unpack_from("<II", contents)
            extent.hidden_columns.update(range(first, min(last + 1, first + _MOST_HIDDEN)))
    return extent


def _packed_number(data: bytes, place: int, most: int) -> tuple[int, int]:
    number = 0
    for part in range(most):
        byte = data[place] if place < len(data) else 0
        number |= (byte & 0x7F) << (7 * part)
        place += 1
        if not byte & 0x80:
            break
    return number, place


def xls_extents(file: BinaryIO, *, name: str, limits: Limits) -> list[Extent]:
    """The extents of the sheets of an .xls, in order; refused when values are so far apart that memory would not do."""
    file.seek(0)
    try:
        with olefile.OleFileIO(io.BytesIO(file.read())) as ole:
            stream = "Workbook" if ole.exists("Workbook") else "Book"
            data = ole.openstream(stream).read()
    except Exception as error:  # the parser of a hostile file may raise anything
        raise Refusal("file_damaged", file=name) from error
    finally:
        file.seek(0)
    begun, sheets = _xls_extents(data)
    for extent in begun.values():
        check_extent(extent, name=name, limits=limits)
    return [begun.get(place, Extent()) for place in sheets]


def _xls_extents(data: bytes) -> tuple[dict[int, Extent], list[int]]:
    """The extent of every part by the place where it begins, and where each sheet begins, in the workbook's order."""
    extent, place = Extent(), 0
    begun, sheets = {0: extent}, list[int]()
    while place + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, place)
        if kind == _XLS_BEGIN:
            extent = begun[place] = Extent()
        elif kind == _XLS_SHEET and place + 8 <= len(data):
            sheets += struct.unpack_from("<I", data, place + 4)
        elif kind in _XLS_CELLS and place + 8 <= len(data):
            row, column = struct.unpack_from("<HH", data, place + 4)
            extent.rows = max(extent.rows, row + 1)
            extent.columns = max(extent.columns, column + 1)
            if shown := _xls_error(kind, data, place + 4):
                extent.errors[row, column] = shown
        elif kind in (_XLS_ROW, _XLS_COLUMNS) and place + 20 <= len(data):
            _note_hidden(data, place + 4, kind, extent)
        place += 4 + length
    return begun, sheets


def _xls_error(kind: int, data: bytes, place: int) -> str:
    """The error a cell's record shows; empty for any other cell."""
    if kind == _XLS_ERROR and place + 8 <= len(data) and data[place + 7]:
        return _ERRORS.get(data[place + 6], "#VALUE!")
    if kind == _XLS_FORMULA and place + 14 <= len(data):
        error = data[place + 6] == 2 and data[place + 12 : place + 14] == b"\xff\xff"
        return _ERRORS.get(data[place + 8], "#VALUE!") if error else ""
    return ""


def _note_hidden(data: bytes, place: int, kind: int, extent: Extent) -> None:
    first, last = struct.unpack_from("<HH", data, place)
    if kind == _XLS_ROW and data[place + 12] & 0x20:
        extent.hidden.add(first)
    elif kind == _XLS_COLUMNS and data[place + 8] & 0x01:
        extent.hidden_columns.update(range(first, min(last, 255) + 1))


def ods_extents(file: BinaryIO, *, name: str, limits: Limits) -> list[Extent]:
    """The extents of the sheets of an .ods, in order; refused when repeats unpack to more than a sheet should hold."""
    with zipfile.ZipFile(file) as package:
        parts = [part for part in package.infolist() if part.filename == "content.xml"]
    if not parts:
        raise Refusal("file_damaged", file=name)
    reading = _OdsReading(name, limits)
    try:
        for chunk in unpacked(file, parts[0]):
            reading.parser.Parse(chunk, False)
        reading.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Refusal("file_damaged", file=name) from error
    return reading.found


class _OdsReading:
    """Counts rows and columns of each table as they will be once repeats are written out."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.name, self.limits = name, limits
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.EntityDeclHandler = self._entity
        self.extent = Extent()
        self.found: list[Extent] = []
        self.width_so_far = 0
        self.row = self.column = self.repeat = self.width = 0
        self.filled = False

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table:table-cell" or tag == "table:covered-table-cell":
            self.repeat = _count(attributes.get("table:number-columns-repeated"))
            self.filled = "office:value-type" in attributes
        elif tag == "table:table-row":
            self.column = self.width = 0
            before, self.row = self.row, self.row + _count(attributes.get("table:number-rows-repeated"))
            if _unseen(attributes):
                self.extent.hidden.update(range(before, min(self.row, before + _MOST_HIDDEN)))
        elif tag == "table:table-column":
            self._column(attributes)
        elif tag == "table:table":
            self.extent, self.row, self.width_so_far = Extent(), 0, 0
            self.found.append(self.extent)
        elif tag == "text:p":
            self.filled = True

    def _column(self, attributes: dict[str, str]) -> None:
        before = self.width_so_far
        self.width_so_far += _count(attributes.get("table:number-columns-repeated"))
        if _unseen(attributes):
            self.extent.hidden_columns.update(range(before, min(self.width_so_far, before + _MOST_HIDDEN)))

    def _end(self, tag: str) -> None:
        if tag == "table:table-cell" or tag == "table:covered-table-cell":
            self.column += self.repeat
            if self.filled:
                self.width = self.column
        elif tag == "table:table-row" and self.width:
            self.extent.rows = self.row
            self.extent.columns = max(self.extent.columns, self.width)
            check_extent(self.extent, name=self.name, limits=self.limits)

    def _entity(self, *_declaration: Any) -> None:
        raise Refusal("file_damaged", file=self.name)


def _unseen(attributes: dict[str, str]) -> bool:
    return attributes.get("table:visibility", "visible") != "visible"


def _count(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 10 else 1
