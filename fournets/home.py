"""The data folder: where one installation keeps its database, files and keys."""

from __future__ import annotations

import os
from pathlib import Path


class HomeUnusable(Exception):
    """The data folder can neither be found nor made; its text is the folder."""


ROOM_NEEDED = 2 * 1024**3  # bytes free below the data folder before intake is no longer safe


def home() -> Path:
    """The data folder, from ``FOURNETS_HOME`` or ``var`` below the current folder; made when absent.

    `HomeUnusable` when it cannot be.
    """
    path = Path(os.environ.get("FOURNETS_HOME", "var")).expanduser().resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HomeUnusable(str(path)) from error
    return path
