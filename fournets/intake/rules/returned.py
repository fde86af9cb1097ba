"""The number under which a row goes back to its sender, and by which it is known when it returns mended."""

from __future__ import annotations

import re
from typing import NamedTuple

_WRITTEN = re.compile(r"R(\d{1,18})\.(\d{1,6})\.(\d{1,7})", re.ASCII)


class ReturnedRow(NamedTuple):
    """A row of an earlier file."""

    file_id: int
    sheet: int
    row: int


def write_returned(returned: ReturnedRow) -> str:
    """As it stands in the workbook; a text no spreadsheet takes for a number or a day."""
    return f"R{returned.file_id}.{returned.sheet}.{returned.row}"


def read_returned(text: str | None) -> ReturnedRow | None:
    """The row a cell speaks of; None for anything else."""
    found = _WRITTEN.fullmatch(text.strip().upper()) if text else None
    return ReturnedRow(*map(int, found.groups())) if found else None
