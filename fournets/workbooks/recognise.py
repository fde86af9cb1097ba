"""What a sheet is and what its columns mean, from its headers and from the values below them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from fournets.workbooks.model import Layout, Sheet


def recognise(
    sheet: Sheet,
    *,
    known: Mapping[str, Mapping[str, Any]] | None = None,
    mapping: Mapping[str, Any] | None = None,
    file_name: str = "",
) -> Layout:
    """What `sheet` is; what is not sure stays without a field and stands in `Layout.questions`."""
    raise NotImplementedError


def superseded(sheets: Sequence[Sheet], layouts: Sequence[Layout], *, on: date) -> dict[int, int]:
    """The numbers of sheets an equally laid out, later dated sheet replaces, each with that later sheet's number."""
    raise NotImplementedError
