"""How each system writes what is handed over, from ``handover.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


@cache
def settings() -> dict[str, Any]:
    """Every table of the file by its name."""
    return tomllib.loads(Path(__file__).with_name("handover.toml").read_text(encoding="utf-8"))
