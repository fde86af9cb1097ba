"""The assessment: every rule is asked, the highest class counts, and the longest clock."""

from __future__ import annotations

from datetime import date

from fournets.language import say
from fournets.policy import Policy
from fournets.screening.rules import findings as found
from fournets.screening.rules.facts import Ordered, RiskFacts
from fournets.screening.rules.findings import ILL, Finding
from fournets.screening.rules.numbers import Numbers, numbers_of
from fournets.screening.rules.outcome import Outcome, Reason

RULES = (
    found.contact,
    found.secondary_contact,
    found.from_outbreak_area,
    found.via_listed_area,
    found.declared_stay,
    found.fever,
    found.symptoms,
    found.via_outbreak_area,
    found.origin_too_wide,
    found.origin_unknown,
    found.native_of_outbreak_area,
)


def assess(facts: RiskFacts, policy: Policy, on: date) -> Outcome:
    """What the rules of ``policy`` say of somebody with ``facts`` on ``on``.

    The highest class of all findings counts, an illness together with a running history makes a suspect, and of several
    running clocks the one that ends last. A question is given as a reason only where it is the answer. Where two people
    have ordered another class, that one counts for its time, and what the rules say stands behind it.
    Raises `MissingNumber` when a number is not in force.
    """
    numbers = numbers_of(policy)
    ruled = _by_rules(facts, numbers, on)
    order = facts.ordered
    if order is None or not order.holds(on):
        return ruled
    action = numbers.actions[order.risk_class]
    return Outcome(order.risk_class, action, order.from_on, order.until_on, (_ordered(order), *ruled.reasons))


def _by_rules(facts: RiskFacts, numbers: Numbers, on: date) -> Outcome:
    findings = [finding for rule in RULES if (finding := rule(facts, numbers, on))]
    if not findings:
        return Outcome("none", numbers.actions["none"], reasons=(_nothing(),))
    findings.sort(key=lambda finding: numbers.classes[finding.risk_class])
    risk_class, action = _highest(findings, numbers)
    reasons = tuple(one.reason for one in findings if one.risk_class == risk_class or not one.question)
    return Outcome(risk_class, action, *_clock(findings, risk_class), reasons)


def _highest(findings: list[Finding], numbers: Numbers) -> tuple[str, str]:
    ill = any(finding.risk_class == ILL for finding in findings)
    if ill and any(finding.history for finding in findings):
        return "suspect", numbers.actions["suspect"]
    return findings[0].risk_class, findings[0].action


def _clock(findings: list[Finding], risk_class: str) -> tuple[date | None, date | None]:
    """From the clock of the first finding that runs; until the last of them ends, or None when that day is not known."""
    clocks = [finding.clock for finding in findings if finding.clock]
    running = [clock for clock in clocks if clock.running]
    if risk_class in (ILL, "unclear") or not (running or clocks):
        return None, None
    if running:
        ends = [clock.until_on for clock in running]
        until = None if None in ends else max(filter(None, ends))
        starts = [clock.from_on for clock in running if clock.from_on]
        return min(starts, default=None), until
    last = max(clocks, key=lambda clock: clock.until_on or date.min)
    return last.from_on, last.until_on


def _ordered(order: Ordered) -> Reason:
    values = {"number": order.number, "until": order.until_on}
    said = (say("reason_manual_override", "zh", **values), say("reason_manual_override", "en", **values))
    return Reason("manual_override", order.risk_class, {"ordered": str(order)}, (), *said)


def _nothing() -> Reason:
    return Reason(
        "nothing_known", "none", {}, (), say("reason_nothing_known", "zh"), say("reason_nothing_known", "en")
    )
