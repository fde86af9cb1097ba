"""Reads of places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import CharField, Q, TextField
from django.db.models.functions import Length

from fournets.language import Refusal
from fournets.places.gazetteer import Gazetteer
from fournets.places.models import Area, Building, Enterprise
from fournets.places.rules.atlas import Place
from fournets.places.rules.codes import WIDTHS
from fournets.places.rules.texts import squeeze
from fournets.places.scope import code_range

LISTED_LEVELS = ("county", "town", "community", "cell")
for text in (CharField, TextField):
    text.register_lookup(Length)  # code__length

# Per cell (or, for buildings without one, per community): the sum of its buildings, else what the cell states itself.
TOTALS = """
WITH built AS (
    SELECT left(code, 15) AS cell, count(*) AS buildings, sum(dwellings_known) AS dwellings,
        sum(households_known) AS households, sum(persons_known) AS persons
    FROM places_building WHERE code >= %(low)s AND code < %(high)s GROUP BY 1
), cells AS (
    SELECT coalesce(built.cell, area.code) AS cell, coalesce(buildings, 0) AS buildings,
        coalesce(dwellings, area.dwellings_known, 0) AS dwellings,
        coalesce(households, area.households_known, 0) AS households,
        coalesce(persons, area.persons_known, 0) AS persons
    FROM built FULL JOIN (SELECT * FROM places_area WHERE kind = 'cell' AND code >= %(low)s AND code < %(high)s) AS area
        ON area.code = built.cell
), companies AS (
    SELECT left(area_code, %(width)s) AS code, count(*) AS enterprises, count(surveyed_on) AS surveyed
    FROM places_enterprise WHERE area_code >= %(low)s AND area_code < %(high)s AND length(area_code) >= %(width)s
    GROUP BY 1
), held AS (
    SELECT left(cell, %(width)s) AS code, sum(buildings) AS buildings, sum(dwellings) AS dwellings,
        sum(households) AS households, sum(persons) AS persons FROM cells GROUP BY 1
)
SELECT area.code, coalesce(held.buildings, 0)::int, coalesce(held.dwellings, area.dwellings_known, 0)::int,
    coalesce(held.households, area.households_known, 0)::int, coalesce(held.persons, area.persons_known, 0)::int,
    coalesce(enterprises, 0)::int, coalesce(surveyed, 0)::int
FROM places_area AS area LEFT JOIN held ON held.code = area.code LEFT JOIN companies ON companies.code = area.code
WHERE area.code >= %(low)s AND area.code < %(high)s AND length(area.code) = %(width)s ORDER BY area.code
"""


def named_places() -> list[Place]:
    """Every area and building of the connection's scope with all its names."""
    areas = Area.objects.values_list("code", "official_name", "short_name", "aliases")
    buildings = Building.objects.values_list("code", "name", "aliases")
    return [
        *(Place(code, _distinct(name, short, *aliases)) for code, name, short, aliases in areas),
        *(Place(code, _distinct(name, *aliases)) for code, name, aliases in buildings),
    ]


def _distinct(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def towns() -> list[Area]:
    """The towns of the register: none before it is founded."""
    return list(Area.objects.filter(kind="town"))


def town() -> Area:
    """The register's town; raises `Refusal` unless it holds exactly one."""
    found = towns()
    if len(found) != 1:
        raise Refusal("area_not_one")
    return found[0]


def find_area(text: str) -> Area | None:
    """The area with this code, or the one and only area called ``text`` (any spelling: 塱心村, 朗心村委会)."""
    text = squeeze(text)
    if not text:
        return None
    if text.isdigit():
        return Area.objects.filter(code=text).first()
    located = Gazetteer(_areas()).locate(text)
    if located.area_code is None or located.rest.strip():
        return None
    return Area.objects.filter(code=located.area_code).first()


def children(code: str) -> list[Area]:
    """The areas directly below ``code``."""
    below = Area.objects.filter(code__startswith=code).exclude(code=code)
    widths = sorted({len(area.code) for area in below})
    return [area for area in below if len(area.code) == widths[0]] if widths else []


def path(code: str) -> list[Area]:
    """The areas from the province down to ``code``, itself last."""
    return list(Area.objects.filter(code__in=[*WIDTHS.ancestors(code), code]))


def areas_around(code: str, *, within: str) -> list[tuple[str, str, int]]:
    """Where one may go from an area: up to ``within``, to those beside it and those right below; code, name, depth.

    In the order of the tree, one statement.
    """
    above = [one for one in WIDTHS.ancestors(code) if one.startswith(within)]
    beside, below = (above[-1] if above else ""), code
    low, high = code_range(within)
    found = Area.objects.filter(code__gte=low, code__lt=high).filter(
        Q(code__in=[*above, code, within])
        | _right_below(below)
        | (_right_below(beside) if beside else Q(pk__in=[]))
    )
    rows = list(found.order_by("code").values_list("code", "short_name"))
    widths = sorted({len(one) for one, _ in rows})
    return [(one, name, widths.index(len(one))) for one, name in rows]


def _right_below(code: str) -> Q:
    """The areas of the next level below an area, as far as lists of areas go down: the cell."""
    wider = [width for width in (WIDTHS.of(level) for level in LISTED_LEVELS) if width > len(code)]
    low, high = code_range(code)
    return Q(code__gte=low, code__lt=high, code__length=min(wider)) if wider else Q(pk__in=[])


def area_name(code: str) -> str:
    """The official names from the province down to ``code``."""
    return "".join(area.official_name for area in path(code))


def official_names(codes: Iterable[str]) -> dict[str, str]:
    """The official names of areas from below the town down, by code: 银河社区居委会银河第一网格; one statement for all."""
    wanted = set(codes)
    every = wanted.union(*(_from_town(code) for code in wanted))
    named = dict(Area.objects.filter(code__in=every).values_list("code", "official_name"))
    return {code: "".join(named.get(one, "") for one in _from_town(code) or [code]) for code in wanted}


@dataclass(frozen=True, slots=True)
class Shape:
    """An area somebody brought the shape of: its short name, and its outline as GeoJSON."""

    name: str
    boundary: Any


def shapes_of(codes: Iterable[str]) -> dict[str, Shape]:
    """The shapes of areas by code; areas of which nobody brought one are left out."""
    found = Area.objects.filter(code__in=set(codes), boundary__isnull=False)
    rows = found.values_list("code", "short_name", "boundary")
    return {code: Shape(name, boundary) for code, name, boundary in rows}


def short_names_of(codes: Iterable[str]) -> dict[str, str]:
    """The short names of areas by code; codes nobody knows are left out."""
    return dict(Area.objects.filter(code__in=set(codes)).values_list("code", "short_name"))


@dataclass(frozen=True, slots=True)
class KnownTotals:
    """How much an area is known to hold: the denominators of coverage."""

    area_code: str
    buildings: int
    dwellings: int
    households: int
    persons: int
    enterprises: int
    enterprises_surveyed: int


def known_totals(area_code: str, *, level: str) -> list[KnownTotals]:
    """The known totals of each area of ``level`` below ``area_code``, from the registers of buildings and enterprises.

    A cell's buildings are added up; where none of them states a total, the cell's own stated total counts.
    """
    low, high = code_range(area_code)
    with connection.cursor() as cursor:
        cursor.execute(TOTALS, {"low": low, "high": high, "width": WIDTHS.of(level)})
        return [KnownTotals(*row) for row in cursor.fetchall()]


def cells_of_wrong_size(area_code: str, *, least: int, most: int) -> list[Area]:
    """The cells whose known households lie outside ``least`` to ``most``."""
    cells = Area.objects.filter(code__startswith=area_code, kind="cell", households_known__isnull=False)
    return list(cells.exclude(households_known__range=(least, most)))


def _areas() -> list[Place]:
    areas = Area.objects.values_list("code", "official_name", "short_name", "aliases")
    return [Place(code, _distinct(name, short, *aliases)) for code, name, short, aliases in areas]


def enterprise_of(enterprise: str) -> Enterprise:
    """The enterprise with this public id, with its contact's number still sealed; a `Refusal` when the scope has none."""
    found = Enterprise.objects.filter(public_id=enterprise).first()
    if found is None:
        raise Refusal("enterprise_unknown")
    return found


def area_labels(codes: Iterable[str]) -> dict[str, str]:
    """What each area is called for people of the town: 丹灶, 银河, 银河 · 第一网格."""
    wanted = set(codes)
    every = wanted.union(*(_from_town(code) for code in wanted))
    named = dict(Area.objects.filter(code__in=every).values_list("code", "short_name"))
    return {code: _label(code, named) for code in wanted}


def _from_town(code: str) -> list[str]:
    """The codes from below the town down to ``code``."""
    return [one for one in [*WIDTHS.ancestors(code), code] if len(one) > WIDTHS.town]


def _label(code: str, named: dict[str, str]) -> str:
    return " · ".join(named[one] for one in _from_town(code) or [code] if one in named) or code


def areas_of_levels(area_code: str, *, levels: Iterable[str]) -> list[tuple[str, str]]:
    """Code and name of ``area_code`` and the areas of those levels below it, in the order of the tree."""
    low, high = code_range(area_code)
    widths = {WIDTHS.of(level) for level in levels}
    found = Area.objects.filter(Q(code__gte=low, code__lt=high) | Q(code__in=_from_town(area_code)))
    named = dict(found.order_by("code").values_list("code", "short_name"))
    codes = [one for one in named if one == area_code or (one.startswith(area_code) and len(one) in widths)]
    return [(code, _label(code, named)) for code in codes]
