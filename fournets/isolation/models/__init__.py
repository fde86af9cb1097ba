"""Isolation: orders and what happened to them, observations, sites with their beds and who stays in them."""

from fournets.isolation.models.beds import Bed, Site, Stay
from fournets.isolation.models.orders import Change, Entry, IsolationOrder, Observation

__all__ = ["Bed", "Change", "Entry", "IsolationOrder", "Observation", "Site", "Stay"]
