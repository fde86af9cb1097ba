"""What somebody types for one person in one window: a temperature, symptoms, or nothing."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from fournets.policy import Policy, is_fever

TYPED = re.compile(r"(\d{2})[.,。·]?(\d?)\D?")  # 36.8, 36,8, 368, 36.8℃


@dataclass(frozen=True, slots=True)
class Limits:
    """What ``observation.toml`` says."""

    least: Decimal
    most: Decimal
    symptoms: tuple[str, ...]
    own_per_hour: int
    note_most: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found: °C or None, and which symptoms; ``alarm``: fever by the rules of the day, or a symptom."""

    temperature: Decimal | None
    symptoms: tuple[str, ...]
    alarm: bool


class Unlikely(ValueError):
    """No temperature of a person."""


@cache
def limits() -> Limits:
    """The limits in force."""
    found = tomllib.loads(Path(__file__).parents[1].joinpath("observation.toml").read_text(encoding="utf-8"))
    return Limits(
        Decimal(str(found["least"])),
        Decimal(str(found["most"])),
        tuple(found["symptoms"]),
        found["own_per_hour"],
        found["note_most"],
    )


def read(typed: str, symptoms: frozenset[str], rules: Policy) -> Reading | None:
    """What was typed, as a reading under the rules of a day; None where nothing was. Raises `Unlikely`."""
    temperature = temperature_of(typed)
    told = tuple(one for one in limits().symptoms if one in symptoms)
    if temperature is None and not told:
        return None
    fever = temperature is not None and is_fever(temperature, rules)
    return Reading(temperature, told, fever or bool(told))


def temperature_of(typed: str) -> Decimal | None:
    """°C with one decimal, however it was typed: 36.8, 36,8, 368, full width, with ℃; None for nothing. Raises `Unlikely`."""
    text = "".join(unicodedata.normalize("NFKC", typed).split()).replace("°C", "")
    if not text:
        return None
    found = TYPED.fullmatch(text)
    if found is None:
        raise Unlikely(typed)
    value = Decimal(f"{found[1]}.{found[2] or 0}")
    if not limits().least <= value <= limits().most:
        raise Unlikely(typed)
    return value
