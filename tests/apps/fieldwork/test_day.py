"""What a phone is given: the visits in the order of a walk with the households they belong to, and nothing beyond her post."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fournets.audit.models import AuditLine
from fournets.crypto import load_ring
from fournets.fieldwork.rules.doors import floor_of, walk_key
from fournets.home import home
from fournets.organization.models import Task
from fournets.people.models import Household, Person
from fournets.places.models import Building, Dwelling
from fournets.places.scope import scope
from fournets.screening.models import Visit
from tests.apps.access.cast import (
    ADDRESS,
    AREAS,
    ID_NUMBER,
    NAMES,
    ON,
    PHONE,
    Made,
    account_for,
    member,
    signed_in,
)
from tests.apps.fieldwork.conftest import Phone

DAY, HELLO = "/field/day/", "/field/hello/"
BUILDING = AREAS["below"] + "0010001"


def day(client: Client, lang: str = "en") -> Any:
    answer = client.get(DAY, HTTP_ACCEPT_LANGUAGE=lang)
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


def live_at(door: str, *names: str, building: str = BUILDING, task: bool = True) -> list[Person]:
    """A household behind a door; the first of it is to be visited."""
    ring = load_ring(home() / "keys.toml")
    with scope(""):
        Building.objects.get_or_create(
            code=building, defaults={"area_code": building, "name": f"{int(building[-4:])}栋"}
        )
        dwelling = Dwelling.objects.create(
            area_code=building,
            building_id=building,
            door_sealed=ring.seal("door", door),
            door_index=hash(door + building) % 2**60,
        )
        household = Household.objects.create(
            public_id=f"H{building[-2:]}{door}", area_code=building, dwelling=dwelling
        )
        people = [
            Person.objects.create(
                public_id=f"P{name}", area_code=building, name=name, seen_on=ON, household=household,
                phone_sealed=ring.seal("phone", PHONE), address_sealed=ring.seal("address", ADDRESS),
            )
            for name in names
        ]  # fmt: skip
        if task:
            due = timezone.now() + timedelta(days=1)
            Task.objects.create(
                area_code=building, person_id=people[0].pk, purpose="visit", opened_on=ON, due_at=due
            )
    return people


def test_a_house_is_walked_floor_by_floor_and_each_door_holds_its_household(
    made: dict[str, Made], phone: Phone
) -> None:
    live_at("1203", "甲")
    live_at("502", "乙", "乙妻")
    live_at("501", "丙")
    live_at("301", "丁", building=BUILDING[:-4] + "0010")
    live_at("无号", "戊", "己", task=False)
    with scope(""):
        Visit.objects.create(
            row=1,
            area_code=BUILDING,
            person_id=Person.objects.get(name="乙").pk,
            outcome="unreached",
            on=ON + timedelta(days=1),
        )
    found = day(phone.client)
    walk = [
        (one["building"], one["floor"], one["door"], [who["name"] for who in one["people"]])
        for one in found["doors"]
    ]
    assert walk == [
        ("", None, "", [NAMES["own"]]),  # at the community's own address, without a door
        ("1栋", 5, "501", ["丙"]),
        ("1栋", 5, "502", ["乙", "乙妻"]),
        ("1栋", 12, "1203", ["甲"]),
        ("10栋", 3, "301", ["丁"]),
        ("", None, "", [NAMES["below"]]),
    ]
    two = next(one for one in found["doors"] if one["door"] == "502")
    assert two["people"][0]["visit"]["tried"] == 1 and "unreached" in two["people"][0]["visit"]["last"]
    assert two["people"][1]["visit"] is None and two["address"] == ""
    assert not found["more"]


def test_addresses_are_shown_to_whoever_goes_there_and_numbers_never(
    made: dict[str, Made], phone: Phone
) -> None:
    text = json.dumps(day(phone.client), ensure_ascii=False)
    assert ADDRESS in text and "138****8001" in text
    for hidden in (ID_NUMBER, PHONE, "1990-01-01", NAMES["neighbour"], NAMES["parent"]):
        assert hidden not in text
    line = AuditLine.objects.filter(act="list_shown").latest("id")
    assert (line.actor, line.details) == ("mei", {"list": "field_day", "shown": 2})


def test_what_is_done_is_not_on_the_list_and_many_are_cut(
    made: dict[str, Made], phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = day(phone.client)
    number = found["doors"][0]["people"][0]["visit"]["task"]
    phone.send(phone.record(tasks=[number]))
    assert len(day(phone.client)["doors"]) == len(found["doors"]) - 1
    from fournets.fieldwork.limits import limits

    monkeypatch.setitem(limits()["phone"], "visits", 1)
    live_at("101", "甲")
    assert day(phone.client)["more"] and len(day(phone.client)["doors"]) == 1


def test_a_full_day_costs_as_many_statements_as_an_empty_one(made: dict[str, Made], phone: Phone) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            day(phone.client)
        return sum(
            one["sql"].split()[0] not in ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
            for one in found.captured_queries
        )

    asked()
    few = asked()
    for number in range(1, 12):
        live_at(f"{number}01", f"甲{number}", f"乙{number}")
    assert asked() <= few <= 18


def test_hello_says_who_it_is_and_gives_each_account_a_key_of_its_own(
    phone: Phone, phone_of: Callable[..., Phone]
) -> None:
    mine, again = (json.loads(phone.client.get(HELLO).content) for _ in range(2))
    assert mine["account"] == phone.user.pk and mine["may"] and mine["area"] == AREAS["own"]
    assert mine["key"] == again["key"] and len(mine["key"]) == 44
    other = json.loads(phone_of("lan").client.get(HELLO).content)
    assert other["key"] != mine["key"] and other["account"] != mine["account"]
    nobody = json.loads(signed_in(account_for("stranger")).get(HELLO).content)
    assert not nobody["may"] and nobody["key"]  # what she recorded before can still be opened and sent
    assert mine["hours"] == 72 and mine["card"].startswith("data:image/svg+xml")


def test_the_shell_names_nobody_and_says_where_everything_is(made: dict[str, Made]) -> None:
    browser = member("grid_worker")
    for lang, title in (("zh", "今天走访哪些户?"), ("en", "Whom to visit today?")):
        page = browser.get("/field/", {"words": lang}).content.decode()
        assert title in page and 'href="/field/app.webmanifest"' in page and "<script>" not in page
        assert not any(name in page for name in NAMES.values()) and "grid_worker" not in page
    answer = browser.get("/sw.js")
    script = answer.content.decode()
    assert answer["Content-Type"].startswith("text/javascript") and script.startswith("const SHELL = {")
    shell = json.loads(script.partition("\n")[0].removeprefix("const SHELL = ").removesuffix(";"))
    assert (
        shell["shells"] == {"zh": "/field/?words=zh", "en": "/field/?words=en"} and len(shell["files"]) == 9
    )
    assert all(browser.get(one).status_code in (200, 404) for one in shell["files"])
    manifest = json.loads(browser.get("/field/app.webmanifest").content)
    assert manifest["start_url"] == manifest["scope"] == "/field/" and manifest["display"] == "standalone"
    assert "geolocation=(self)" in browser.get("/field/")["Permissions-Policy"]
    assert "geolocation=()" in browser.get("/today/")["Permissions-Policy"]


def test_a_card_leads_to_a_page_that_knows_only_the_place(made: dict[str, Made]) -> None:
    page = Client().get("/visited/", {"at": AREAS["own"]}).content.decode()
    assert "own area" in page and "网格员不收钱" in page
    assert Client().get("/visited/", {"at": "x' OR 1"}).status_code == 200
    sheet = member("grid_worker").get("/field/cards/").content.decode()
    assert sheet.count('class="leave-card"') == 8 and not any(name in sheet for name in NAMES.values())


@pytest.mark.parametrize(
    ("door", "floor"), [("501", 5), ("1203", 12), ("3-501", 5), ("5楼", 5), ("12F", 12), ("8", None), ("", None), ("后座", None), ("A座1002室", 10)]
)  # fmt: skip
def test_a_door_says_its_floor(door: str, floor: int | None) -> None:
    assert floor_of(door) == floor


def test_doors_are_sorted_as_people_count() -> None:
    doors = [("10栋", "101"), ("2栋", "1201"), ("2栋", "502"), ("2栋", "501"), ("", "x"), ("2栋", "后座")]
    assert sorted(doors, key=lambda one: walk_key(*one)) == [
        ("2栋", "501"), ("2栋", "502"), ("2栋", "1201"), ("2栋", "后座"), ("10栋", "101"), ("", "x"),
    ]  # fmt: skip
