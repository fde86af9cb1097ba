"""What parent and reading child say to each other over their pipes.

A message is its length (8 bytes, big-endian) and its bytes. A request is JSON (`Request`); an answer is JSON (`Answer`)
followed by one Arrow stream, or one `RawSheet`, for each sheet.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import IO, Any

import msgspec

from fournets.workbooks.model import Cell, Sheet

LENGTH = 8
_MOMENTS: dict[str, type[date] | type[time]] = {"date": date, "datetime": datetime, "time": time}


class Request(msgspec.Struct):
    """One file to read."""

    path: str
    on: date
    password: str | None
    skip_hidden: bool
    mapping: dict[str, Any] | None
    known_layouts: dict[str, Any]
    memory_mb: int
    seconds: int
    raw: bool = False  # the sheets as they are, instead of cleaned tables
    properties: bool = False  # and, as a sheet more, what the file says of itself


class Moment(msgspec.Struct):
    """A cell that holds a day, a time or both, in ISO form."""

    kind: str
    iso: str


class SheetAnswer(msgspec.Struct):
    """One sheet of an answer; its table follows as an Arrow stream."""

    number: int
    name: str
    kind: str
    layout: dict[str, Any]
    rows: int
    hidden: bool
    notices: list[dict[str, Any]]
    day: date | None = None  # of a sheet of which a newer one is in the same workbook
    newer: int | None = None  # that newer sheet's number
    examples: dict[str, list[str]] = {}  # masked values of the columns, by letters, where there are questions


class RawSheet(msgspec.Struct):
    """A sheet as it is; days and times in its cells are `Moment`."""

    number: int
    name: str
    rows: list[list[str | float | bool | Moment | None]]
    merged: list[tuple[int, int, int, int]]
    hidden: bool
    hidden_rows: set[int]
    notices: list[dict[str, Any]]


class Answer(msgspec.Struct):
    """What became of a request: its sheets, or the code and values of the refusal's sentence."""

    sheets: list[SheetAnswer] = []
    refused: str | None = None
    values: dict[str, Any] = {}
    worn: bool = False  # the child asks to be replaced


def packed(sheet: Sheet) -> bytes:
    """A sheet as bytes; never pickled, for what comes from a child is not trusted."""
    rows: Any = [[_wrapped(cell) for cell in row] for row in sheet.rows]
    raw = RawSheet(
        sheet.number, sheet.name, rows, sheet.merged, sheet.hidden, sheet.hidden_rows, sheet.notices
    )
    return msgspec.msgpack.encode(raw, enc_hook=str)


def unpacked(message: bytes) -> Sheet:
    """The sheet that `packed` made ``message`` of."""
    raw = msgspec.msgpack.decode(message, type=RawSheet)
    rows: Any = [[_bare(cell) for cell in row] for row in raw.rows]
    return Sheet(raw.number, raw.name, rows, raw.merged, raw.hidden, raw.hidden_rows, raw.notices)


def _wrapped(cell: Cell) -> str | float | bool | Moment | None:
    if isinstance(cell, (datetime, date, time)):
        return Moment(type(cell).__name__, cell.isoformat())
    return cell


def _bare(cell: str | float | bool | Moment | None) -> Cell:
    return _MOMENTS[cell.kind].fromisoformat(cell.iso) if isinstance(cell, Moment) else cell


def receive(source: IO[bytes]) -> bytes:
    """The next message, empty when the other side is gone."""
    head = source.read(LENGTH)
    if len(head) < LENGTH:
        return b""
    length = int.from_bytes(head, "big")
    message = source.read(length)
    return message if len(message) == length else b""


def send(sink: IO[bytes], message: Any) -> None:
    """Writes one message."""
    sink.write(len(message).to_bytes(LENGTH, "big"))
    sink.write(message)
