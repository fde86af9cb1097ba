"""The limits of exports, their columns and what the tracer must be sure of, from ``exports.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fournets.reporting.exports.score import Doubt

FILE = Path(__file__).with_name("exports.toml")


@dataclass(frozen=True, slots=True)
class Limits:
    """How many people an account may be handed on its own word in how many hours, and how long a request may be."""

    people: int
    hours: int
    columns_most: int
    recipient_most: int
    purpose_most: int


@cache
def limits() -> Limits:
    """The limits in force."""
    return Limits(**_file()["limits"])


@cache
def offered() -> tuple[str, ...]:
    """The fields a list may have, in their order."""
    return tuple(_file()["columns"]["offered"])


@cache
def ticked() -> frozenset[str]:
    """The fields a request begins with."""
    return frozenset(_file()["columns"]["ticked"])


@cache
def rights_of_columns() -> dict[str, str]:
    """Columns that need a right of their own: field and right."""
    return dict(_file()["columns"]["right"])


@cache
def tracing_error() -> float:
    """The chance that somebody is named who had nothing to do with a list."""
    return float(_file()["tracing"]["error"])


@cache
def doubt() -> Doubt:
    """How often spellings may have been changed on the way."""
    found = _file()["tracing"]
    return Doubt(tuple(found["changed"]), tuple(found["weight"]))


@cache
def shown() -> int:
    """How many exports the tracer lists as evidence."""
    return int(_file()["tracing"]["shown"])


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
