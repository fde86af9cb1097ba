"""The first page, the list of tasks and what is missing: what they show of whom, and to whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from fournets.audit.models import AuditLine
from fournets.organization.models import Task
from fournets.people.models import Canary
from fournets.places.models import Building
from fournets.places.scope import scope
from fournets.reporting.models import DayClose
from tests.apps.access.cast import AREAS, NAMES, Made, member, plant


@pytest.fixture
def made(db: None) -> dict[str, Made]:
    return plant()


def enter(role: str) -> Client:
    client = member(role)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def figure(text: str, word: str) -> tuple[str, str]:
    """The number of a line of the first page, and how it stands."""
    before = text.split(word)[0]
    return before.rsplit('class="number">', 1)[1].split("<")[0], before.rsplit('class="state ', 1)[1].split(
        '"'
    )[0]


@pytest.fixture
def tasks(made: dict[str, Made]) -> None:
    """Of the two in the reader's area one is late, and one nobody covers."""
    with scope(""):
        Task.objects.update(due_at=timezone.now() + timedelta(days=1))
        Task.objects.filter(pk=made["own"].task.pk).update(due_at=timezone.now() - timedelta(hours=1))
        Task.objects.filter(pk=made["below"].task.pk).update(cover=None)


def test_every_figure_says_how_it_stands(tasks: None) -> None:
    first = page(enter("community"), "/today/")
    assert figure(first, "tasks that are late") == ("1", "late")
    assert figure(first, "tasks nobody covers") == ("1", "danger")
    assert figure(first, "open tasks") == ("2", "todo")
    assert figure(first, "rows in doubt") == ("2", "todo")


def test_what_is_gravest_comes_first(tasks: None) -> None:
    first = page(enter("community"), "/today/")
    words = ["tasks nobody covers", "tasks that are late", "open tasks"]
    assert sorted(words, key=first.index) == words


def test_a_line_is_for_those_who_may_open_its_list(made: dict[str, Made]) -> None:
    assert "lists to approve" not in page(enter("community"), "/today/")
    commander = page(enter("commander"), "/today/")
    assert "lists to approve" in commander and "overrides to decide" in commander
    assert "rows in doubt" not in commander


def test_nothing_left_is_good(made: dict[str, Made]) -> None:
    with scope(""):
        Task.objects.update(closed_at=timezone.now())
    assert figure(page(enter("community"), "/today/"), "open tasks") == ("0", "good")


def test_times_of_the_rules_stand_on_top(made: dict[str, Made]) -> None:
    first = page(enter("community"), "/today/")
    assert "10:00 the day" in first and "08:00 screening" in first


def test_figures_that_are_frozen_are_done(made: dict[str, Made]) -> None:
    DayClose.objects.create(on=timezone.localdate(), at=timezone.now(), definitions_digest="x")
    assert "are due · done" in page(enter("community"), "/today/")


@pytest.mark.parametrize(
    ("only", "shown"), [("", {"own", "below"}), ("late", {"own"}), ("uncovered", {"below"})]
)
def test_the_list_of_tasks_is_narrowed(tasks: None, only: str, shown: set[str]) -> None:
    text = page(enter("community"), f"/tasks/?only={only}")
    assert {one for one, name in NAMES.items() if f">{name}<" in text} == shown


@pytest.mark.parametrize(
    "query", ["?area=" + AREAS["neighbour"], "?area=" + AREAS["parent"], "?only=all", "?after=1:x"]
)
def test_what_is_not_his_or_no_list_is_not_there(tasks: None, query: str) -> None:
    page(enter("community"), f"/tasks/{query}", 404)


def test_an_area_below_is_a_list_of_its_own(tasks: None) -> None:
    text = page(enter("community"), f"/tasks/?area={AREAS['below']}")
    assert f">{NAMES['below']}<" in text and f">{NAMES['own']}<" not in text


def test_looking_at_tasks_is_on_record(tasks: None) -> None:
    page(enter("community"), "/tasks/?only=late")
    line = AuditLine.objects.get(act="list_shown")
    assert (line.area_code, line.details) == (AREAS["own"], {"list": "tasks", "shown": 1})
    assert not Canary.objects.exists()


def test_pages_of_tasks_follow_each_other(tasks: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fournets.web.tasks.PAGE", 1)
    client = enter("community")
    first = page(client, "/tasks/")
    after = first.split("after=")[1].split('"')[0]
    second = page(client, f"/tasks/?after={after}")
    assert f">{NAMES['own']}<" in first and f">{NAMES['below']}<" in second and "Next page" not in second


def test_what_is_missing_is_a_list(made: dict[str, Made]) -> None:
    with scope(""):
        code = AREAS["below"] + "0010001"
        Building.objects.create(code=code, area_code=code, name="西路3号2栋", households_known=4)
    client = enter("community")
    text = page(client, f"/coverage/missing/?area={AREAS['own']}")
    assert "households of a building × 4" in text and "西路3号2栋" in text
    assert "西路3号2栋" in page(client, f"/coverage/?area={AREAS['below']}")


@pytest.mark.parametrize("relation", ["parent", "neighbour"])
def test_of_another_area_nothing_is_missing_here(made: dict[str, Made], relation: str) -> None:
    page(enter("community"), f"/coverage/missing/?area={AREAS[relation]}", 404)
