"""The one table of rights, read from ``rights.toml``: which role may do what."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fournets.language import Lang, reader_language

TABLE = Path(__file__).with_name("rights.toml")


@dataclass(frozen=True, slots=True)
class Role:
    """A role an appointment gives: its words, whether the database opens its area's rows, whether it needs a second factor."""

    key: str
    zh: str
    en: str
    rows: bool
    second_factor: bool = False

    def text(self, lang: Lang | None = None) -> str:
        return self.zh if (lang or reader_language()) == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Right:
    """Something a role may do, and which roles may."""

    key: str
    zh: str
    en: str
    roles: frozenset[str]

    def text(self, lang: Lang | None = None) -> str:
        return self.zh if (lang or reader_language()) == "zh" else self.en


@cache
def roles() -> dict[str, Role]:
    """Every role by its key, in the table's order."""
    return {key: Role(key, **found) for key, found in _table()["roles"].items()}


@cache
def rights() -> dict[str, Right]:
    """Every right by its key; a role the table does not know is a `ValueError`."""
    found = {}
    for key, one in _table()["rights"].items():
        unknown = set(one["roles"]) - set(roles())
        if unknown:
            raise ValueError(f"{key}: no such role: {', '.join(sorted(unknown))}")
        found[key] = Right(key, one["zh"], one["en"], frozenset(one["roles"]))
    return found


@cache
def rights_of(role: str) -> frozenset[str]:
    """The rights of a role."""
    return frozenset(key for key, right in rights().items() if role in right.roles)


def _table() -> dict[str, dict[str, Any]]:
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))
