"""The page of the rules in force, and what would change under others."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from fournets.audit.models import AuditLine
from fournets.people.models import Person
from fournets.places.scope import scope
from fournets.policy.catalogue import catalogue
from fournets.screening.models import Assessment, Decision
from fournets.web.policy import words_of
from tests.apps.access.cast import TOWN, Made, member, plant

WOULD_BE = '<th scope="row">nothing known</th><td class="word">{}</td>'


@pytest.fixture
def made(db: None) -> dict[str, Made]:
    return plant()


@pytest.fixture
def town(made: dict[str, Made]) -> Client:
    client = member("commander", TOWN)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def page(client: Client, address: str, status: int = 200, **sent: str) -> str:
    answer = client.post(address, sent) if sent else client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_numbers_of_a_day_stand_with_their_source(town: Client) -> None:
    said = page(town, "/policy/?on=2020-02-05")
    assert "Which rules count on 2020-02-05?" in said
    assert "肺炎机制发〔2020〕5号" in said and "not checked" in said and "Hubei" in said
    assert "二十条" in said.split('id="later"')[1]  # it begins later
    assert "二十条" not in page(town, "/policy/?on=2020-02-05").split('id="s1"')[1]


def test_a_region_supposed_to_be_listed_shows_how_many_would_move_and_changes_nobody(
    town: Client, made: dict[str, Made]
) -> None:
    with scope(""):
        Person.objects.filter(pk=made["own"].person.pk).update(
            values={"from_place": "340100", "returned_on": "2020-02-04"}
        )
        before = (Assessment.objects.count(), Decision.objects.count())
    sent = {"region": "安徽合肥", "day": "2020-02-05"}
    said = page(town, "/policy/preview/", **sent)
    assert "If 安徽省合肥市 were listed from 2020-02-05:" in said and "1 of 4 people" in said
    assert "0 of 4 people" in page(town, "/policy/preview/", region="", day="2020-02-05")
    with scope(""):
        assert (Assessment.objects.count(), Decision.objects.count()) == before
    line = AuditLine.objects.filter(act="policy_previewed").order_by("id")[0]
    assert line.details == {"on": "2020-02-05", "region": "3401", "people": 1}


def test_only_those_who_came_through_count_where_it_is_said(town: Client, made: dict[str, Made]) -> None:
    with scope(""):
        Person.objects.filter(pk=made["own"].person.pk).update(
            values={"via_place": "340100", "returned_on": "2020-02-04"}
        )
    sent = {"region": "安徽合肥", "day": "2020-02-05"}
    assert WOULD_BE.format("from an outbreak area") in page(town, "/policy/preview/", **sent, via="yes")
    assert WOULD_BE.format("via an outbreak area") in page(town, "/policy/preview/", **sent)


def test_words_that_name_no_region_are_told(town: Client) -> None:
    assert "names no region for sure" in page(town, "/policy/preview/", 422, region="某地", day="2020-02-05")


def test_a_community_sees_the_rules_and_no_preview(made: dict[str, Made]) -> None:
    client = member("community")
    assert "preview" not in page(client, "/policy/")
    assert client.post("/policy/preview/", {"region": "", "day": ""}).status_code == 403


def test_no_value_shows_the_codes_the_rules_go_by() -> None:
    """Whatever stands in the tables of numbers has a word in both languages."""
    said = [
        (value.name, text)
        for value in catalogue().values.values()
        for entry in value.entries
        for lang in ("zh", "en")
        for text in words_of(entry.value, lang)
        if re.search(r"[a-z]_[a-z]" if lang == "en" else r"[a-z]{2}", text)
    ]
    assert said == []
