"""Writing one cell: a text is stored as text and can never be a formula."""

from __future__ import annotations

from typing import Any

from fournets.workbooks.write import TEXT_FORMAT, safe_text


def put(cell: Any, value: Any, *, as_text: bool = False) -> None:
    """Writes a value into a cell and keeps its look; ``as_text`` keeps every digit of a number."""
    number_format = cell.number_format
    if isinstance(value, str) or as_text:
        cell.value = safe_text(value) or None
        if cell.value is not None:
            cell.data_type = "s"  # openpyxl would read =… as a formula and #N/A as an error
    else:
        cell.value = value
    cell.number_format = TEXT_FORMAT if as_text else number_format
