"""What parent and reading child say to each other over their pipes.

A message is its length (8 bytes, big-endian) and its bytes. A request is JSON (`Request`); an answer is JSON (`Answer`)
followed by one Arrow stream for each sheet.
"""

from __future__ import annotations

from datetime import date
from typing import IO, Any

import msgspec

LENGTH = 8


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


class SheetAnswer(msgspec.Struct):
    """One sheet of an answer; its table follows as an Arrow stream."""

    number: int
    name: str
    kind: str
    layout: dict[str, Any]
    rows: int
    hidden: bool
    notices: list[dict[str, Any]]


class Answer(msgspec.Struct):
    """What became of a request: its sheets, or the code and values of the refusal's sentence."""

    sheets: list[SheetAnswer] = []
    refused: str | None = None
    values: dict[str, Any] = {}
    worn: bool = False  # the child asks to be replaced


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
