"""A document number spread over several columns, as forms with little room do, is read as one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from fournets.intake.rules.ids import Identity, clean_id
from fournets.intake.rules.value import squeeze
from fournets.workbooks.model import Cell
from fournets.workbooks.pieces import joined

LEAST, MOST = 17, 19  # characters of what may still be a number with a slip in it
JOINED = "number_joined"


def join_numbers(columns: Sequence[Sequence[Cell]], *, on: date) -> list[Identity | None]:
    """For each row the number its cells are together; None where they are no pieces of one."""
    return [_number(cells, on=on) for cells in zip(*columns, strict=True)]


def _number(cells: Sequence[Cell], *, on: date) -> Identity | None:
    pieces = [cell for cell in cells if squeeze(cell)]
    if len(pieces) < 2 or any(len(squeeze(cell)) >= LEAST for cell in pieces):
        return None
    text = joined(pieces)
    if not LEAST <= len(text) <= MOST:
        return None
    found = clean_id(text, on=on)
    return found._replace(rule=JOINED) if found.value else None
