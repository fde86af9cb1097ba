"""Where somebody isolates, who must not be alone, and the states an order goes through."""

from __future__ import annotations

from datetime import date

import pytest

from fournets.isolation.rules import NEXT, PLACES, leads_to, place_for
from fournets.isolation.rules.states import arrows
from fournets.policy import in_force

RULES = in_force(on=date(2020, 2, 10), area="440605123")
ALL = {"single_room", "own_toilet", "no_shared_central_air"}


@pytest.mark.parametrize(
    ("planned", "wish", "confirmed", "exceptions", "place", "rules"),
    [
        ("home", "", ALL, set(), "home", ["home_fits"]),
        ("home", "", ALL - {"own_toilet"}, set(), "site", ["home_lacks"]),
        ("home", "", ALL - {"own_toilet"}, {"child"}, "site", ["home_lacks", "not_alone"]),
        ("home", "", ALL, {"child"}, "home", ["home_fits"]),
        ("home", "point", set(), set(), "point", ["point_instead"]),
        ("home", "site", ALL, set(), "site", []),
        ("site", "", ALL, set(), "site", []),
        ("site", "point", ALL, {"pregnant"}, "site", ["not_alone"]),
    ],
)
def test_where_somebody_stays_and_why(
    planned: str, wish: str, confirmed: set[str], exceptions: set[str], place: str, rules: list[str]
) -> None:
    found = place_for(planned, wish=wish, confirmed=confirmed, exceptions=exceptions, rules=RULES)
    assert (found.place, [one.rule for one in found.reasons]) == (place, rules)


def test_what_home_lacks_is_named() -> None:
    found = place_for("home", wish="", confirmed={"single_room"}, exceptions=set(), rules=RULES)
    assert found.lacking == ("own_toilet", "no_shared_central_air")
    assert found.reasons[0].zh == "居家条件不足(独立卫生间、不与他人共用中央空调),改为集中"
    assert found.reasons[0].en == "home will not do (an own toilet, no shared central air): at a site"


def test_every_way_leads_to_a_known_state_and_none_out_of_the_last_two() -> None:
    assert {target for _, _, target in arrows()} <= NEXT.keys()
    assert not [state for state, _, _ in arrows() if state in ("released", "withdrawn")]
    assert all(leads_to(place, "release", "released") for place in PLACES)
    assert not leads_to("home", "move", "home")
