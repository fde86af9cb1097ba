"""The official numbers as dated data, and a small reader.

``policy.in_force(on=day, area=code)`` gives the numbers of that day and place, frozen. The numbers themselves stand in
``values/*.toml``, one file a subject, each with its dates, scope and source. No number of an authority stands in Python.
"""

from fournets.policy.catalogue import BrokenValues, Entry, OutbreakArea, Reference
from fournets.policy.fever import is_fever
from fournets.policy.plans import Phase, Plan, plan_for
from fournets.policy.reader import (
    MissingNumber,
    Policy,
    WrongKind,
    in_force,
    outbreak_areas,
    outbreak_areas_for,
    value_for,
)
from fournets.policy.replay import Change, Replay, replay

__all__ = [
    "BrokenValues",
    "Change",
    "Entry",
    "MissingNumber",
    "OutbreakArea",
    "Phase",
    "Plan",
    "Policy",
    "Reference",
    "Replay",
    "WrongKind",
    "in_force",
    "is_fever",
    "outbreak_areas",
    "outbreak_areas_for",
    "plan_for",
    "replay",
    "value_for",
]
