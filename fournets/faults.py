"""Faults of ours, told without personal data: where they happened and of which kind, never the errors' own words.

The words of an error may quote a cell, a name or a number. ``FOURNETS_DEBUG=1`` shows them, on a screen nobody keeps.
"""

from __future__ import annotations

import logging
import os
import traceback
from collections.abc import Iterator


class DatabaseUnreachable(Exception):
    """The database server does not answer, or could not be started."""


def chain(fault: BaseException | None) -> Iterator[BaseException]:
    """The fault, and those that led to it, the last first."""
    while fault is not None:
        yield fault
        fault = fault.__cause__ or fault.__context__


def told(fault: BaseException) -> str:
    """What may be printed and logged of ``fault``."""
    if os.environ.get("FOURNETS_DEBUG") == "1":
        return "".join(traceback.format_exception(fault))
    lines: list[str] = []
    for one in chain(fault):
        lines += traceback.format_tb(one.__traceback__)
        lines.append(f"{type(one).__qualname__} {getattr(one, 'sqlstate', None) or ''}".rstrip() + "\n")
    return "".join(lines)


class Discreet(logging.Formatter):
    """Log lines whose faults are `told`; a message that carries the fault itself keeps only its kind."""

    def format(self, record: logging.LogRecord) -> str:
        head = f"{self.formatTime(record)} {record.levelname} {record.name}"
        status = getattr(record, "status_code", "")
        fault = record.exc_info[1] if record.exc_info else None
        return f"{head} {status}\n{told(fault)}" if fault else f"{head} {status or record.getMessage()}"
