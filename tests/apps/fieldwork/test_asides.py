"""What was kept aside is looked at and decided: it counts, in the place of what it contradicts, or is left; once."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fournets.audit.models import AuditLine
from fournets.fieldwork.models import FieldRecord
from fournets.organization.models import Appointment
from fournets.places.scope import scope
from tests.apps.access.cast import AREAS, NAMES, Made, member
from tests.apps.fieldwork.conftest import Phone, kept, states, task_of, visits

PAGE = "/field/aside/"


@pytest.fixture
def clerk(made: dict[str, Made]) -> Client:
    with scope(""):
        FieldRecord.objects.update(decided="left")  # those of the cast
    return member("community")


def shown(client: Client, lang: str = "en") -> str:
    answer = client.get(PAGE, HTTP_ACCEPT_LANGUAGE=lang)
    assert answer.status_code == 200
    return answer.content.decode()


def decide(client: Client, count: str) -> str:
    number = next(one.pk for one in reversed(kept()) if one.state == "aside")
    return client.post(
        f"{PAGE}{number}/", {"count": count}, follow=True, HTTP_ACCEPT_LANGUAGE="en"
    ).content.decode()


def withdraw(phone: Phone) -> None:
    with scope(""):
        Appointment.objects.filter(user=phone.user).update(until_at=timezone.now())


def test_of_two_versions_the_one_that_counts_takes_the_others_place(
    made: dict[str, Made], phone: Phone, clerk: Client
) -> None:
    own = made["own"]
    one = phone.record(tasks=[own.task.pk])
    phone.send(one, one | {"outcome": "nobody_home", "note": "敲门无人"})
    page = shown(clerk)
    assert "The same number with other words" in page and NAMES["own"] in page and "敲门无人" in page
    assert "how it ended · note" in page and "Nobody home" in page and "Reached" in page
    assert "It counts now." in decide(clerk, "yes")
    assert [one.counts for one in kept()] == [False, True] and visits() == [(own.person.pk, "unreached")]
    assert task_of(own).closed_at is None  # open again: nobody was met
    line = AuditLine.objects.filter(act="field_record_decided").get()
    assert line.details["decision"] == "counted"
    assert "decided before" in decide(clerk, "yes") and "No visit waits" in shown(clerk)
    assert states(phone.send(one)) == [("kept", "")]  # the phone is told what it was told


def test_what_a_former_worker_found_counts_under_her_name(
    made: dict[str, Made], phone: Phone, clerk: Client
) -> None:
    one = phone.record("moved", tasks=[made["own"].task.pk])
    withdraw(phone)
    phone.send(one)
    assert "您在这里的任职已结束" in shown(clerk, "zh")
    decide(clerk, "yes")
    assert task_of(made["own"]).result == "moved_away" and len(visits()) == 1


def test_what_is_left_changes_nothing(made: dict[str, Made], phone: Phone, clerk: Client) -> None:
    one = phone.record(tasks=[made["own"].task.pk])
    phone.send(one, one | {"outcome": "moved"})
    assert "Left aside" in decide(clerk, "no")
    assert visits() == [(made["own"].person.pk, "done")] and task_of(made["own"]).result == "done"
    assert "No visit waits" in shown(clerk)


def test_one_about_somebody_elsewhere_is_decided_by_whoever_sees_him(
    made: dict[str, Made], phone: Phone, clerk: Client
) -> None:
    phone.send(phone.record(tasks=[made["neighbour"].task.pk]))
    assert NAMES["neighbour"] not in shown(clerk)
    assert "not in your area" in decide(clerk, "yes") and kept()[0].decided == ""
    town = member("task_group", AREAS["parent"])
    assert NAMES["neighbour"] in shown(town)
    decide(town, "yes")
    assert visits() == [(made["neighbour"].person.pk, "done")]


def test_a_neighbouring_community_neither_sees_nor_decides(
    made: dict[str, Made], phone: Phone, clerk: Client
) -> None:
    one = phone.record(tasks=[made["own"].task.pk])
    phone.send(one, one | {"outcome": "moved"})
    neighbour = member("community", AREAS["neighbour"])
    assert NAMES["own"] not in shown(neighbour)
    decide(neighbour, "yes")
    assert kept()[1].decided == ""


def test_a_wrong_clock_is_said_and_many_cost_no_more_than_one(
    made: dict[str, Made], phone: Phone, clerk: Client
) -> None:
    from datetime import timedelta

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            shown(clerk)
        return len(found)

    phone.ahead = timedelta(hours=3)
    one = phone.record(tasks=[made["own"].task.pk])
    phone.send(one, one | {"note": "0"})
    assert "3 h 0 min fast" in shown(clerk)
    few = asked()
    phone.send(*[one | {"note": str(number)} for number in range(1, 12)])
    assert len(kept()) == 13 and asked() <= few
