"""The limits of phones, from ``limits.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path


@cache
def limits() -> dict[str, dict[str, int]]:
    """Every limit by its table and name."""
    return tomllib.loads(Path(__file__).with_name("limits.toml").read_text(encoding="utf-8"))
