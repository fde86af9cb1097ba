"""Acts on isolation orders: give one, note a new exposure, move, change the end by two people, release."""

from fournets.isolation.services.beds import (
    ASSIGN,
    MANAGE,
    Rooms,
    admit,
    give_reserve,
    leave,
    open_site,
    open_to,
    set_bed,
)
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
    work_out,
)
from fournets.isolation.services.own import OWN, observe_self
from fournets.isolation.services.release import release

__all__ = [
    "ASSIGN",
    "DECIDE",
    "MANAGE",
    "OBSERVE",
    "ORDER",
    "OWN",
    "Rooms",
    "Round",
    "Typed",
    "Wish",
    "Worked",
    "admit",
    "ask_change",
    "decide_change",
    "expose",
    "give_reserve",
    "issue",
    "leave",
    "move",
    "observe",
    "observe_self",
    "open_site",
    "open_to",
    "release",
    "set_bed",
    "work_out",
]
