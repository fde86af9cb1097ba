"""Sites as a board shows them: floor by floor, bed by bed, and how many will be free on the days to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.db import connection

from fournets.isolation.models import Site
from fournets.isolation.rules.beds import BED_STATES
from fournets.places.scope import code_range

AHEAD = 14  # days a forecast looks ahead
BEDS = """
SELECT b.id, b.floor, b.room, b.label, b.state, b.reserve, g.number, g.person, g.name, g.from_on, g.until_on, coalesce(g.known, true)
FROM isolation_bed b LEFT JOIN people_at_site(%s) g ON g.bed_id = b.id
WHERE b.site_id = %s ORDER BY b.floor DESC, b.room, b.label
"""
SITES = """
SELECT s.id, s.name, s.area_code, s.kind, count(*) FILTER (WHERE NOT b.reserve AND b.state = 'free'),
    count(*) FILTER (WHERE b.state = 'occupied'), count(*) FILTER (WHERE b.state = 'to_disinfect'),
    count(*) FILTER (WHERE b.state = 'out_of_order'), count(*) FILTER (WHERE b.reserve), count(b.id), s.open_to
FROM isolation_site s LEFT JOIN isolation_bed b ON b.site_id = s.id
WHERE s.area_code >= %(low)s AND s.area_code < %(high)s GROUP BY s.id ORDER BY s.area_code, s.name
"""


@dataclass(frozen=True, slots=True)
class BedTile:
    """One bed of a board, and who lies in it: the number of his order, his name, his first and first free day."""

    number: int
    floor: int
    room: str
    label: str
    state: str
    reserve: bool
    order: str | None
    person: str | None
    name: str | None
    from_on: date | None
    until_on: date | None
    known: bool = (
        True  # False: of a community the reader does not see; his name stands here, his order elsewhere
    )

    def day(self, on: date) -> int | None:
        """Which day of his isolation it is."""
        return (on - self.from_on).days + 1 if self.from_on and on >= self.from_on else None


@dataclass(frozen=True, slots=True)
class SiteLine:
    """A site and its beds by state; ``reserve`` are kept back, ``beds`` all together; ``open_to``: whose people it takes besides."""

    number: int
    name: str
    area_code: str
    kind: str
    free: int
    occupied: int
    to_disinfect: int
    out_of_order: int
    reserve: int
    beds: int
    open_to: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Board:
    """A site floor by floor, room by room, and the free beds of each day to come, by the ends of those who are there."""

    line: SiteLine
    floors: list[tuple[int, list[tuple[str, list[BedTile]]]]]
    ahead: list[tuple[date, int]]


def sites_of(area_code: str) -> list[SiteLine]:
    """The sites below an area with their beds by state."""
    low, high = code_range(area_code)
    with connection.cursor() as cursor:
        cursor.execute(SITES, {"low": low, "high": high})
        return [SiteLine(*row) for row in cursor.fetchall()]


def board_of(site: int, *, on: date) -> Board | None:
    """The board of a site; None where the scope has none of that number."""
    found = Site.objects.filter(pk=site).first()
    if found is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(BEDS, [site, site])
        tiles = [BedTile(*row) for row in cursor.fetchall()]
    counts = {
        state: sum(one.state == state and not (state == "free" and one.reserve) for one in tiles)
        for state in BED_STATES
    }
    line = SiteLine(
        found.pk,
        found.name,
        found.area_code,
        found.kind,
        **counts,
        reserve=sum(one.reserve for one in tiles),
        beds=len(tiles),
        open_to=found.open_to,
    )
    floors = [
        (floor, [(room, list(beds)) for room, beds in groupby(of_floor, lambda one: one.room)])
        for floor, of_floor in groupby(tiles, lambda one: one.floor)
    ]
    return Board(line, floors, list(_ahead(tiles, counts, on)))


@dataclass(frozen=True, slots=True)
class Held:
    """The bed of an order: also one of a site the reader does not see, as long as he sees the order."""

    site: int
    name: str
    bed: int
    label: str
    area_code: str


def bed_held(order: int) -> Held | None:
    """The bed somebody has by an order the scope sees."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM bed_of_order(%s)", [order])
        found = cursor.fetchone()
    return Held(*found) if found else None


def bed_of(order: int) -> tuple[int, str, str] | None:
    """The site (number, name) and the bed in words of whoever has one by an order."""
    found = bed_held(order)
    return (found.site, found.name, found.label) if found else None


def _ahead(tiles: list[BedTile], counts: Mapping[str, int], on: date) -> list[tuple[date, int]]:
    """Free beds a day, counting those to be disinfected as free and everybody as gone on his first free day."""
    free = counts["free"] + counts["to_disinfect"]
    ends = [one.until_on for one in tiles if one.state == "occupied" and one.until_on is not None]
    days = [on + timedelta(days=ahead) for ahead in range(AHEAD)]
    return [(day, free + sum(end <= day for end in ends)) for day in days]
