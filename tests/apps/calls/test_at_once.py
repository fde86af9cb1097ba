"""Fifty people call at once, each on a connection of his own; nobody is called twice."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from fournets.calls.models import Attempt, Call
from fournets.calls.services import Said, end_attempt, next_call
from fournets.people.models import Person
from fournets.places.scope import scope
from tests.apps.calls.lists import reader, ring_of
from tests.apps.intake.conftest import AT, TOWN
from tests.apps.screening.people import add_people

HOUR = timedelta(hours=1)


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_never_get_the_same_person(_application_role: None) -> None:
    seal = ring_of().seal
    with scope(TOWN):
        people = add_people([{}] * 120)
        for one in people:
            one.phone_sealed = seal("phone", f"1380000{one.pk % 10000:04d}")
        Person.objects.bulk_update(people, ["phone_sealed"])
        Call.objects.bulk_create(
            Call(person_id=one.pk, origin_id=one.pk, area_code=one.area_code, purpose="returnee", due_at=AT + HOUR,
                 call_at=AT, opened_by="x", opened_at=AT) for one in people
        )  # fmt: skip

    def work(number: int) -> list[int]:
        """Three people one after the other, each put back with an outcome that ends the call."""
        who, mine = reader("phone_desk", f"caller{number}"), []
        try:
            while len(mine) < 3:
                with scope(TOWN):
                    call = next_call(who, ring=ring_of(), at=AT)
                if call is None:
                    break
                mine.append(call.person_id)
                with scope(TOWN):
                    attempt = Attempt.objects.get(by=who.login, ended_at=None)
                    end_attempt(who, Said(attempt.pk, "not_in_town"), ring=ring_of(), at=AT)
            return mine
        finally:
            connection.close()

    with ThreadPoolExecutor(50) as many:
        given = [person for mine in many.map(work, range(50)) for person in mine]
    assert Counter(Counter(given).values()) == {1: 120}
    with scope(TOWN):
        assert Attempt.objects.count() == 120 and not Call.objects.filter(closed_at=None).exists()
