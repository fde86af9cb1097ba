"""The numbers the rules ask for, looked up once for a policy and kept; and the clocks they start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from fournets.policy import (
    Entry,
    MissingNumber,
    OutbreakArea,
    Plan,
    Policy,
    outbreak_areas_for,
    plan_for,
)
from fournets.screening.rules.facts import RiskFacts

OF_ANCHOR = {"arrival": "returned_on", "left": "left_on"}


@dataclass(frozen=True, slots=True)
class Numbers:
    """What counts on a day in an area, ready to use."""

    policy: Policy
    classes: Mapping[str, int]
    actions: Mapping[str, str]
    fever_from: float
    fever_includes: bool
    look_back: int
    returnee_action: str
    returnee_anchors: tuple[str, ...]
    via_action: str
    native_action: str
    restarts: bool

    def source(self, name: str) -> dict[str, str]:
        """Where the number ``name`` stands, as kept with a reason."""
        return source_of(name, self.policy.entry(name))


@dataclass(frozen=True, slots=True)
class Clock:
    """A running or finished time of isolation. Without ``from_on`` the day it counts from is not known."""

    place: str
    from_on: date | None
    until_on: date | None
    running: bool
    source: Mapping[str, str]


@lru_cache(maxsize=1024)
def numbers_of(policy: Policy) -> Numbers:
    """The numbers of ``policy`` the rules use; raises `MissingNumber` when one is not in force."""
    classes = policy.table("screening.classes")
    return Numbers(
        policy=policy,
        classes={row["class"]: place for place, row in enumerate(classes)},
        actions={row["class"]: row["action"] for row in classes},
        fever_from=policy.number("fever.threshold"),
        fever_includes=policy.text("fever.comparator") == ">=",
        look_back=policy.whole("screening.look_back"),
        returnee_action=policy.text("screening.returnee_action"),
        returnee_anchors=tuple(policy.table("screening.returnee_anchors")),
        via_action=policy.text("screening.via_action"),
        native_action=policy.text("screening.native_action"),
        restarts=_flag(policy, "isolation.new_exposure_restarts"),
    )


def clock(name: str, anchor_on: date | None, numbers: Numbers, on: date) -> Clock | None:
    """The clock of the plan ``name`` begun on ``anchor_on``; None where no plan isolates anybody."""
    plan = _plan(name, anchor_on or on, on, numbers.policy.area)
    if not plan.phases:
        return None
    source = {"name": name, "document": plan.reference.document, "number": plan.reference.number}
    if anchor_on is None:
        return Clock(plan.phases[0].place, None, None, True, source)
    until = plan.until(anchor_on)
    phase = plan.phase_on(on, anchor_on)
    place = phase.place if phase else plan.phases[-1].place
    return Clock(place, anchor_on, until, on < until, source)


def returnee_anchor(facts: RiskFacts, numbers: Numbers) -> tuple[str, date | None]:
    """The fact from which the clock of a returnee counts, and its day; the first known one of the policy's list."""
    for anchor in numbers.returnee_anchors:
        name = OF_ANCHOR[anchor]
        if day := getattr(facts, name):
            return name, day
    return "", None


@lru_cache(maxsize=65536)
def listed(
    left_on: date | None, on: date, area: str, supposed: tuple[OutbreakArea, ...] = ()
) -> tuple[OutbreakArea, ...]:
    """The outbreak areas that count for somebody who left one on ``left_on``, the smallest first."""
    found = outbreak_areas_for(anchor_on=left_on or on, on=on, area=area) + supposed
    return tuple(sorted(found, key=lambda one: -len(one.code)))


def source_of(name: str, entry: Entry) -> dict[str, str]:
    """Where an entry stands, as kept with a reason."""
    return {"name": name, "document": entry.reference.document, "number": entry.reference.number}


@lru_cache(maxsize=65536)
def _plan(name: str, anchor_on: date, on: date, area: str) -> Plan:
    """The plan that counts; what began before there was any plan is held to the one in force today."""
    try:
        return plan_for(anchor_on=anchor_on, on=on, area=area, name=name)
    except MissingNumber:
        return plan_for(anchor_on=on, on=on, area=area, name=name)


def _flag(policy: Policy, name: str) -> bool:
    return name in policy.entries and policy.flag(name)
