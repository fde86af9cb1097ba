"""The reference town's divisions, and rows as intake hands them over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from fournets.crypto import KeyRing, new_ring
from fournets.places.scope import scope
from fournets.places.services import plant_divisions
from tests.apps.places.danzao import DIVISIONS

TOWN = "440605123"


@pytest.fixture
def ring() -> KeyRing:
    return new_ring()


@pytest.fixture
def town(db: None) -> Iterator[str]:
    plant_divisions(DIVISIONS)
    with scope(TOWN):
        yield TOWN


def rows(*given: dict[str, Any], file_id: int = 1, seen_on: date = date(2020, 2, 5)) -> pa.Table:
    """Rows of one file as a table, numbered from 2."""
    basis = [
        {
            "file_id": file_id,
            "sheet": 1,
            "row": number,
            "row_key": f"{file_id}:1:{number}",
            "seen_on": seen_on,
            "area_code": "440605123018",
        }
        for number, _ in enumerate(given, start=2)
    ]
    names = dict.fromkeys(name for row in (*basis, *given) for name in row)
    return pa.Table.from_pylist(
        [{name: (head | row).get(name) for name in names} for head, row in zip(basis, given, strict=True)]
    )
