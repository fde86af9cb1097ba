"""Find somebody and go through an area's people: what is shown, what is on record, and what never leaves a trace."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fournets.audit.models import AuditLine
from fournets.crypto import load_ring
from fournets.home import home
from fournets.people.models import Person, ToSearch
from fournets.people.services.canary import add_canary
from fournets.places.scope import scope
from fournets.screening.models import Assessment, Decision
from tests.apps.access.cast import AREAS, AT, ID_NUMBER, NAMES, ON, PHONE, Made, member, plant


@pytest.fixture
def made(db: None) -> dict[str, Made]:
    found = plant()
    with scope(""):
        people = Person.objects.values_list("id", "area_code")
        ToSearch.objects.bulk_create(ToSearch(person_id=one, area_code=area) for one, area in people)
    return found


@pytest.fixture
def clerk(made: dict[str, Made]) -> Client:
    client = member("community")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def search(client: Client, text: str) -> str:
    answer = client.post("/people/", {"text": text}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def page(client: Client, address: str = "/people/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def decide(person: Person, risk_class: str, action: str) -> None:
    with scope(""):
        words = {"facts": {}, "on": ON, "town_code": AREAS["parent"], "policy_digest": "d"}
        decision = Decision.objects.create(key=risk_class, risk_class=risk_class, action=action, until_on=date(2020, 2, 17), **words)  # fmt: skip
        Assessment.objects.filter(person_id=person.pk).update(decision=decision)


def test_whoever_is_found_is_shown_masked(clerk: Client, made: dict[str, Made]) -> None:
    said = search(clerk, "1234 本级")
    assert NAMES["own"] in said and NAMES["below"] not in said and "Found: 1" in said
    assert (
        ID_NUMBER not in said and PHONE not in said and "440605********1234" in said and "138****8001" in said
    )


def test_only_the_readers_area_is_searched(clerk: Client) -> None:
    said = search(clerk, "8001")
    assert NAMES["own"] in said and NAMES["below"] in said
    assert NAMES["neighbour"] not in said and NAMES["parent"] not in said


def test_the_assessment_stands_in_the_line(clerk: Client, made: dict[str, Made]) -> None:
    decide(made["own"].person, "returnee", "isolate_home")
    said = search(clerk, "本级")
    assert 'class="state danger"' in said and "from an outbreak area" in said and "ends on 2020-02-17" in said


def test_nobody_found_says_what_to_do(clerk: Client) -> None:
    said = search(clerk, "无此人 本")
    assert "Nobody was found" in said and "initials" in said and "Nobody can be found by: 本" in said


def test_more_than_a_page_asks_for_one_word_more(clerk: Client, made: dict[str, Made]) -> None:
    with scope(""):
        many = [
            Person(public_id=f"PX{at}", area_code=AREAS["own"], name="某多人", seen_on=ON) for at in range(51)
        ]
        waiting = [
            ToSearch(person_id=one.pk, area_code=AREAS["own"]) for one in Person.objects.bulk_create(many)
        ]
        ToSearch.objects.bulk_create(waiting)
    said = search(clerk, "某多人")
    assert "More than 50 people" in said and said.count("data-row") == 50


def test_what_was_typed_leaves_no_trace(clerk: Client) -> None:
    search(clerk, "欧阳本级 1234")
    kept = json.dumps([dict(one) for one in map(Session.get_decoded, Session.objects.all())], default=str)
    said = json.dumps([one.details for one in AuditLine.objects.all()], ensure_ascii=False)
    assert "searches" in kept and "1234" not in kept.replace("\\", "") and "\\u6b27" not in kept
    assert "欧阳" not in said and "1234" not in said


def test_the_address_of_an_answer_says_nothing_and_is_this_sessions_alone(
    clerk: Client, made: dict[str, Made]
) -> None:
    answer = clerk.post("/people/", {"text": "欧阳本级"})
    assert answer.headers["Location"] == "/people/?search=1"
    other = member("grid_worker")
    assert "data-row" in page(clerk, "/people/?search=1") and "Found: " not in page(
        other, "/people/?search=1"
    )


def test_a_search_is_on_record_by_its_kind(clerk: Client) -> None:
    search(clerk, "欧阳本级")
    search(clerk, "13800138001")
    search(clerk, "本级 8001")
    kinds = AuditLine.objects.filter(act="people_searched").order_by("id").values_list("details", "area_code")
    assert [(one["term"], one["found"], area) for one, area in kinds] == [
        ("name", 1, AREAS["own"]), ("phone", 2, AREAS["own"]), ("mixed", 1, AREAS["own"]),
    ]  # fmt: skip


def test_a_canary_found_alone_raises_its_alarm(clerk: Client, made: dict[str, Made]) -> None:
    with scope(""):
        add_canary(made["own"].person.public_id, ring=load_ring(home() / "keys.toml"), actor="test", at=AT)
    search(clerk, "8001")
    assert not AuditLine.objects.filter(act="canary_touched").exists()
    search(clerk, "欧阳本级")
    assert AuditLine.objects.get(act="canary_touched").details["how"] == "searched"


def test_a_search_asks_as_many_questions_for_many_as_for_few(clerk: Client) -> None:
    search(clerk, "1234")
    with CaptureQueriesContext(connection) as two:
        assert "Found: 2" in search(clerk, "1234")
    with scope(""):
        sealed = load_ring(home() / "keys.toml").seal("id_number", ID_NUMBER)
        many = [
            Person(
                public_id=f"PX{at}", area_code=AREAS["own"], name="某人", seen_on=ON, id_number_sealed=sealed
            )
            for at in range(30)
        ]
        ToSearch.objects.bulk_create(
            ToSearch(person_id=one.pk, area_code=AREAS["own"]) for one in Person.objects.bulk_create(many)
        )
    search(clerk, "1234")
    with CaptureQueriesContext(connection) as more:
        assert "Found: 32" in search(clerk, "1234")
    assert len(more) == len(two)


def test_the_list_is_of_the_readers_area_and_narrows(clerk: Client, made: dict[str, Made]) -> None:
    assert page(clerk).count("data-row") == 2
    below = page(clerk, f"/people/?area={AREAS['below']}")
    assert NAMES["below"] in below and NAMES["own"] not in below
    assert page(clerk, f"/people/?area={AREAS['neighbour']}").count("data-row") == 2  # not his: his own
    decide(made["own"].person, "returnee", "isolate_home")
    assert page(clerk, "/people/?class=returnee").count("data-row") == 1
    assert page(clerk, "/people/?class=not_assessed&since=2020-02-03").count("data-row") == 0
    assert page(clerk, "/people/?since=2020-02-04").count("data-row") == 0
    assert page(clerk, "/people/?no_phone=yes").count("data-row") == 0
    filters = AuditLine.objects.filter(act="list_shown").latest("id").details
    assert filters == {"list": "people", "filters": {"no_phone": True}, "shown": 0}


@pytest.mark.parametrize("sort", ["area", "name", "newest"])
def test_page_after_page_everybody_comes_once(clerk: Client, made: dict[str, Made], sort: str) -> None:
    with scope(""):
        Person.objects.bulk_create(
            Person(public_id=f"PX{at:03}", area_code=AREAS["own"], name=f"某{at % 7}", seen_on=ON)
            for at in range(110)
        )
    seen: list[str] = []
    address = f"/people/?sort={sort}"
    while address:
        said = page(clerk, address)
        seen += [part.split("/")[0] for part in said.split('href="/people/')[1:] if part.startswith("P")]
        part = said.partition('rel="next" href="')[2].partition('"')[0]
        address = "/people/" + part.replace("&amp;", "&") if part else ""
    assert len(seen) == len(set(seen)) == 112


def test_only_who_may_see_people_has_the_field(made: dict[str, Made]) -> None:
    assert 'id="search"' not in member("auditor", AREAS["parent"]).get("/audit/").content.decode()
    assert page(member("grid_worker"), "/coverage/").count('id="search"') == 1
