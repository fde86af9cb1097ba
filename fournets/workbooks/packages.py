"""Looks into a packed workbook before any reader does: bombs, lies about sizes, far cells, hidden rows.

A reader keeps the rectangle from the first to the last cell; one value at XFD1048576 would make it abort. So the cells'
own addresses are looked at, as a stream, before a reader is let near the file.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from fournets.language import Refusal
from fournets.workbooks.limits import Limits

_CHUNK = 1 << 20
_MOST_COLUMNS = 16_384
DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, struct.error, OSError, ValueError, KeyError, EOFError),
    *(NotImplementedError, RuntimeError),
)


@dataclass(slots=True)
class Extent:
    """How far one sheet's cells reach, counted from 1; what is hidden and which formulas have no result, counted from 0."""

    rows: int = 0
    columns: int = 0
    hidden: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    uncalculated: set[tuple[int, int]] = field(default_factory=set)  # row and column
    errors: dict[tuple[int, int], str] = field(default_factory=dict)  # what error a cell shows


def check_package(file: BinaryIO, *, name: str, limits: Limits) -> None:
    """Refuses bombs: too many parts, too much when unpacked, or sizes that are not what they say."""
    try:
        with zipfile.ZipFile(file) as package:
            parts = package.infolist()
            _check_sizes(parts, name=name, limits=limits)
            for part in parts:
                _check_part(file, part, name=name)
    except DAMAGE as error:
        raise Refusal("file_damaged", file=name) from error


def _check_sizes(parts: list[zipfile.ZipInfo], *, name: str, limits: Limits) -> None:
    packed = sum(part.compress_size for part in parts)
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > limits.entries or unpacked > limits.unpacked_bytes:
        raise Refusal("file_is_bomb", file=name, megabytes=unpacked // 1_000_000)
    if unpacked > limits.ratio_from and unpacked > limits.ratio * max(packed, 1):
        raise Refusal("file_is_bomb", file=name, megabytes=unpacked // 1_000_000)
    if len({part.filename for part in parts}) < len(parts):
        raise zipfile.BadZipFile


def _check_part(file: BinaryIO, part: zipfile.ZipInfo, *, name: str) -> None:
    if part.flag_bits & 1:
        raise Refusal("file_locked", file=name)
    for _ in unpacked(file, part):
        pass


def unpacked(file: BinaryIO, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of one part as they really unpack; an error as soon as they are more than the part says."""
    left, room = part.compress_size, part.file_size
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile
    inflate = zlib.decompressobj(-15) if part.compress_type == zipfile.ZIP_DEFLATED else None
    file.seek(_data_offset(file, part))
    while left > 0:
        packed = file.read(min(_CHUNK, left))
        if not packed:
            raise zipfile.BadZipFile
        left -= len(packed)
        while packed:
            chunk = inflate.decompress(packed, _CHUNK * 4) if inflate else packed
            packed = inflate.unconsumed_tail if inflate else b""
            room -= len(chunk)
            if room < 0:
                raise zipfile.BadZipFile
            yield chunk
    if room:
        raise zipfile.BadZipFile


def _data_offset(file: BinaryIO, part: zipfile.ZipInfo) -> int:
    file.seek(part.header_offset)
    header = file.read(30)
    if header[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile
    names, extra = struct.unpack("<HH", header[26:30])
    return part.header_offset + 30 + int(names) + int(extra)


_NO_SHEETS = (".rels", ".png", ".jpeg", ".jpg", ".emf", ".bin", ".vml", "styles.xml", "theme1.xml")
_PLACE = re.compile(rb"""\sr\s*=\s*["']\$?([A-Za-z]{1,3})\$?([0-9]{1,9})["']""")
_NEAR_ROWS, _NEAR_COLUMN = 99_999, b"CZ"
# Most tables stay within CZ99999: to find that out is three times as fast as to collect every address.
_BEYOND = re.compile(rb"""r\s*=\s*["']\$?(?:[A-Za-z]{3}|[D-Zd-z][A-Za-z]|[A-Za-z]{1,2}\$?[0-9]{6})""")
_FILLED = re.compile(
    rb"""\sr\s*=\s*["']\$?([A-Za-z]{1,3})\$?([0-9]{1,9})["'][^<>]*(?<!/)>\s*<(?:\w+:)?(?:v|is|f)[\s>]"""
)
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*>")
_NUMBER = re.compile(rb"""\sr\s*=\s*["']([0-9]{1,9})["']""")
_HIDDEN = re.compile(rb"""\shidden\s*=\s*["'](?:1|true)["']""")
_COLUMN = re.compile(rb"<(?:\w+:)?col\b[^>]*>")
_SPAN = re.compile(rb"""\s(min|max)\s*=\s*["']([0-9]{1,5})["']""")
_FORMULA = re.compile(
    rb"""<(?:\w+:)?c\b([^<>]*)>\s*<(?:\w+:)?f\b(?:[^<>]*/>|[^<>]*>[^<]*</(?:\w+:)?f>)"""
    rb"""(?:\s*<(?:\w+:)?v\s*/>|\s*<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"""
)
_ERROR = re.compile(
    rb"""<(?:\w+:)?c\b([^<>]*\st\s*=\s*["']e["'][^<>]*)>(?:\s*<(?:\w+:)?f\b(?:[^<>]*/>|[^<>]*>[^<]*</(?:\w+:)?f>))?"""
    rb"""\s*<(?:\w+:)?v>(#[A-Z0-9/?!]{2,10})</"""
)
_TEXT_RESULT = re.compile(rb"""\st\s*=\s*["']str["']""")  # an empty text is a result


def xlsx_extents(file: BinaryIO, *, name: str, limits: Limits) -> dict[str, Extent]:
    """The extent of every sheet part of an .xlsx, by the part's name; refused when a value stands too far away."""
    found: dict[str, Extent] = {}
    with zipfile.ZipFile(file) as package:
        parts = [part for part in package.infolist() if not part.filename.lower().endswith(_NO_SHEETS)]
    for part in parts:
        extent = _xlsx_extent(file, part, _PLACE)
        if _too_far(extent, limits):  # styled empty cells may stand anywhere: only values count
            extent = _xlsx_extent(file, part, _FILLED)
            check_extent(extent, name=name, limits=limits)
        found[part.filename] = extent
    return found


def _xlsx_extent(file: BinaryIO, part: zipfile.ZipInfo, pattern: re.Pattern[bytes]) -> Extent:
    extent = Extent()
    rest, row = b"", 0
    letters: set[bytes] = set()
    for chunk in unpacked(file, part):
        text = rest + chunk
        cut = _last_cell(text)
        row = _scan(text[:cut], pattern, extent, letters, row)
        rest = text[cut:]
    _scan(rest, pattern, extent, letters, row)
    extent.columns = max((column_number(mark.decode()) for mark in letters), default=0)
    return extent


def _last_cell(text: bytes) -> int:
    """Where the last row or cell of a chunk begins: from there on it may be cut in two."""
    cut = max(text.rfind(b"<row"), text.rfind(b"<c "))
    return cut if len(text) - cut < _CHUNK and cut > 0 else max(0, len(text) - 4096)


def _scan(text: bytes, pattern: re.Pattern[bytes], extent: Extent, letters: set[bytes], row: int) -> int:
    if pattern is _PLACE and not _BEYOND.search(text):
        extent.rows = max(extent.rows, _NEAR_ROWS)
        letters.add(_NEAR_COLUMN)
    elif places := pattern.findall(text):
        columns, rows = zip(*places, strict=True)
        letters.update(columns)
        extent.rows = max(extent.rows, max(map(int, set(rows))))
    if b"<f" in text or b":f" in text:
        _note_formulas(text, extent)
    if b">#" in text:
        _note_errors(text, extent)
    if b"hidden" not in text:
        return _last_row(text, row)
    _note_columns(text, extent)
    for tag in _ROW.findall(text):
        number = _NUMBER.search(tag)
        row = int(number[1]) if number else row + 1
        if _HIDDEN.search(tag):
            extent.hidden.add(row - 1)
    return row


def _last_row(text: bytes, row: int) -> int:
    """The number of the last row that begins in `text`, after `row`: as its tag says, else counted."""
    place = text.rfind(b"<row")
    number = _NUMBER.search(text[place : text.find(b">", place)]) if place >= 0 else None
    return int(number[1]) if number else row + len(_ROW.findall(text))


def _note_columns(text: bytes, extent: Extent) -> None:
    for tag in _COLUMN.findall(text):
        span = {mark: int(number) for mark, number in _SPAN.findall(tag)}
        if len(span) == 2 and _HIDDEN.search(tag):
            extent.hidden_columns.update(range(span[b"min"] - 1, min(span[b"max"], _MOST_COLUMNS)))


def _note_formulas(text: bytes, extent: Extent) -> None:
    """Notes the formula cells that no program has calculated: a reader finds them empty."""
    for attributes in _FORMULA.findall(text):
        if (place := _PLACE.search(attributes)) and not _TEXT_RESULT.search(attributes):
            extent.uncalculated.add((int(place[2]) - 1, column_number(place[1].decode()) - 1))


def _note_errors(text: bytes, extent: Extent) -> None:
    """Notes what errors cells show: a reader finds them empty, and an empty cell says less."""
    for attributes, shown in _ERROR.findall(text):
        if place := _PLACE.search(attributes):
            where = (int(place[2]) - 1, column_number(place[1].decode()) - 1)
            extent.errors[where] = shown.decode()


def check_extent(extent: Extent, *, name: str, limits: Limits) -> None:
    """Refuses a sheet whose last value stands too far from its first."""
    if _too_far(extent, limits):
        cell = f"{column_letters(extent.columns)}{extent.rows}"
        raise Refusal("file_far_cell", file=name, cell=cell)


def _too_far(extent: Extent, limits: Limits) -> bool:
    if extent.rows > limits.rows or extent.columns > limits.columns:
        return True
    return extent.rows * extent.columns > limits.cells


def column_number(letters: str) -> int:
    """A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """1 is A, 26 is Z, 27 is AA."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
