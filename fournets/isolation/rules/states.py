"""The states of an isolation order and what leads from one to another; the picture in the manual is made from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

PLACES = IN_FORCE = ("home", "point", "site", "hospital")  # an order in force is in the state of its place
NONE, RELEASED, WITHDRAWN = "none", "released", "withdrawn"
ORDER, MOVE, RELEASE, WITHDRAW = "order", "move", "release", "withdraw"
NEXT: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    NONE: {ORDER: PLACES},
    **{
        place: {
            MOVE: tuple(other for other in PLACES if other != place),
            RELEASE: (RELEASED,),
            WITHDRAW: (WITHDRAWN,),
        }
        for place in PLACES
    },
    RELEASED: {},
    WITHDRAWN: {},
}


def leads_to(state: str, act: str, target: str) -> bool:
    """Whether an act leads from a state to another."""
    return target in NEXT[state].get(act, ())


def arrows() -> Iterator[tuple[str, str, str]]:
    """Every way from a state by an act to another."""
    for state, acts in NEXT.items():
        for act, targets in acts.items():
            for target in targets:
                yield state, act, target
