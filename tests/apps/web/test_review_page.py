"""The page of the review queue: the next row, a decision by one form, undo, and what a reader cannot see."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fournets.audit.models import AuditLine
from fournets.people.models import ReviewItem
from fournets.places.scope import scope
from tests.apps.access.cast import AREAS, NAMES, Made, member, plant


@pytest.fixture
def made(db: None) -> dict[str, Made]:
    return plant()


@pytest.fixture
def clerk(made: dict[str, Made]) -> Client:
    client = member("community")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def page(client: Client, address: str, status: int = 200, *, htmx: bool = False, **sent: Any) -> str:
    head = {"HTTP_HX_REQUEST": "true"} if htmx else {}
    answer = client.post(address, sent, **head) if sent else client.get(address, **head)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_oldest_row_of_his_area_is_first_and_the_next_after_it(
    clerk: Client, made: dict[str, Made]
) -> None:
    first = page(clerk, "/review/")
    assert NAMES["own"] in first and NAMES["below"] not in first and "Rows that wait: 2" in first
    assert NAMES["below"] in page(clerk, f"/review/?after={made['own'].review.pk}")
    assert NAMES["own"] in page(clerk, f"/review/?after={made['below'].review.pk}")  # round again


def test_all_areas_of_a_row_and_its_people_are_named_in_one_statement(
    clerk: Client, made: dict[str, Made]
) -> None:
    with CaptureQueriesContext(connection) as asked:
        page(clerk, "/review/")
    assert sum('"places_area"' in one["sql"] for one in asked) == 1


def test_looking_is_on_record(clerk: Client) -> None:
    page(clerk, "/review/")
    line = AuditLine.objects.get(act="list_shown")
    assert (line.area_code, line.details) == (AREAS["own"], {"list": "review", "shown": 1})


def test_a_keystroke_gets_only_what_changes(clerk: Client, made: dict[str, Made]) -> None:
    part = page(clerk, f"/review/?after={made['own'].review.pk}", htmx=True)
    assert NAMES["below"] in part and "<html" not in part and 'data-key="1"' in part


def test_a_row_that_was_decided_meanwhile_is_told_with_the_next(clerk: Client, made: dict[str, Made]) -> None:
    with scope(""):
        ReviewItem.objects.filter(pk=made["own"].review.pk).update(decided="PX")
    address = f"/review/{made['own'].review.pk}/decide/"
    part = page(clerk, address, htmx=True, person="new")
    assert "decided already" in part and NAMES["below"] in part
    whole = page(clerk, address, person="new")
    assert (
        "decided already" in whole and 'href="/review/?after=' in whole
    )  # the next can be left for later from here too


@pytest.mark.parametrize("act", ["decide", "undo"])
def test_a_row_of_another_area_is_not_there(clerk: Client, made: dict[str, Made], act: str) -> None:
    page(clerk, f"/review/{made['neighbour'].review.pk}/{act}/", 404, person="new")
    with scope(""):
        assert ReviewItem.objects.get(pk=made["neighbour"].review.pk).decided == ""


def test_somebody_new_is_not_decided_by_who_does_not_see_everybody(
    clerk: Client, made: dict[str, Made]
) -> None:
    mine = made["own"].review
    with scope(""):
        ReviewItem.objects.filter(pk=mine.pk).update(
            candidates=[*mine.candidates, made["neighbour"].person.pk]
        )
    first = page(clerk, "/review/")
    assert "outside your area" in first and 'value="new"' not in first
    assert "outside your area" in page(clerk, f"/review/{mine.pk}/decide/", htmx=True, person="new")
    with scope(""):
        assert ReviewItem.objects.get(pk=mine.pk).decided == ""


def test_days_of_birth_are_for_those_who_may_see_them(clerk: Client) -> None:
    assert "1990-01-01" in page(clerk, "/review/")


def test_an_empty_queue_says_so(clerk: Client) -> None:
    with scope(""):
        ReviewItem.objects.update(decided="PX")
    assert "No row waits" in page(clerk, "/review/")
