"""Anchors: the head of the chain, written outside the database, so that a chain cut or rewritten as a whole does not fit.

``anchors.log`` in the data folder: one line an anchor, ``moment position hash``, only ever added to.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from fournets.home import home

NAME = "anchors.log"
LINE = 200  # bytes no line of the file reaches
_done: dict[Path, datetime] = {}  # the hour each file has been seen to hold


@dataclass(frozen=True, slots=True)
class Anchor:
    """The head at a moment: a place in the chain and its hash; ``position`` 0 stands for a line nobody can read."""

    line: int
    at: str
    position: int
    hash: bytes


def path() -> Path:
    """The file of this installation."""
    return home() / NAME


def anchors() -> list[Anchor]:
    """Every anchor in order; none where there is no file. `OSError` where it cannot be read."""
    if not path().exists():
        return []
    lines = path().read_text(encoding="utf-8", errors="replace").splitlines()
    return [_read(number, text) for number, text in enumerate(lines, 1)]


def drop_anchor(at: datetime, head: Callable[[], tuple[int, bytes]], *, hourly: bool = True) -> bool:
    """Adds the head, on the disk before it returns; ``hourly``: unless this hour has one. `OSError` where it cannot.

    ``head`` is asked under the file's lock, so that anchors stand in the order of the chain.
    """
    hour, file = at.astimezone().replace(minute=0, second=0, microsecond=0), path()
    if hourly and _done.get(file) == hour:
        return False
    number = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        fcntl.flock(number, fcntl.LOCK_EX)
        last, torn = _last(number)
        position, digest = head()
        fresh = position > 0 and (last is None or (last.position, last.hash) != (position, digest))
        if fresh and not (hourly and last is not None and _hour_of(last) == hour):
            _add(number, f"{at.astimezone():%Y-%m-%dT%H:%M:%S%z} {position} {digest.hex()}\n", torn)
        else:
            fresh = False
        _done[file] = hour
        return fresh
    finally:
        os.close(number)


def _add(number: int, text: str, torn: bool) -> None:
    os.write(number, ("\n" * torn + text).encode())
    os.fsync(number)


def _last(number: int) -> tuple[Anchor | None, bool]:
    """The last anchor of an open file, and whether its last line was left unfinished."""
    size = os.fstat(number).st_size
    end = os.pread(number, LINE, max(0, size - LINE)).decode(errors="replace")
    lines = end.splitlines()
    return (_read(0, lines[-1]) if lines else None), bool(end) and not end.endswith("\n")


def _read(number: int, text: str) -> Anchor:
    try:
        at, position, digest = text.split(" ")
        datetime.strptime(at, "%Y-%m-%dT%H:%M:%S%z")
        return Anchor(number, at, int(position), bytes.fromhex(digest))
    except ValueError:
        return Anchor(number, "", 0, b"\xff")


def _hour_of(one: Anchor) -> datetime | None:
    if not one.at:
        return None
    return datetime.strptime(one.at, "%Y-%m-%dT%H:%M:%S%z").replace(minute=0, second=0)
