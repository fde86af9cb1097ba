"""Care: links to own pages, alarms."""

from fournets.care.models.alarms import Alarm
from fournets.care.models.links import Link

__all__ = ["Alarm", "Link"]
