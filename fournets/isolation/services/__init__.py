"""Acts on isolation orders: give one, note a new exposure, move, change the end by two people, release."""

from fournets.isolation.services.changes import ask_change, decide_change
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
    "ORDER",
    "Wish",
    "Worked",
    "ask_change",
    "decide_change",
    "expose",
    "issue",
    "move",
    "release",
    "work_out",
]
