"""The data folder: where one installation keeps its database, files and keys."""

from __future__ import annotations

import os
from pathlib import Path


def home() -> Path:
    """The data folder, from ``FOURNETS_HOME`` or ``var`` below the current folder; made when absent."""
    path = Path(os.environ.get("FOURNETS_HOME", "var")).expanduser().resolve()
    path.mkdir(parents=True, exist_ok=True)
    return path
