"""A case in a town, and three others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from fournets.people.models import Person
from fournets.places.scope import set_scope
from fournets.tracing.models import Case
from fournets.tracing.services import (
    note_case,
)
from tests.apps.isolation.test_orders import MEDIC, ON
from tests.apps.screening.people import AT, TOWN, add_people

LAST = date(2020, 1, 30)


@pytest.fixture(autouse=True)
def _whole_town(db: None, _application_role: None) -> Iterator[None]:
    set_scope(TOWN)
    yield


@pytest.fixture
def people() -> list[Person]:
    return add_people([{}] * 4)


@pytest.fixture
def case(people: list[Person]) -> Case:
    return note_case(
        MEDIC, people[0].public_id, "confirmed", onset_on=LAST, reported_on=ON, lab="positive", on=ON, at=AT
    )
