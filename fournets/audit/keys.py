"""The key of the chain: derived from ``keys.toml``, so that whoever has the database alone cannot write a chain."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from fournets.crypto import load_ring
from fournets.home import home


def chain_key() -> bytes:
    """The key the lines of this installation are chained with."""
    return _key_in(home() / "keys.toml")


@lru_cache(maxsize=1)
def _key_in(path: Path) -> bytes:
    return load_ring(path).audit_key
