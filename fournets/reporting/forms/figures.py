"""Figures of summary grids: counted for many areas in one statement each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fournets.reporting.forms.selectors import (
    AT_HOME,
    DECIDED,
    ISOLATED,
    RETURNED,
    STAYED,
    TASKED,
    WHO,
    WORKS,
    narrowed,
    rows_of,
)
from fournets.screening.selectors import AreaCoverage, coverage

# A firm's list says where people work; they count where a list says that they live.
LIVES = """(length(person.area_code) > 12 OR EXISTS (
    SELECT FROM people_fact fact WHERE fact.person_id = person.id AND fact.kind <> 'staff_roster'))"""
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


def figures_for(asked: set[str], values: dict[str, Any]) -> dict[str, dict[str, int]]:
    """Each figure asked for by area code, for the area itself and every division below it; zero is left out."""
    regions = {figure.partition("@")[2] for figure in asked}
    found: dict[str, dict[str, int]] = {}
    asked = asked | {rest for figure, rest in RESTS_ON.items() if figure in asked}
    for region in sorted(regions):
        names = {figure.partition("@")[0] for figure in asked if figure.partition("@")[2] == region}
        counted = _figures(names, narrowed(values, region))
        found |= {f"{name}@{region}" if region else name: totals for name, totals in counted.items()}
    return found


def unheard_of(figure: str, code: str, counted: dict[str, dict[str, int]]) -> bool:
    """Whether nobody in an area has what the figure rests on: then zero would be a guess."""
    rest = RESTS_ON.get(figure)
    return rest is not None and not counted[rest].get(code)


def _figures(asked: set[str], values: dict[str, Any]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {figure: {} for figure in asked}
    for definitions, alias, source in SOURCES:
        wanted = sorted(asked & set(definitions))
        if wanted:
            _count(wanted, definitions, alias, source, values, found)
    if wanted := sorted(asked & set(LEDGER)):
        lines = coverage(values["area"], on=values["on"])
        found |= {name: {line.area_code: LEDGER[name](line) for line in lines} for name in wanted}
    return found


def _count(
    wanted: list[str],
    definitions: dict[str, str],
    alias: str,
    source: str,
    values: dict[str, Any],
    found: dict[str, dict[str, int]],
) -> None:
    columns = ", ".join(f"count(*) FILTER (WHERE {definitions[name]}) AS {name}" for name in wanted)
    statement = (
        f"SELECT {alias}.area_code AS code, {columns} FROM {source}"  # noqa: S608 built from constants
        f' WHERE {alias}.area_code COLLATE "C" >= %(low)s AND {alias}.area_code COLLATE "C" < %(high)s GROUP BY 1'
    )
    for row in rows_of(statement, values):
        for name in wanted:
            for size in (9, 12, 15, 18, 22):
                if row[name] and len(row["code"]) >= size:
                    total = found[name]
                    total[row["code"][:size]] = total.get(row["code"][:size], 0) + row[name]
