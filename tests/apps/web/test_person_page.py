"""A person's page reads as a story: how he stands, what is next and whose it is, what happened, and where each value comes from."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fournets.crypto import load_ring
from fournets.home import home
from fournets.organization.models import Task
from fournets.people.models import Fact
from fournets.places.scope import scope
from fournets.screening.models import Assessment, Decision, Visit
from tests.apps.access.cast import AREAS, ON, PHONE, Made, member, plant

WHY = "came back from Wuhan on 2020-02-01"


@pytest.fixture
def her(db: None) -> Made:
    """On one list, visited with her household, a returnee in isolation at home, a visit due long ago."""
    made = plant()["own"]
    with scope(""):
        add_fact(made)
        Visit.objects.create(
            household_id=made.household.pk,
            area_code=made.area,
            outcome="unreached",
            on=date(2020, 2, 4),
            by="梁小梅",
        )
        decision = Decision.objects.create(
            key="r", facts={}, on=ON, town_code=AREAS["parent"], policy_digest="d", risk_class="returnee", action="isolate_home",
            from_on=date(2020, 2, 1), until_on=date(2020, 2, 15),
            reasons=[{"rule": "x", "class": "returnee", "facts": {}, "policy": [], "zh": "2 月 1 日从武汉返回", "en": WHY}],
        )  # fmt: skip
        Assessment.objects.filter(person_id=made.person.pk).update(
            decision=decision, assessed_on=date(2020, 2, 5)
        )
    return made


def add_fact(made: Made, row: int = 7) -> None:
    ring = load_ring(home() / "keys.toml")
    Fact.objects.create(
        person=made.person, area_code=made.area, file_id=3, sheet=1, row=row, kind="household_register", seen_on=ON,
        name=made.person.name, phone_sealed=ring.seal("phone", PHONE), origin=row, digest=row,
    )  # fmt: skip


def page(made: Made, client: Client | None = None, lang: str = "en") -> str:
    answer = (client or member("community")).get(
        f"/people/{made.person.public_id}/", HTTP_ACCEPT_LANGUAGE=lang
    )
    assert answer.status_code == 200
    return answer.content.decode()


def test_who_she_is_and_how_she_stands_until_when_and_why(her: Made) -> None:
    said = page(her)
    age = timezone.localdate().year - 1990
    assert f"欧阳本级, female, {age} years old" in said
    assert "from an outbreak area: isolation at home, from 2020-02-01, ends on 2020-02-15." in said
    assert WHY in said and 'class="big state danger"' in said
    assert "2020-02-01 起,2020-02-15 解除。" in page(her, member("grid_worker"), "zh")


def test_what_is_next_and_whose(her: Made) -> None:
    said = page(her)
    assert "欧阳本级的网格员" in said and "late, by 2020-02-03 09:00" in said
    with scope(""):
        Task.objects.filter(person_id=her.person.pk).update(
            cover=None, due_at=timezone.now() + timedelta(days=1)
        )
    said = page(her, member("grid_worker"))
    assert "covered by nobody" in said and "late, by" not in said
    with scope(""):
        Task.objects.update(closed_at=timezone.now())
    assert "There is nothing to do." in page(her, member("phone_desk"))


def test_what_happened_stands_day_by_day_the_last_first(her: Made) -> None:
    said = page(her)
    days = [said.index(f'<time datetime="{day}">') for day in ("2020-02-05", "2020-02-04", "2020-02-03")]
    assert days == sorted(days)
    visit = said[days[1] : days[2]]
    assert "unreached" in visit and "梁小梅" in visit and "3:1:7" in said[days[2] :]


def test_a_value_names_the_row_it_comes_from(her: Made) -> None:
    values = page(her).partition('<dl class="values">')[2]
    phone = values.partition("138****8001")[2][:120]
    assert "3:1:7 · 2020-02-03" in phone
    assert (
        "3:1:7" not in values.partition("440605********1234")[2].partition("</dd>")[0]
    )  # no row says the ID


def test_overrides_are_for_those_who_may_see_them(her: Made) -> None:
    assert 'id="overrides"' in page(her) and 'id="overrides"' not in page(her, member("grid_worker"))


def test_many_rows_take_no_more_questions_than_one(her: Made) -> None:
    client = member("community")
    page(her, client)
    with CaptureQueriesContext(connection) as one:
        page(her, client)
    with scope(""):
        for row in range(8, 40):
            add_fact(her, row)
            Visit.objects.create(person_id=her.person.pk, area_code=her.area, outcome="done", on=ON)
    with CaptureQueriesContext(connection) as many:
        page(her, client)
    assert len(one) == len(many)
