"""Acts of the screening net: assess everybody, open the tasks that follow, record visits, replay a decision."""

from fournets.screening.services.assess import assess_people
from fournets.screening.services.replay import Replayed, explain, replay
from fournets.screening.services.report import AssessReport, Changed, Move
from fournets.screening.services.tasks import open_tasks
from fournets.screening.services.trace import trace_outbreak_staff
from fournets.screening.services.visits import (
    record_visits,
    visit_found,
    withdraw_phone_visits,
    withdraw_visit,
    withdraw_visits,
)

__all__ = [
    "AssessReport",
    "Changed",
    "Move",
    "Replayed",
    "assess_people",
    "explain",
    "open_tasks",
    "record_visits",
    "replay",
    "trace_outbreak_staff",
    "visit_found",
    "withdraw_phone_visits",
    "withdraw_visit",
    "withdraw_visits",
]
