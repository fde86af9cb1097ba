"""What runs a site beside its beds: zones, arrivals, stocks, rounds, training. Pure."""

from fournets.sites.rules.forecast import Expected, with_arrivals
from fournets.sites.rules.rounds import MISSED, NEVER, ON_TIME, state_of
from fournets.sites.rules.stock import EVERYBODY, RESIDENT, STAFF, WHO, days_of_cover
from fournets.sites.rules.words import JOBS, PROOFS, ROUND_KINDS, TRAININGS, ZONE_KINDS

__all__ = [
    "EVERYBODY",
    "JOBS",
    "MISSED",
    "NEVER",
    "ON_TIME",
    "PROOFS",
    "RESIDENT",
    "ROUND_KINDS",
    "STAFF",
    "TRAININGS",
    "WHO",
    "ZONE_KINDS",
    "Expected",
    "days_of_cover",
    "state_of",
    "with_arrivals",
]
