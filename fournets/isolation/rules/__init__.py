"""The rules of isolation: the clock, the place, and the states an order goes through. No Django, no clock of the machine."""

from fournets.isolation.rules.clock import BASES, KINDS, PLANS, Clock, Exposure, NotNeeded, clock
from fournets.isolation.rules.place import Placed, place_for
from fournets.isolation.rules.said import Said
from fournets.isolation.rules.states import IN_FORCE, NEXT, PLACES, leads_to

__all__ = [
    "BASES",
    "IN_FORCE",
    "KINDS",
    "NEXT",
    "PLACES",
    "PLANS",
    "Clock",
    "Exposure",
    "NotNeeded",
    "Placed",
    "Said",
    "clock",
    "leads_to",
    "place_for",
]
