"""The definitions of the day's figures, read from ``definitions.toml``."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "definitions.toml"


@dataclass(frozen=True, slots=True)
class Definition:
    """What one figure counts: the rows of ``list`` whose columns have the values of ``where``; ``of`` names the rows."""

    name: str
    zh: str
    en: str
    list: str
    of: str
    where: Mapping[str, str] = field(default_factory=dict)


@cache
def definitions() -> dict[str, Definition]:
    """Every definition by name, in the order of the file."""
    return {name: Definition(name, **row) for name, row in tomllib.loads(FILE.read_text()).items()}


@cache
def definitions_digest() -> str:
    """SHA-256 of the definitions as they stand."""
    return hashlib.sha256(FILE.read_bytes()).hexdigest()
