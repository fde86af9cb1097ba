"""Isolation plans: where, how long, with tests on which days; and which plan counts for somebody already isolated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from fournets.policy.catalogue import Reference
from fournets.policy.reader import value_for

ANCHOR_DAY = "isolation.anchor_day"


@dataclass(frozen=True, slots=True)
class Phase:
    """One stretch of a plan: ``place`` (site, home, point), ``days``, and the days of the stretch with a test."""

    place: str
    days: int
    tests: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The phases one after another, and the document they come from. No phase: no isolation.

    ``anchor_day`` is the number the day of the anchor event bears: 1 where it is the first day, 0 where the next is.
    """

    phases: tuple[Phase, ...]
    anchor_day: int
    reference: Reference
    checked: bool

    @property
    def days(self) -> int:
        """All days together."""
        return sum(phase.days for phase in self.phases)

    def until(self, anchor_on: date) -> date:
        """The first free day of somebody whose clock began on ``anchor_on``."""
        return self._day(anchor_on, self.days + 1) if self.phases else anchor_on

    def phase_on(self, on: date, anchor_on: date) -> Phase | None:
        """The phase ``on`` falls in, or nothing when the plan is over."""
        number = (on - anchor_on).days + self.anchor_day
        for phase in self.phases:
            if number <= phase.days:
                return phase
            number -= phase.days
        return None

    def tests_on(self, anchor_on: date) -> tuple[date, ...]:
        """The days on which a test is due."""
        found: list[date] = []
        before = 0
        for phase in self.phases:
            found += [self._day(anchor_on, before + day) for day in phase.tests]
            before += phase.days
        return tuple(found)

    def _day(self, anchor_on: date, number: int) -> date:
        return anchor_on + timedelta(days=number - self.anchor_day)


def plan_for(*, anchor_on: date, on: date, area: str = "", name: str = "isolation.contact_plan") -> Plan:
    """The plan that counts on ``on`` for somebody whose clock began on ``anchor_on`` (ADR 0003).

    The plan of the anchor day counts, unless a later notice says it applies to running isolations; whoever began
    before there was any plan comes under the first one. Raises `MissingNumber` when there is none until ``on``.
    """
    entry = value_for(name, anchor_on=anchor_on, on=on, area=area)
    first = value_for(ANCHOR_DAY, anchor_on=anchor_on, on=on, area=area)
    return Plan(tuple(map(_phase, entry.value)), int(first.value), entry.reference, entry.checked)


def _phase(row: dict[str, Any]) -> Phase:
    return Phase(row["place"], row["days"], tuple(row.get("tests", ())))
