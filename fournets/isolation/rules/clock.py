"""The clock of an isolation: from which day it counts, under which plan, and which day is the first free one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from fournets.isolation.rules.said import Said, said, word
from fournets.policy import Plan, Policy, in_force, plan_for

# why somebody isolates, and the plan of it; a case is treated until discharge, who lives with somebody goes by his order
PLANS: Mapping[str, str] = {
    "contact": "isolation.contact_plan",
    "secondary_contact": "isolation.secondary_contact_plan",
    "returnee": "screening.returnee_plan",
}
CASE, COHABITANT = "case", "cohabitant"
BASES = (*PLANS, CASE, COHABITANT)
ANCHORS: Mapping[str, str] = {
    "contact": "isolation.contact_anchors",
    "secondary_contact": "isolation.contact_anchors",
    "returnee": "screening.returnee_anchors",
}
KINDS = ("last_exposure", "arrival", "left")  # what a clock may begin with
RESTARTS = "isolation.new_exposure_restarts"
ONE_DAY = timedelta(days=1)


class NotNeeded(Exception):
    """Under the rules of the day nobody isolates for this reason; ``document`` says so."""

    def __init__(self, document: str) -> None:
        self.document = document
        super().__init__(document)


class NoAnchor(Exception):
    """No day is known from which the rules let the clock begin; ``kinds`` are those that would do."""

    def __init__(self, kinds: Sequence[str]) -> None:
        self.kinds = tuple(kinds)
        super().__init__(",".join(kinds))


@dataclass(frozen=True, slots=True)
class Exposure:
    """One thing a clock may begin with, and its day: one of `KINDS`."""

    kind: str
    on: date


@dataclass(frozen=True, slots=True)
class Clock:
    """An isolation in days. ``until_on`` is the first free day; ``reasons`` say how it came about."""

    anchor: Exposure
    plan: Plan
    until_on: date
    reasons: tuple[Said, ...]

    @property
    def from_on(self) -> date:
        """The first day that counts."""
        return self.until_on - timedelta(days=self.plan.days)

    def place_on(self, on: date) -> str:
        """Where the plan has somebody stay on a day: home or site; the first place before it begins, the last after it."""
        if on <= self.anchor.on:
            return self.plan.phases[0].place
        phase = self.plan.phase_on(on, self.anchor.on)
        return (phase or self.plan.phases[-1]).place


def clock(basis: str, exposures: Sequence[Exposure], *, on: date, area: str = "") -> Clock:
    """The clock of somebody who isolates as ``basis`` (a key of `PLANS`), under the rules of a day and an area.

    ``exposures``: all that is known, in any order. Raises `NoAnchor`, `NotNeeded`, and `fournets.policy.MissingNumber`
    where there is no plan yet.
    """
    rules = in_force(on=on, area=area)
    known = _of_first_kind(exposures, rules.table(ANCHORS[basis]))
    restarts = rules.flag(RESTARTS)
    anchor = known[-1] if restarts else known[0]
    plan = plan_for(anchor_on=anchor.on, on=on, area=area, name=PLANS[basis])
    if not plan.phases:
        raise NotNeeded(plan.reference.document)
    until_on = plan.until(anchor.on)
    return Clock(anchor, plan, until_on, tuple(_reasons(known, anchor, plan, until_on, rules)))


def _of_first_kind(exposures: Sequence[Exposure], kinds: Sequence[str]) -> list[Exposure]:
    """What is known of the first kind anything is known of, by day."""
    for kind in kinds:
        if known := sorted({one for one in exposures if one.kind == kind}, key=lambda one: one.on):
            return known
    raise NoAnchor(kinds)


def _reasons(
    known: Sequence[Exposure], anchor: Exposure, plan: Plan, until_on: date, rules: Policy
) -> Iterator[Said]:
    begins = "anchor" if plan.anchor_day else "anchor_next_day"
    yield said(begins, kind=word(anchor.kind), day=anchor.on)
    if len(known) > 1:
        restarted = rules.entry(RESTARTS).reference
        if anchor == known[-1]:
            yield said("restarts", restarted, before=known[-2].on)
        else:
            yield said("goes_on", restarted, last=known[-1].on)
    yield said(
        "plan", plan.reference, document=plan.reference.document, phases=phases_in_words(plan), days=plan.days
    )
    yield said("until", last=until_on - ONE_DAY, until=until_on)
    if tests := plan.tests_on(anchor.on):
        yield said("tests", days=("、".join(map(str, tests)), ", ".join(map(str, tests))))


def phases_in_words(plan: Plan) -> tuple[str, str]:
    """The stretches of a plan one after another: Chinese, English."""
    told = [said("phase", place=word(one.place), days=one.days) for one in plan.phases]
    return "+".join(one.zh for one in told), " + ".join(one.en for one in told)
