"""How much a page asks of the database: whatever stands in the register, so many statements and no more.

Counted as the server runs them, each request its own transaction; beginning and ending it is not counted.
"""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.apps.access.cast import AREAS, TOWN, Made, member, plant

MOST = 15
# A file of every kind of entry, and who opens it is put on record; of another person, two less: this one was given another
# class by hand, and was assessed under rules that are others now. So is an order with all that happened to it: what was noted,
# asked for and decided, the bed, the team, the needs, the alarms.
MORE = {"/people/POWN/": 18, "/isolation/GOWN/": 20}
BEGIN_AND_END = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def addresses(made: Made) -> list[str]:
    of = [
        f"/isolation/{made.order.number}/",
        f"/beds/{made.site.pk}/",
        f"/enterprises/{made.enterprise.public_id}/",
        f"/intake/{made.file.pk}/",
        f"/forms/{made.form.pk}/",
    ]
    missing = f"/coverage/missing/?area={AREAS['own']}"
    lists = [
        "/today/",
        "/coverage/",
        missing,
        "/enterprises/",
        "/intake/",
        "/intake/senders/",
        "/forms/",
        "/jobs/",
        "/alarms/",
        "/care/",
        "/care/teams/",
        "/isolation/",
    ]
    people = ["/people/", "/tasks/", "/review/", f"/people/{made.person.public_id}/"]
    return [*lists, *people, "/news/", "/policy/", "/exports/", "/overrides/", "/field/aside/", *of]


@pytest.mark.django_db(transaction=True)
def test_a_page_asks_no_more_than_it_may() -> None:
    client, over = member("task_group", TOWN), {}
    for address in addresses(plant()["own"]):
        client.get(address)  # the first time templates and words are read
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200, address
        count = sum(one["sql"].split()[0] not in BEGIN_AND_END for one in asked.captured_queries)
        if count > MORE.get(address, MOST):
            over[address] = count
    assert over == {}
