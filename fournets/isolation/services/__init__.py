"""Acts on isolation orders: give one, note a new exposure, move, change the end by two people, release."""

from fournets.isolation.services.changes import ask_change, decide_change
from fournets.isolation.services.observations import OBSERVE, Round, Typed, observe
from fournets.isolation.services.orders import (
    DECIDE,
    ORDER,
    Wish,
    Worked,
    expose,
    issue,
    move,
    release,
    work_out,
)

__all__ = [
    "DECIDE",
    "OBSERVE",
    "ORDER",
    "Round",
    "Typed",
    "Wish",
    "Worked",
    "ask_change",
    "decide_change",
    "expose",
    "issue",
    "move",
    "observe",
    "release",
    "work_out",
]
