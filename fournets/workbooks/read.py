"""Opens what senders send: a workbook of any kind becomes sheets of cells, or a `Refusal` with its sentence."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fournets.workbooks.model import Sheet


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be before it is refused unread."""

    file_bytes: int = 200_000_000
    entries: int = 5_000
    unpacked_bytes: int = 1_500_000_000
    ratio: int = 200
    rows: int = 1_048_576
    columns: int = 1_000
    cells: int = 20_000_000
    sheets: int = 200
    files: int = 1_000  # workbooks in one .zip


LIMITS = Limits()


def read_workbook(path: Path, *, password: str | None = None, limits: Limits = LIMITS) -> list[Sheet]:
    """All sheets of the workbook at `path`, checked before the reader touches it; refuses with a sentence."""
    raise NotImplementedError


def expand(path: Path, into: Path, *, limits: Limits = LIMITS) -> list[Path]:
    """The workbooks inside the .zip at `path`, written into the folder `into`, in their order."""
    raise NotImplementedError
