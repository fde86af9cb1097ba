"""How often things go wrong, and where people come from: the two data tables behind the invented town."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

OUTBREAK_PREFIXES = ("42", "3303")

Shares = dict[str, float]


@dataclass(frozen=True, slots=True)
class Region:
    """A county of the country: its code and the names above it."""

    code: str
    province: str
    city: str
    county: str

    @property
    def full(self) -> str:
        """The whole name, as a form asks for it."""
        return self.province + self.city + self.county

    @property
    def outbreak(self) -> bool:
        """Whether the county lay in the outbreak area of February 2020."""
        return self.code.startswith(OUTBREAK_PREFIXES)


@cache
def rates() -> dict[str, Shares]:
    """The table of rates: kind of sender, then error, then share of rows."""
    return tomllib.loads((Path(__file__).parent / "rates.toml").read_text(encoding="utf-8"))


@cache
def regions() -> tuple[Region, ...]:
    """Every native place the invented people may have."""
    with (Path(__file__).parent / "regions.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(Region(**row) for row in csv.DictReader(lines))
