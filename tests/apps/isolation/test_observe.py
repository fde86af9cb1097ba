"""What a round may be noted for: a day that has come, and the area it is of."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from fournets.isolation.models import IsolationOrder, Observation
from fournets.isolation.selectors.rounds import PEOPLE, _given
from fournets.isolation.services import Typed, observe
from fournets.language import Refusal
from fournets.places.scope import set_scope
from fournets.sites.selectors.forecast import FREE
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


def test_a_round_and_the_list_read_no_orders_that_are_over(number: str) -> None:
    one = IsolationOrder.objects.get(number=number)
    past = {"state": "released", "ended_by": "x", "well_on": ON}
    fields = {name.attname: getattr(one, name.attname) for name in one._meta.fields if not name.primary_key}
    IsolationOrder.objects.bulk_create(
        IsolationOrder(**{**fields, **past, "number": f"GPAST{at}"}) for at in range(500)
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        for sql, given in (
            (PEOPLE, {**_given(TOWN, ON), "after": "", "limit": 9}),
            (FREE, {"low": TOWN, "high": f"{TOWN}~"}),
        ):
            cursor.execute(f"EXPLAIN {sql}", given)
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert "order_in_force" in plan and "order_by_area" not in plan, plan
