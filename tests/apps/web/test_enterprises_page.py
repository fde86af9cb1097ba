"""The pages of enterprises: what each owes, its people's origins, reminders, and the contact's number for a reason."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from fournets.audit.models import AuditLine
from fournets.crypto import load_ring
from fournets.home import home
from fournets.people.models import Employment, Fact, Person
from fournets.places.models import Enterprise
from fournets.places.scope import scope
from fournets.reporting.exports.narrow import Narrow
from fournets.screening.models import Reminder
from tests.apps.access.cast import AREAS, NAMES, ON, Made, member, plant

CONTACT = "13711112222"


@pytest.fixture
def made(db: None) -> dict[str, Made]:
    return plant()


@pytest.fixture
def clerk(made: dict[str, Made]) -> Client:
    client = member("community")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def page(client: Client, address: str, status: int = 200, **sent: Any) -> str:
    answer = client.post(address, sent, follow=True) if sent else client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def survey(made: Made, **values: Any) -> None:
    """The enterprise has handed in its survey."""
    with scope(""):
        Enterprise.objects.filter(pk=made.enterprise.pk).update(
            **({"surveyed_on": ON, "headcount": 5} | values)
        )


def hire(made: Made, **values: str) -> None:
    """The person of that area works for the enterprise of that area, says a row of a roster."""
    with scope(""):
        Person.objects.filter(pk=made.person.pk).update(values=values)
        fact = Fact.objects.create(
            person=made.person, area_code=made.area, file_id=made.file.pk, sheet=1, row=9, kind="roster", seen_on=ON,
            name="", sex="", id_certainty="", keys=[], origin=1, digest=1, rule="",
        )  # fmt: skip
        Employment.objects.create(
            person=made.person, enterprise=made.enterprise, area_code=made.area, fact=fact
        )


def test_those_that_owe_are_listed_and_those_of_other_areas_are_not(
    clerk: Client, made: dict[str, Made]
) -> None:
    said = page(clerk, "/enterprises/")
    assert NAMES["own"] in said and NAMES["below"] in said
    assert NAMES["neighbour"] not in said and NAMES["parent"] not in said
    survey(made["own"])
    hire(made["own"])
    assert NAMES["own"] not in page(clerk, "/enterprises/")
    assert NAMES["own"] in page(clerk, "/enterprises/?only=all")


def test_each_filter_lists_its_own(clerk: Client, made: dict[str, Made]) -> None:
    survey(made["own"], resume_on=date(2020, 2, 10))
    assert NAMES["own"] not in page(clerk, "/enterprises/?only=survey")
    assert NAMES["own"] in page(clerk, "/enterprises/?only=roster")
    assert NAMES["own"] in page(clerk, "/enterprises/?only=resuming")
    assert NAMES["below"] not in page(clerk, "/enterprises/?only=resuming")
    assert NAMES["own"] not in page(clerk, "/enterprises/?only=outbreak")
    survey(made["own"], values={"outbreak_headcount": "3"})
    assert NAMES["own"] in page(clerk, "/enterprises/?only=outbreak")


def test_staff_that_were_there_count_beside_what_the_survey_says(
    clerk: Client, made: dict[str, Made]
) -> None:
    survey(made["own"], values={"outbreak_headcount": "3"})
    hire(made["own"], been_to_outbreak_area="yes", from_place="420100")
    said = page(clerk, f"/enterprises/{made['own'].enterprise.public_id}/")
    assert "3 by the survey, 1 by the lists" in said and "湖北省" in said


def test_a_page_shows_fifty_and_the_next_what_follows(clerk: Client, made: dict[str, Made]) -> None:
    area = AREAS["own"]
    with scope(""):
        Enterprise.objects.bulk_create(
            Enterprise(public_id=f"EX{n:03}", area_code=area, name=f"甲乙{n:03}", name_key=f"k{n}")
            for n in range(60)
        )
    first = page(clerk, f"/enterprises/?area={area}")
    assert first.count("data-row") == 50
    last = first.rsplit("data-row>甲乙", 1)[1][:3]
    following = page(clerk, f"/enterprises/?area={area}&after=EX{last}")
    assert f"甲乙{int(last) + 1:03}" in following and f"甲乙{last}" not in following


def test_the_contacts_number_is_masked_and_shown_for_a_reason_that_is_on_record(
    clerk: Client, made: dict[str, Made]
) -> None:
    one = made["own"].enterprise
    sealed = load_ring(home() / "keys.toml").seal("contact_phone", CONTACT)
    with scope(""):
        Enterprise.objects.filter(pk=one.pk).update(contact_phone_sealed=sealed)
    address = f"/enterprises/{one.public_id}/"
    assert CONTACT not in page(clerk, address) and "137****2222" in page(clerk, address)
    assert CONTACT not in page(clerk, f"{address}call/", reason="x")
    assert CONTACT in page(clerk, f"{address}call/", reason="reminding of the survey")
    line = AuditLine.objects.get(act="field_unmasked")
    assert line.details == {
        "enterprise": one.public_id, "field": "contact_phone", "reason": "reminding of the survey"
    }  # fmt: skip


def test_a_reminder_is_noted_for_many_and_taken_back_by_whoever_noted_it(
    clerk: Client, made: dict[str, Made]
) -> None:
    with scope(""):
        Reminder.objects.all().delete()
    ticked = [made[one].enterprise.public_id for one in ("own", "below", "neighbour")]
    said = page(clerk, "/enterprises/remind/", enterprise=ticked, owed="survey")
    assert "The reminder is noted." in said and "1 ×" in said
    with scope(""):
        assert sorted(Reminder.objects.values_list("enterprise_id", flat=True)) == sorted(
            [made["own"].enterprise.pk, made["below"].enterprise.pk]
        )
        mine, other = Reminder.objects.order_by("id")
        Reminder.objects.filter(pk=other.pk).update(by="somebody")
    assert AuditLine.objects.get(act="enterprises_reminded").details["count"] == 2
    page(clerk, f"/enterprises/reminders/{mine.pk}/", enterprise=ticked[0])
    assert "somebody else" in page(clerk, f"/enterprises/reminders/{other.pk}/", enterprise=ticked[1])
    with scope(""):
        assert list(Reminder.objects.values_list("pk", flat=True)) == [other.pk]


def test_whoever_owes_nothing_is_not_reminded(clerk: Client, made: dict[str, Made]) -> None:
    survey(made["own"])
    one = made["own"].enterprise.public_id
    said = page(clerk, "/enterprises/remind/", enterprise=[one], owed="survey")
    assert "None of the enterprises ticked" in said


def test_an_enterprise_leads_to_its_people(clerk: Client, made: dict[str, Made]) -> None:
    hire(made["own"])
    said = page(clerk, f"/people/?enterprise={made['own'].enterprise.public_id}")
    assert NAMES["own"] in said and NAMES["below"] not in said


def test_a_list_of_its_people_is_handed_out_of_them_alone(clerk: Client, made: dict[str, Made]) -> None:
    hire(made["own"])
    one = made["own"].enterprise.public_id
    said = page(clerk, f"/people/?enterprise={one}")
    assert f"working at {made['own'].enterprise.name}" in said
    asked = page(clerk, f"/exports/?from=people&enterprise={one}")
    assert f'name="enterprise" value="{one}"' in asked
    with scope(AREAS["own"]), connection.cursor() as cursor:
        narrow = Narrow(enterprise=one)
        cursor.execute(
            f"SELECT name FROM people_person AS person WHERE {narrow.condition()}",  # noqa: S608
            narrow.values(),
        )
        assert cursor.fetchall() == [(NAMES["own"],)]
