"""Decides once, for the whole town, who is left out, listed elsewhere, and which office surveys which enterprise."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from fournets.town.rates import rates
from fournets.town.sheets import OutBook
from fournets.town.world import Enterprise, Person, Town


@dataclass(slots=True)
class Plan:
    """What no single file can know."""

    left_out: set[str] = field(default_factory=set)  # numbers of households in no register
    elsewhere: dict[str, list[Person]] = field(
        default_factory=dict
    )  # community code -> people listed there too
    surveyed: dict[str, list[Enterprise]] = field(default_factory=dict)  # office -> enterprises in its survey
    own_roster: list[Enterprise] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Job:
    """One file to make: where it goes, and what makes its books (several for a .zip)."""

    path: str
    make: Callable[[Town, Plan, random.Random], list[OutBook]]


def draw_plan(town: Town) -> Plan:
    """The plan of a town; the same town has the same plan."""
    rng = random.Random(f"plan:{town.seed}")
    plan = Plan()
    share = rates()["register"]
    elsewhere: dict[str, list[Person]] = defaultdict(list)
    for community in town.communities:
        for home in community.households:
            if rng.random() < share["household_left_out"]:
                plan.left_out.add(home.number)
    for person in town.people:
        if rng.random() < share["listed_elsewhere"]:
            elsewhere[rng.choice(town.communities).code].append(person)
    plan.elsewhere = dict(elsewhere)
    _share_survey(rng, town, plan)
    largest = sorted(town.enterprises, key=lambda one: (-len(one.staff), one.key))
    plan.own_roster = largest[: min(150, len(largest) // 8)]
    return plan


def _share_survey(rng: random.Random, town: Town, plan: Plan) -> None:
    share = rates()["survey"]
    surveyed: dict[str, list[Enterprise]] = defaultdict(list)
    for one in town.enterprises:
        if not one.tied_staff and rng.random() < share["not_answered"]:
            continue
        first = _office(one)
        surveyed[first].append(one)
        if rng.random() < share["surveyed_again"]:
            surveyed[rng.choice([name for name in ("bureau", "services", "park") if name != first])].append(
                one
            )
    plan.surveyed = dict(surveyed)


def _office(one: Enterprise) -> str:
    if one.community.kind == "industrial park":
        return "park"
    if one.sole_trader:
        return "traders"
    return "bureau" if one.section == "C" else "services"
