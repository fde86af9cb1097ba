"""How large and how far apart a file's cells may be before it is refused."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may hold; a sentence says which limit was passed."""

    file_bytes: int = 200_000_000
    entries: int = 5_000
    unpacked_bytes: int = 1_500_000_000
    ratio: int = 300  # unpacked bytes for one packed byte, looked at from `ratio_from` bytes on
    ratio_from: int = 20_000_000
    rows: int = 1_048_576
    columns: int = 1_000
    cells: int = (
        12_000_000  # of the rectangle from A1 to the last cell, which is what a reader keeps in memory
    )
    sheets: int = 200
    merged: int = 200_000
    files: int = 1_000  # in one .zip
    depth: int = 3  # .zip in .zip


LIMITS = Limits()
