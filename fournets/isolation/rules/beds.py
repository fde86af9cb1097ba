"""The states of a bed, and what leads from one to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

FREE, OCCUPIED, TO_DISINFECT, OUT_OF_ORDER = BED_STATES = ("free", "occupied", "to_disinfect", "out_of_order")
GIVE, LEAVE, CLEAN, CLOSE, OPEN = "give", "leave", "clean", "close", "open"
BED_NEXT: Mapping[str, Mapping[str, str]] = {
    FREE: {GIVE: OCCUPIED, CLOSE: OUT_OF_ORDER},
    OCCUPIED: {LEAVE: TO_DISINFECT},
    TO_DISINFECT: {CLEAN: FREE, CLOSE: OUT_OF_ORDER},
    OUT_OF_ORDER: {OPEN: TO_DISINFECT},  # what was mended is disinfected before anybody lies in it
}
BY_HAND = (CLEAN, CLOSE, OPEN)


def takes(site_area: str, open_to: Sequence[str], person_area: str) -> bool:
    """Whether a site takes somebody of an area: of its own, or of one it was opened to."""
    return any(person_area.startswith(one) for one in (site_area, *open_to))
