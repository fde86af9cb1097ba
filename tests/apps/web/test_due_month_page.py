"""The deadlines of forms as a month: what is due on which day, what of it is late, and what was handed out."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from fournets.places.scope import scope
from fournets.reporting.models import Export, FilledForm
from tests.apps.access.cast import ON, Made, member, plant


@pytest.fixture
def made(db: None) -> dict[str, Made]:
    """In each area a form is due every Monday from 3 February 2020 on."""
    return plant()


@pytest.fixture
def clerk(made: dict[str, Made]) -> Client:
    client = member("community")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def month(client: Client, asked: str, status: int = 200) -> str:
    answer = client.get(f"/forms/calendar/?month={asked}")
    assert answer.status_code == status
    return answer.content.decode()


def test_a_month_says_per_day_what_is_due_late_and_handed_out(clerk: Client, made: dict[str, Made]) -> None:
    with scope(""):
        FilledForm.objects.filter(pk=made["own"].filled.pk).update(serial="XOWN", on=ON.replace(day=10))
        Export.objects.filter(serial="XOWN").update(
            state="made", recipient="卫健办", made_at=made["own"].filled.at, sha256="x"
        )
    page = month(clerk, "2020-02")
    assert "7 late" in page and "1 of 8 handed out" in page  # his area's and the one below, four Mondays
    table = page.split("<tbody>")[1].split("</tbody>")[0]
    assert [days.count("<td") for days in table.split("</tr>")[:-1]] == [7] * 5
    day = re.search(r'<time datetime="2020-02-10">.*?</td>', table, re.S)
    assert day and day.group().count("handed out</span>") == day.group().count("late</span>") == 1
    assert f"/forms/filled/{made['own'].filled.pk}/" in day.group()
    assert re.search(r'<time datetime="2020-02-11">11</time></td>', table)
    assert 'href="?month=2020-01" rel="prev"' in page and 'href="?month=2020-03" rel="next"' in page


def test_before_it_was_set_nothing_was_due_and_what_is_no_month_is_not_there(clerk: Client) -> None:
    assert "Nothing is due this month." in month(clerk, "2020-01")
    for wrong in ("2020-13", "x", "1999-12", "2020-02-03"):
        month(clerk, wrong, 404)
    assert 'aria-current="date"' in month(clerk, "")
