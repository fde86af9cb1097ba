"""Acts of care."""

from fournets.care.services.alarms import arrive, keep_here, send_to_hospital, take_alarm
from fournets.care.services.links import end_link, has_link, link_for, opened_by, renew_link

__all__ = [
    "arrive",
    "end_link",
    "has_link",
    "keep_here",
    "link_for",
    "opened_by",
    "renew_link",
    "send_to_hospital",
    "take_alarm",
]
