"""Acts of care."""

from fournets.care.services.alarms import arrive, keep_here, send_to_hospital, take_alarm
from fournets.care.services.links import end_link, has_link, link_for, opened_by, renew_link
from fournets.care.services.needs import CARE, answer_need, ask_for_self, ask_need, take_need
from fournets.care.services.teams import ASSIGN, give_team, set_team

__all__ = [
    "ASSIGN",
    "CARE",
    "answer_need",
    "arrive",
    "ask_for_self",
    "ask_need",
    "end_link",
    "give_team",
    "has_link",
    "keep_here",
    "link_for",
    "opened_by",
    "renew_link",
    "send_to_hospital",
    "set_team",
    "take_alarm",
    "take_need",
]
