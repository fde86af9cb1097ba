"""Care: links to own pages, alarms, needs, caretaker teams."""

from fournets.care.models.alarms import Alarm
from fournets.care.models.links import Link
from fournets.care.models.needs import Need
from fournets.care.models.teams import CaretakerTeam, Caring

__all__ = ["Alarm", "CaretakerTeam", "Caring", "Link", "Need"]
