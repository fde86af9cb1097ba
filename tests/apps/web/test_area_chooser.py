"""The area chooser of the frame: the reader's area and what is below it, never more; the address alone holds the choice."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.apps.access.cast import AREAS, TOWN, Made, member, plant


@pytest.fixture
def made(db: None) -> dict[str, Made]:
    return plant()


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address, HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == status
    return answer.content.decode()


def offered(text: str) -> list[str]:
    chooser = text.split('id="frame-area"')[1].split("</select>")[0]
    return [code + "*" * bool(chosen) for code, chosen in re.findall(r'value="(\d+)"( selected)?', chooser)]


def test_one_goes_down_beside_and_up_but_not_above_ones_own(made: dict[str, Made]) -> None:
    own, below, neighbour = AREAS["own"], AREAS["below"], AREAS["neighbour"]
    clerk, boss = member("community"), member("commander", TOWN)
    assert offered(page(clerk, "/coverage/")) == [f"{own}*", below]
    assert offered(page(clerk, f"/tasks/?area={below}")) == [own, f"{below}*"]
    assert offered(page(boss, "/people/")) == [f"{TOWN}*", neighbour, own]
    assert offered(page(boss, f"/people/?area={own}")) == [TOWN, neighbour, f"{own}*", below]
    for wider in (TOWN, neighbour, "4"):
        assert neighbour not in offered(page(clerk, f"/enterprises/?area={wider}"))
        assert offered(page(clerk, f"/people/?area={wider}")) == [f"{own}*", below]
        page(clerk, f"/coverage/?area={wider}", 404)
    assert "frame-area" not in page(clerk, "/today/")


def test_the_address_keeps_the_rest_and_the_pages_beside_keep_the_area(made: dict[str, Made]) -> None:
    below, clerk = AREAS["below"], member("community")
    text = page(clerk, f"/tasks/?only=late&area={below}&after=3&sort=due")
    form = text.split('class="area">')[1].split("</form>")[0]
    assert dict(re.findall(r'name="(\w+)" value="(\w+)">', form)) == {"only": "late", "sort": "due"}
    for route in ("coverage", "people", "enterprises"):
        assert f'href="/{route}/?area={below}"' in text
    assert 'href="/review/"' in text and 'href="/coverage/"' in page(clerk, "/tasks/")
    with CaptureQueriesContext(connection) as asked:
        page(clerk, "/coverage/")
    assert sum('short_name" FROM "places_area"' in one["sql"] for one in asked) == 1
