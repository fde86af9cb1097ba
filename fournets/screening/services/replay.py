"""A decision given again: the same facts under the rules of the same day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fournets import policy
from fournets.people.models import Person
from fournets.policy import Change
from fournets.screening.models import Assessment, Decision, PolicyRecord
from fournets.screening.rules import Outcome, RiskFacts, assess


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay found: whether the answer is the same, what it is now, and the numbers that changed since."""

    stands: bool
    outcome: Outcome
    changed: tuple[Change, ...]


def replay(decision: Decision) -> Replayed:
    """Gives ``decision`` again from its facts, under the policy of its day and town as the files have it now."""
    now = policy.in_force(on=decision.on, area=decision.town_code)
    outcome = assess(RiskFacts.of(decision.facts), now, decision.on)
    compared = _compared(decision, None)
    if not compared.stands:  # what the rules were then is only needed where they are others now
        kept = PolicyRecord.objects.filter(digest=decision.policy_digest)
        compared = _compared(decision, kept.values_list("record", flat=True).first())
    return Replayed(outcome.key(decision.town_code) == decision.key, outcome, compared.changed)


def _compared(decision: Decision, record: Mapping[str, Any] | None) -> policy.Replay:
    return policy.replay(
        decision.policy_digest,
        on=decision.on,
        area=decision.town_code,
        record=record,
        subjects=("fever", "isolation", "screening", "outbreak_areas"),
    )


def explain(person: str) -> dict[str, Any] | None:
    """What the rules say of the person with this public id, and why; None where nobody has assessed him.

    {"class","action","from","until","since","assessed_on","given_on","policy": digest,"reasons":[{"rule","class","facts",
    "policy","zh","en"}],"stands": whether the rules still give this answer for the day it was given on,
    "changed":[{"name","was","now"}]: the numbers that are others now}. ``until`` is the first day it no longer counts.
    """
    of = Person.objects.filter(public_id=person).values("pk")
    found = Assessment.objects.select_related("decision").filter(person_id__in=of, superseded_on=None).first()
    return explained(found) if found else None


def explained(found: Assessment) -> dict[str, Any]:
    """What an assessment says, as `explain` gives it."""
    decision, again = found.decision, replay(found.decision)
    return {
        "class": decision.risk_class,
        "action": decision.action,
        "from": decision.from_on,
        "until": decision.until_on,
        "since": found.since_on,
        "assessed_on": found.assessed_on,
        "given_on": decision.on,
        "policy": decision.policy_digest,
        "reasons": decision.reasons,
        "stands": again.stands,
        "changed": [{"name": one.name, "was": one.was, "now": one.now} for one in again.changed],
    }
