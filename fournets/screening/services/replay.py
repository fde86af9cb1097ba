"""A decision given again: the same facts under the rules of the same day."""

from __future__ import annotations

from dataclasses import dataclass

from fournets import policy
from fournets.policy import Change
from fournets.screening.models import Decision, PolicyRecord
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
    kept = PolicyRecord.objects.filter(digest=decision.policy_digest).values_list("record", flat=True).first()
    compared = policy.replay(
        decision.policy_digest,
        on=decision.on,
        area=decision.town_code,
        record=kept,
        subjects=("fever", "isolation", "screening", "outbreak_areas"),
    )
    return Replayed(outcome.key(decision.town_code) == decision.key, outcome, compared.changed)
