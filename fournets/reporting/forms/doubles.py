"""Two files that may be one person's, and how far a figure may be off because of them.

They are read from the register as it stands: whoever is merged or declared apart is in doubt no more. Two kinds:
names one character apart under one roof, and a file with nothing but a name that one other bears.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from fournets.reporting.forms.selectors import INSIDE, LIVES, rows_of

SIZES = (9, 12, 15, 18, 22)  # digits of the codes a figure is counted for
TOWN, COMMUNITY = 9, 12
_NEIGHBOURS = """x.id < y.id AND x.area_code = y.area_code AND x.name <> y.name AND left(x.name, 1) = left(y.name, 1)
    AND length(x.name) = length(y.name)
    AND (left(x.name, -1) = left(y.name, -1) OR right(x.name, -2) = right(y.name, -2))"""
# The newest file that tells a home decides where somebody lives: the row's day, of equals the later row.
_TOLD = """SELECT max((to_char(told.seen_on, 'YYYYMMDD') || lpad(told.id::text, 19, '0'))) FROM people_fact told
    WHERE told.person_id = {who} AND length(told.area_code) >= 12 AND (length(told.area_code) > 12 OR told.kind <> 'staff_roster')"""
PAIRS = f"""
WITH here AS MATERIALIZED (
    SELECT person.id, person.public_id, person.area_code, person.name, person.sex, person.birth_on, person.id_certainty,
        person.dwelling_id, person.birth_on IS NULL AND person.phone_sealed IS NULL
            AND person.id_certainty IN ('', 'partial') AS bare
    FROM people_person person WHERE {INSIDE} AND length(person.area_code) >= {COMMUNITY} AND {LIVES}
),
keyed AS (
    SELECT here.*, key FROM here JOIN people_personkey ON person_id = here.id WHERE length(here.area_code) > {COMMUNITY}
),
twice AS (SELECT name FROM here WHERE name <> '' GROUP BY name HAVING count(*) = 2 AND bool_or(bare)),
met AS (
    SELECT x.id AS one, y.id AS other FROM here x JOIN here y ON x.dwelling_id = y.dwelling_id AND {_NEIGHBOURS}
    UNION SELECT x.id, y.id FROM keyed x JOIN keyed y ON x.key = y.key AND {_NEIGHBOURS}
        AND (x.dwelling_id IS NULL OR y.dwelling_id IS NULL)
    UNION SELECT least(x.id, y.id), greatest(x.id, y.id) FROM here x JOIN twice USING (name) JOIN here y USING (name)
        WHERE x.bare AND x.id <> y.id
)
SELECT one, other, x.public_id AS one_is, y.public_id AS other_is, x.area_code AS one_in, y.area_code AS other_in,
    ({_TOLD.format(who="one")}) > ({_TOLD.format(who="other")}) AS one_is_newer
FROM met JOIN here x ON x.id = one JOIN here y ON y.id = other
WHERE (x.sex = y.sex OR '' IN (x.sex, y.sex)) AND coalesce(x.birth_on = y.birth_on, true)
    AND NOT (x.id_certainty = 'verified' AND y.id_certainty = 'verified')
    AND NOT EXISTS (SELECT FROM people_apart apart WHERE apart.one_id = one AND apart.other_id = other)
    AND NOT EXISTS (SELECT FROM people_fact mine JOIN people_fact theirs USING (file_id, sheet)
        WHERE mine.person_id = one AND theirs.person_id = other)
ORDER BY one, other
"""  # noqa: S608 built from constants


class Pair(NamedTuple):
    """Two files that may be one person's: their numbers, public ids and areas, and whose home was told last."""

    one: int
    other: int
    one_is: str
    other_is: str
    one_in: str
    other_in: str
    one_is_newer: bool | None

    def homes(self) -> tuple[tuple[str, int], tuple[str, int]]:
        """Area and number of both, first the one at whose home they would live if they were one person."""
        one, other = (self.one_in, self.one), (self.other_in, self.other)
        return (one, other) if self.one_is_newer else (other, one)


@dataclass
class Doubt:
    """By how much a figure may be lower or higher than counted, and the pairs of files it hangs on."""

    down: int = 0
    up: int = 0
    pairs: list[Pair] = field(default_factory=list)


def doubles(values: Mapping[str, Any]) -> list[Pair]:
    """Every pair of files of an area that may be one person's. A list that names both knows two people."""
    return [Pair(**row) for row in rows_of(PAIRS, dict(values))]


def doubts_of(pairs: Iterable[Pair], counted: Set[int]) -> dict[str, Doubt]:
    """The doubts of one figure by area code; ``counted`` are the people it counts.

    Are the two one person, he lives where the newer file says, and both files are true of him.
    """
    found: dict[str, Doubt] = {}
    for pair in pairs:
        (home, newer), (left, older) = pair.homes()
        for code in sorted({area[:size] for area in (home, left) for size in SIZES if len(area) >= size}):
            now = (home.startswith(code) and newer in counted) + (left.startswith(code) and older in counted)
            then = int(home.startswith(code) and bool({newer, older} & counted))
            if now != then:
                doubt = found.setdefault(code, Doubt())
                doubt.down, doubt.up = doubt.down + max(now - then, 0), doubt.up + max(then - now, 0)
                doubt.pairs.append(pair)
    return found
