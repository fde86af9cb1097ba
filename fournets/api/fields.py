"""Which fields leave with an answer, read from ``fields.toml``: one that does not stand there stays."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from fournets.organization.access import Reader

TABLE = Path(__file__).with_name("fields.toml")
ANY = "*"  # stands for every field below one, whatever it is called


@cache
def fields() -> dict[str, dict[str, str]]:
    """Each operation's fields by path, each with the right it takes beside the operation's own; empty: none."""
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def needed(operation: str, path: str) -> str | None:
    """The right a field takes beside the operation's own; None for a field that may not leave at all."""
    table = fields().get(operation, {})
    if path in table:
        return table[path]
    above = path
    while above:
        above, _, _ = above.rpartition(".")
        if f"{above}.{ANY}".removeprefix(".") in table:
            return table[f"{above}.{ANY}".removeprefix(".")]
    return None


def narrowed(operation: str, answer: Any, reader: Reader, path: str = "") -> Any:
    """The part of an answer its reader may see. Members of a list have the path of the list."""
    if isinstance(answer, list):
        return [narrowed(operation, one, reader, path) for one in answer]
    if not isinstance(answer, dict):
        return answer
    return {
        name: narrowed(operation, value, reader, below)
        for name, value in answer.items()
        if (below := f"{path}.{name}".removeprefix(".")) and _may(operation, below, reader)
    }


def _may(operation: str, path: str, reader: Reader) -> bool:
    right = needed(operation, path)
    return right is not None and (not right or reader.may(right))
