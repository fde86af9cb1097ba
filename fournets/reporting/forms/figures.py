"""Figures of summary grids: counted for many areas in one statement each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from fournets.reporting.forms.bands import parts_of
from fournets.reporting.forms.doubles import COMMUNITY, SIZES, TOWN, Doubt, Pair, doubles, doubts_of
from fournets.reporting.forms.indicators import smallest_share_told, unknown_share_told
from fournets.reporting.forms.selectors import (
    AT_HOME,
    DECIDED,
    ISOLATED,
    LIVES,
    RETURNED,
    STAYED,
    TASKED,
    WHO,
    WORKS,
    narrowed,
    rows_of,
)
from fournets.screening.selectors import AreaCoverage, coverage

RESIDENCE = "residence_known"
RESTS_ON = {"permanent": RESIDENCE, "migrant": RESIDENCE}  # figures of what not every sender says
RETURNED_TODAY = "person.values ->> 'returned_on' = %(day)s"
VISITED = (
    "EXISTS (SELECT FROM screening_visit visit WHERE visit.{who}_id = person.id"
    " AND visit.outcome = '{outcome}' AND visit.\"on\" <= %(on)s)"
)
PEOPLE = {
    "people": LIVES,
    RESIDENCE: "person.values ? 'residence_type'",
    "permanent": "person.values ->> 'residence_type' = 'permanent'",
    "migrant": "person.values ->> 'residence_type' = 'migrant'",
    "returnees": RETURNED,
    "returnees_today": RETURNED_TODAY,
    "outbreak_returnees": STAYED,
    "outbreak_returnees_today": f"{STAYED} AND {RETURNED_TODAY}",
    "isolation": ISOLATED,
    "isolation_home": f"{ISOLATED} AND {AT_HOME}",
    "isolation_site": f"{ISOLATED} AND NOT {AT_HOME}",
    "isolation_released": (
        "(person.values ->> 'isolation_until' <= %(day)s OR (decision.until_on <= %(on)s AND decision.from_on IS NOT NULL))"
    ),
    "fever": "(decision.risk_class IN ('fever', 'suspect') OR person.values ->> 'symptoms' ~ '^[^无]*(发热|发烧)')",
    "contacts": WHO["contact"],
    "people_visited": VISITED.format(who="person", outcome="done"),
    "people_unreached": VISITED.format(who="person", outcome="unreached"),
    "tasks_open": TASKED,
    "staff": WORKS,
    "staff_outbreak": f"{WORKS} AND {STAYED}",
}
ENTERPRISES = {
    "enterprises": "true",
    "enterprises_surveyed": "firm.surveyed_on <= %(on)s",
    "enterprises_resumed": "(firm.values ->> 'resumed' = 'yes' OR firm.resume_on <= %(on)s)",
    "enterprises_outbreak": (
        "((firm.values ->> 'outbreak_headcount') ~ '^[1-9]' OR EXISTS (SELECT FROM people_employment work"
        f" JOIN people_person person ON person.id = work.person_id WHERE work.enterprise_id = firm.id AND {STAYED}))"
    ),
}
# Households are counted by the coverage ledger: all that are known, from the register of buildings too.
LEDGER: dict[str, Callable[[AreaCoverage], int]] = {
    "households": lambda line: line.households,
    "households_visited": lambda line: line.surveyed,
    "households_unvisited": lambda line: line.households - line.surveyed,
}
SOURCES = (
    (PEOPLE, "person", f"people_person person {DECIDED}"),
    (ENTERPRISES, "firm", "places_enterprise firm"),
)


SEX = "nullif(person.sex, '')"
AGE = """coalesce(extract(year FROM age(%(on)s::date, person.birth_on))::int,
    CASE WHEN person.values ->> 'age' ~ '^[0-9]{1,3}$' THEN (person.values ->> 'age')::int END)"""
HOMELESS = "?"  # before a community's code: people in no known cell of it
CELL = 15  # digits of a grid cell's code


@dataclass
class Figures:
    """Figures by area code, for the area itself and every division below it, and what is in doubt; zero is left out."""

    counted: dict[str, dict[str, int]] = field(default_factory=dict)
    doubts: dict[str, dict[str, Doubt]] = field(default_factory=dict)
    untold: dict[str, dict[str, int]] = field(default_factory=dict)

    def number(self, figure: str, code: str) -> int:
        """What is counted."""
        return self.counted[figure].get(code, 0)

    def doubt(self, figure: str, code: str) -> Doubt | None:
        """What may make it another number."""
        return self.doubts.get(figure, {}).get(code)

    def is_unsure(self, figure: str, code: str) -> bool:
        """Whether the doubt moves the number by more than a reader of it would overlook."""
        doubt, number = self.doubt(figure, code), self.number(figure, code)
        return doubt is not None and (doubt.down + doubt.up) * smallest_share_told() >= number

    def people_untold(self, figure: str, code: str) -> int:
        """How many more the figure may count: no file tells their sex or age, or in which cell of the community they live."""
        untold = self.untold.get(figure, {})
        return untold.get(code, 0) + (untold.get(HOMELESS + code[:COMMUNITY], 0) if len(code) >= CELL else 0)

    def is_untold(self, figure: str, code: str) -> bool:
        """Whether those are too many of the people whom the figure is a part of."""
        untold, whole = self.people_untold(figure, code), self.number(_whole(figure), code)
        return untold > 0 and untold * unknown_share_told() >= max(whole, 1)

    def is_unheard_of(self, figure: str, code: str) -> bool:
        """Whether nobody in an area has what the figure rests on: then zero would be a guess."""
        rest = RESTS_ON.get(_whole(figure))
        return rest is not None and not self.number(rest, code)


def figures_for(asked: set[str], values: dict[str, Any]) -> Figures:
    """Each figure asked for, ``NAME``, ``NAME/PART`` or ``NAME@REGION``."""
    regions = {figure.partition("@")[2] for figure in asked}
    found = Figures()
    asked = (
        asked | {rest for figure in asked if (rest := RESTS_ON.get(_whole(figure)))} | set(map(_whole, asked))
    )
    pairs = doubles(values) if any(parts_of(figure)[0] in PEOPLE for figure in asked) else []
    for region in sorted(regions):
        names = {figure.partition("@")[0] for figure in asked if figure.partition("@")[2] == region}
        end, own = f"@{region}" if region else "", narrowed(values, region)
        counted, untold = _figures(names, own)
        found.counted |= {f"{name}{end}": totals for name, totals in counted.items()}
        found.untold |= {f"{name}{end}": totals for name, totals in untold.items()}
        found.doubts |= {f"{name}{end}": doubts for name, doubts in _doubts(names, own, pairs).items()}
    if wanted := sorted(asked & set(LEDGER)):
        _add_ledger(wanted, values, found)
    return found


def _whole(figure: str) -> str:
    """The figure that one by sex or age is a part of."""
    name, at, region = figure.partition("@")
    return f"{name.partition('/')[0]}{at}{region}"


def _part(figure: str) -> str:
    """The condition a figure's sex and ages are; null of whom they are not known."""
    _, sex, ages = parts_of(figure)
    told = [f"{SEX} = '{sex}'"] if sex else []
    told += [f"{AGE} BETWEEN {ages[0]} AND {ages[1]}"] if ages else []
    return " AND ".join(told) or "true"


def _figures(
    asked: set[str], values: dict[str, Any]
) -> tuple[dict[str, dict[str, int]], dict[str, dict[str, int]]]:
    """Each figure by area code, and how many more it may count."""
    found: dict[str, dict[str, int]] = {figure: {} for figure in asked}
    untold: dict[str, dict[str, int]] = {figure: {} for figure in asked}
    for definitions, alias, source in SOURCES:
        wanted = sorted(figure for figure in asked if parts_of(figure)[0] in definitions)
        if wanted:
            _count(wanted, definitions, alias, source, values, found, untold)
    return found, untold


def _doubts(asked: set[str], values: dict[str, Any], pairs: Sequence[Pair]) -> dict[str, dict[str, Doubt]]:
    """The doubts of each figure of people: one statement says of all people in doubt which figures count them."""
    wanted = sorted(figure for figure in asked if parts_of(figure)[0] in PEOPLE)
    if not wanted or not pairs:
        return {}
    people = sorted({person for pair in pairs for person in (pair.one, pair.other)})
    columns = ", ".join(
        f'(({PEOPLE[parts_of(name)[0]]}) AND ({_part(name)})) AS "figure {at}"'
        for at, name in enumerate(wanted)
    )
    statement = (
        f"SELECT person.id, {columns} FROM people_person person {DECIDED} WHERE person.id = ANY(%(doubted)s)"  # noqa: S608
    )
    rows = rows_of(statement, {**values, "doubted": people})
    return {
        name: doubts_of(pairs, {row["id"] for row in rows if row[f"figure {at}"]})
        for at, name in enumerate(wanted)
    }


def _add_ledger(wanted: Sequence[str], values: dict[str, Any], found: Figures) -> None:
    """Figures of households; where the lists know of more than the register of buildings, one of the two is wrong."""
    lines = coverage(values["area"], on=values["on"])
    for name in wanted:
        figure = LEDGER[name]
        found.counted[name] = {line.area_code: figure(line) for line in lines}
        found.doubts[name] = {code: Doubt(down=more) for code, more in _listed_over(lines).items()}


def _listed_over(lines: Sequence[AreaCoverage]) -> dict[str, int]:
    """How many more households the lists name than the register of buildings, where it knows any; a town is the sum of its
    communities, since the register may know the buildings of some only."""
    over: dict[str, int] = {}
    for line in lines:
        code, more = line.area_code, line.households - (line.households_register or line.households)
        if more > 0 and len(code) >= COMMUNITY:
            over[code] = more
            if len(code) == COMMUNITY:
                over[code[:TOWN]] = over.get(code[:TOWN], 0) + more
    return over


def _count(
    wanted: list[str],
    definitions: dict[str, str],
    alias: str,
    source: str,
    values: dict[str, Any],
    found: dict[str, dict[str, int]],
    untold: dict[str, dict[str, int]],
) -> None:
    conditions = [(f"({definitions[parts_of(name)[0]]})", f"({_part(name)})") for name in wanted]
    columns = ", ".join(
        f'count(*) FILTER (WHERE {whole} AND {part}) AS "figure {at}",'
        f' count(*) FILTER (WHERE {whole} AND {part} IS NULL) AS "untold {at}"'
        for at, (whole, part) in enumerate(conditions)
    )
    statement = (
        f"SELECT {alias}.area_code AS code, {columns} FROM {source}"  # noqa: S608 built from constants
        f' WHERE {alias}.area_code COLLATE "C" >= %(low)s AND {alias}.area_code COLLATE "C" < %(high)s GROUP BY 1'
    )
    for row in rows_of(statement, values):
        for at, name in enumerate(wanted):
            _add(found[name], row["code"], row[f"figure {at}"])
            _add(untold[name], row["code"], row[f"untold {at}"])
            if len(row["code"]) == COMMUNITY:
                _add(untold[name], HOMELESS + row["code"], row[f"figure {at}"] + row[f"untold {at}"])


def _add(totals: dict[str, int], code: str, count: int) -> None:
    """Counts for an area and every division around it; those of whom only the community is known also apart."""
    if count and code.startswith(HOMELESS):
        totals[code] = totals.get(code, 0) + count
    elif count:
        for size in SIZES:
            if len(code) >= size:
                totals[code[:size]] = totals.get(code[:size], 0) + count
