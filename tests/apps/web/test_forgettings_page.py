"""A forgetting is asked for on a person's page, and decided on by somebody else on a page of its own."""

from __future__ import annotations

import pytest
from django.test import Client

from fournets.audit.models import AuditLine
from fournets.calls.models import Call
from fournets.isolation.models import IsolationOrder
from fournets.keeping.models import Forgetting
from fournets.organization.models import Task
from fournets.places.scope import scope
from fournets.screening.models import Override
from tests.apps.access.cast import NAMES, Made, member, plant

pytestmark = pytest.mark.django_db
WHY = "本人申请,受理号 17"
SURE = {"reason": WHY, "sure": "yes"}


@pytest.fixture
def her() -> Made:
    """Somebody about whom nothing is going on and nothing was asked for."""
    made = plant()["own"]
    with scope(""):
        Forgetting.objects.filter(person_id=made.person.pk).delete()
        Task.objects.filter(person_id=made.person.pk).delete()
        Override.objects.filter(person_id=made.person.pk).delete()
        IsolationOrder.objects.filter(person_id=made.person.pk).delete()
        Call.objects.filter(person_id=made.person.pk).delete()
    return made


def said(client: Client, address: str, lang: str = "zh", **sent: str) -> str:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = lang
    answer = client.post(address, sent, follow=True) if sent else client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def page_of(made: Made) -> str:
    return f"/people/{made.person.public_id}/"


def of(made: Made) -> Forgetting | None:
    with scope(""):
        return Forgetting.objects.filter(person_id=made.person.pk).first()


def test_the_page_says_what_it_does_before_it_is_asked_for(her: Made) -> None:
    officer = member("data_protection_officer")
    assert "遗忘之后不能恢复" in said(officer, page_of(her))
    assert "There is no way back" in said(officer, page_of(her), "en")


@pytest.mark.parametrize("role", ["commander", "task_group", "community", "medic"])
def test_it_is_offered_to_nobody_else(her: Made, role: str) -> None:
    client = member(role)
    assert "/forget/" not in said(client, page_of(her))
    assert client.post(page_of(her) + "forget/", SURE).status_code == 403
    assert of(her) is None


def test_asked_for_it_waits_and_nothing_of_her_is_changed(her: Made) -> None:
    page = said(member("data_protection_officer"), page_of(her) + "forget/", **SURE)
    assert "等另一人决定" in page and "待批" in page and "/forget/" not in page
    one = of(her)
    assert one and (one.state, one.asked_by.startswith("data_protection_officer")) == ("asked", True)
    assert NAMES["own"] in page


def test_without_the_tick_or_a_reason_it_is_not_asked_for(her: Made) -> None:
    officer = member("data_protection_officer")
    assert "请先勾选" in said(officer, page_of(her) + "forget/", reason=WHY)
    assert "请写明理由" in said(officer, page_of(her) + "forget/", reason="", sure="yes")
    assert of(her) is None


def test_while_a_task_is_open_the_page_says_so(her: Made) -> None:
    with scope(""):
        Task.objects.create(
            area_code=her.area, person_id=her.person.pk, purpose="call", opened_on="2020-02-03", due_at="2020-02-03T09:00+08:00"
        )  # fmt: skip
    page = said(member("data_protection_officer"), page_of(her) + "forget/", "en", **SURE)
    assert "an open task" in page
    assert of(her) is None


def test_another_decides_and_whoever_asked_cannot(her: Made) -> None:
    officer, commander = member("data_protection_officer"), member("commander")
    said(officer, page_of(her) + "forget/", **SURE)
    one = of(her)
    assert one
    decide = f"/forgettings/{one.pk}/decide/"
    assert decide not in said(officer, "/forgettings/")
    assert "申请人不能批准" in said(officer, decide, decision="approve")
    page = said(commander, "/forgettings/")
    assert decide in page and WHY in page and NAMES["own"] in page
    assert "已批准" in said(commander, decide, decision="approve")
    after = of(her)
    assert after and (after.state, after.decided_by.startswith("commander")) == ("approved", True)
    assert "fournets people forget-approved" in said(officer, "/forgettings/")
    assert AuditLine.objects.filter(act="forgetting_approved", details__person=her.person.public_id).exists()


def test_turned_down_it_stands_nowhere_any_more(her: Made) -> None:
    officer, commander = member("data_protection_officer"), member("commander")
    said(officer, page_of(her) + "forget/", **SURE)
    one = of(her)
    assert one
    page = said(commander, f"/forgettings/{one.pk}/decide/", "en", decision="refuse")
    assert "Refused; nothing of him was changed." in page and WHY not in page
    assert "没有批准" in said(officer, "/news/")
    assert "/forget/" in said(officer, page_of(her))


def test_who_has_to_decide_finds_it_among_his_news_and_duties(her: Made) -> None:
    commander = member("commander")
    said(member("data_protection_officer"), page_of(her) + "forget/", **SURE)
    one = of(her)
    assert one
    assert f"遗忘申请第 {one.pk} 号等您批准" in said(commander, "/news/")
    assert "份遗忘申请待批准" in said(commander, "/today/")


def test_looking_at_who_is_asked_to_be_forgotten_is_on_record(her: Made) -> None:
    said(member("commander"), "/forgettings/")
    assert AuditLine.objects.filter(act="list_shown", details__list="forgettings").count() == 1
