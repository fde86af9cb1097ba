"""The sums of the coverage ledger, read from what is counted whenever an act commits: a page counts no table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection

from fournets.places.rules.codes import WIDTHS
from fournets.places.scope import code_range

DEPTHS = ("town", "community", "cell", "group", "building")
LISTED = {"town": "community"}  # what is listed of an area; of every other its cells

SUMS = """
WITH rolled AS (
    SELECT left(c.area_code, w) AS area_code, sum(households_known) AS known, sum(done) AS done, sum(unreached) AS unreached,
        sum(refused) AS refused, sum(households) - sum(done + unreached + refused) AS not_started, sum(persons) AS persons,
        sum(enterprises) AS enterprises, sum(enterprises_surveyed) AS surveyed
    FROM screening_coveragecount c CROSS JOIN unnest(%(widths)s::int[]) w
    WHERE c.area_code >= %(low)s AND c.area_code < %(high)s AND c."on" <= %(on)s AND length(c.area_code) >= w GROUP BY 1
)
SELECT a.code, a.official_name, a.kind, r.known::bigint, coalesce(r.done, 0)::bigint, coalesce(r.unreached, 0)::bigint,
    coalesce(r.refused, 0)::bigint, coalesce(r.not_started, 0)::bigint, coalesce(r.persons, 0)::bigint,
    coalesce(r.enterprises, 0)::bigint, coalesce(r.surveyed, 0)::bigint
FROM places_area a LEFT JOIN rolled r ON r.area_code = a.code
WHERE a.code >= %(low)s AND a.code < %(high)s AND length(a.code) = ANY(%(widths)s) ORDER BY a.code
"""


@dataclass(frozen=True, slots=True)
class AreaSums:
    """What is known and surveyed of one area. ``households_register`` comes from the register of buildings and cells,
    None where it says nothing; then what intake knows is the total, and ``households_from`` says so."""

    area_code: str
    name: str
    kind: str
    households_register: int | None
    surveyed: int
    unreached: int
    refused: int
    known_not_started: int
    persons_found: int
    enterprises: int
    enterprises_surveyed: int

    @property
    def households_found(self) -> int:
        """Households intake knows of."""
        return self.surveyed + self.unreached + self.refused + self.known_not_started

    @property
    def households(self) -> int:
        """The known total: what the register says, and never less than was found."""
        return max(self.households_register or 0, self.households_found)

    @property
    def not_started(self) -> int:
        """Households nobody has been to: those on a list, and those only the register of buildings knows of."""
        return self.households - self.surveyed - self.unreached - self.refused

    @property
    def households_from(self) -> str:
        """Where the total of households comes from: ``register`` or, where it says nothing, ``intake``."""
        return "intake" if self.households_register is None else "register"

    @property
    def complete(self) -> bool:
        """Whether every known household and enterprise is surveyed; an area nothing is known of is not."""
        known = self.households + self.enterprises
        return known > 0 and known == self.surveyed + self.enterprises_surveyed


def listed_level(area_code: str) -> str:
    """The level of the areas that are listed one by one below an area."""
    return LISTED.get(WIDTHS.level(area_code) or "", "cell")


def coverage_sums(area_code: str = "", *, on: date, down_to: str = "cell") -> list[AreaSums]:
    """The sums of every area in ``area_code``, from the town down to ``down_to`` (at most the cell), as they stood on
    ``on``. Reads a few rows a cell and counts no table; the figures are those `coverage` counts."""
    low, high = code_range(area_code)
    widths = widths_down_to(down_to)
    with connection.cursor() as cursor:
        cursor.execute(SUMS, {"low": low, "high": high, "on": on, "widths": widths})
        return [AreaSums(*row) for row in cursor.fetchall()]


def widths_down_to(level: str) -> list[int]:
    """The widths of the codes from the town down to ``level``."""
    return [WIDTHS.of(one) for one in DEPTHS[: DEPTHS.index(level) + 1]]
