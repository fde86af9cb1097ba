"""The pure rules of screening: facts in, outcome with reasons out. No Django, no clock, no input or output."""

from fournets.screening.rules.assess import RULES, assess
from fournets.screening.rules.facts import FACTS, RiskFacts
from fournets.screening.rules.outcome import Outcome, Reason

__all__ = ["FACTS", "RULES", "Outcome", "Reason", "RiskFacts", "assess"]
