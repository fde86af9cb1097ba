"""The pages of beds: a site is opened, its board shows who lies where, somebody is given a bed and leaves it."""

from __future__ import annotations

import pytest
from django.test import Client

from fournets.isolation.models import Bed, IsolationOrder, Stay
from fournets.places.scope import scope
from tests.apps.access.cast import AREAS, TOWN, Made, member, plant

ROOMS = {
    "name": "银河酒店",
    "kind": "site",
    "area": AREAS["own"],
    "first_floor": "2",
    "last_floor": "3",
    "rooms": "2",
    "beds": "1",
}


@pytest.fixture
def made(db: None) -> Made:
    made = plant()["own"]
    with scope(""):
        Stay.objects.all().delete()
        Bed.objects.update(state="free")
        IsolationOrder.objects.filter(pk=made.order.pk).update(state="site")
    return made


def ask(client: Client, path: str, **sent: str) -> str:
    answer = client.post(path, sent, follow=True, HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 200, path
    return answer.content.decode()


def look(client: Client, path: str) -> str:
    return client.get(path, HTTP_ACCEPT_LANGUAGE="en").content.decode()


def test_a_site_is_opened_and_its_board_shows_every_bed(made: Made) -> None:
    manager = member("site_manager")
    board = ask(manager, "/beds/", **ROOMS)
    assert "Beds of 银河酒店" in board and "Floor 3" in board and "free 4" in board
    assert "银河酒店" in look(manager, "/beds/")
    assert "Give the name, the floors" in ask(manager, "/beds/", **(ROOMS | {"rooms": "many"}))
    assert "Some of these rooms are there already" in ask(manager, "/beds/", **ROOMS)


def test_somebody_is_given_a_bed_and_leaves_it_to_be_disinfected(made: Made) -> None:
    medic, at = member("medic"), f"/beds/{made.site.pk}/"
    assert made.order.number in look(medic, at)
    board = ask(medic, f"{at}admit/", order=made.order.number)
    assert (
        "Bed given." in board and f'<a href="/isolation/{made.order.number}/">{made.person.name}</a>' in board
    )
    assert f"{made.site.name}</a> 101-1" in look(medic, f"/isolation/{made.order.number}/")
    assert "Nobody waits for a bed" in board
    board = ask(medic, f"{at}leave/", order=made.order.number)
    assert "to be disinfected 1" in board
    with scope(""):
        bed = Bed.objects.get(site=made.site)
    assert "free 1" in ask(medic, f"{at}set/", bed=str(bed.pk), do="clean")


def test_a_full_site_says_so(made: Made) -> None:
    with scope(""):
        Bed.objects.filter(site=made.site).update(state="out_of_order")
    said = ask(member("medic"), f"/beds/{made.site.pk}/admit/", order=made.order.number)
    assert "has no free bed" in said


def test_rooms_kept_back_are_opened_by_whoever_manages_the_site(made: Made) -> None:
    manager = member("site_manager", TOWN)
    ask(manager, "/beds/", **(ROOMS | {"reserve": "yes"}))
    with scope(""):
        site = Bed.objects.get(room="201").site_id
    assert member("medic").post(f"/beds/{site}/reserve/").status_code == 403
    kept = look(manager, f"/beds/{site}/")
    assert "Open the rooms kept back (4 beds)" in kept
    assert kept.count("kept-back") == 4 and 'state good">1' not in kept  # not shown as free
    assert "free 4" in ask(manager, f"/beds/{site}/reserve/")
