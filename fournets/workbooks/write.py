"""Text that is safe to write into a cell others will open."""

from __future__ import annotations

from typing import Any

TEXT_FORMAT = "@"  # the cell format that keeps 440605199001011234 as it is


def safe_text(value: Any) -> str:
    """`value` as text that no spreadsheet program takes for a formula."""
    raise NotImplementedError
