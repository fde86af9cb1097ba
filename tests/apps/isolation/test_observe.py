"""What a round may be noted for: a day that has come, and the area it is of."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fournets.isolation.models import IsolationOrder, Observation
from fournets.isolation.services import Typed, observe
from fournets.language import Refusal
from fournets.places.scope import set_scope
from tests.apps.isolation.test_beds import people_to_place
from tests.apps.isolation.test_orders import MEDIC, ON
from tests.apps.screening.people import AT, LIANSHA, TOWN, YINHE

SEEN = Typed("36.6")


@pytest.fixture
def number(db: None, _application_role: None) -> str:
    set_scope(TOWN)
    return people_to_place(1)[0]


def test_no_day_to_come_and_no_window_that_is_none(number: str) -> None:
    for on, window in ((ON + timedelta(days=1), "morning"), (ON, "night")):
        with pytest.raises(Refusal) as refused:
            observe(MEDIC, TOWN, window, {number: SEEN}, on=on, at=AT)
        assert refused.value.message.code == "isolation_round"
    assert observe(MEDIC, TOWN, "morning", {number: SEEN}, on=ON, at=AT).noted == 1


def test_a_round_of_one_community_notes_nobody_of_another(number: str) -> None:
    assert IsolationOrder.objects.get(number=number).area_code.startswith(YINHE)
    done = observe(MEDIC, LIANSHA, "morning", {number: SEEN}, on=ON, at=AT)
    assert list(done.wrong) == [number] and not Observation.objects.exists()
