"""Acts on places; each runs inside the caller's transaction where it says so, and asks the database in sets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa

from fournets.crypto import KeyRing
from fournets.places.services.divisions import plant_divisions
from fournets.places.services.dwellings import dwellings_for

__all__ = [
    "dwellings_for",
    "enterprises_for",
    "file_enterprises",
    "file_places",
    "import_geojson",
    "plant_divisions",
    "withdraw_file",
]


def file_enterprises(rows: pa.Table, *, ring: KeyRing) -> pa.Table:
    """out: outcome, reason, rule, score, enterprise_id, public_id (row for row)."""
    raise NotImplementedError


def enterprises_for(
    names: Sequence[str | None],
    usccs: Sequence[str | None],
    area_codes: Sequence[str],
    *,
    ring: KeyRing,
) -> list[int | None]:
    """The enterprise of each (name, code), made by name alone where it is unknown."""
    raise NotImplementedError


def file_places(rows: pa.Table) -> pa.Table:
    """out: outcome, reason, rule, score, place_code (deepest), cell_code (row for row), problems (JSON or null)."""
    raise NotImplementedError


def withdraw_file(file_id: int) -> None:
    """Takes back what a file said of places and enterprises."""
    raise NotImplementedError


def import_geojson(path: Path, *, on: date) -> int:
    """Cells and buildings of a GeoJSON file; returns how many."""
    raise NotImplementedError
