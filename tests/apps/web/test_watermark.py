"""Whoever photographs or prints a page that shows somebody of the register is in the picture."""

from __future__ import annotations

import pytest
from django.urls import reverse

from fournets.organization.rights import rights
from fournets.people.rules.masking import mask_address, mask_id, mask_phone
from tests.apps.access.cast import ADDRESS, ID_NUMBER, NAMES, PHONE, Made, member, plant
from tests.apps.access.routes import routes
from tests.apps.access.test_matrix import ask, text_of

pytestmark = pytest.mark.django_db
MARK = '<img class="watermark"'
ROLES = ("task_group", "grid_worker", "data_protection_officer")
SHOWN = {"people", "person", "tasks", "review", "fieldwork_aside", "overrides", "forgettings", "form_filled"}


def shows(text: str, made: Made) -> bool:
    """Whether a page shows a person: a link to his file under his name, or a value of his, whole or masked."""
    file = f'href="{reverse("person", args=[made.person.public_id])}"'
    values = (ID_NUMBER, PHONE, ADDRESS, mask_id(ID_NUMBER), mask_phone(PHONE), mask_address(ADDRESS))
    return file in text or any(one and one in text for one in values) or f">{NAMES['own']}<" in text


@pytest.mark.parametrize("role", ROLES)
def test_every_page_that_shows_somebody_bears_the_name_of_its_reader(role: str) -> None:
    made, client, without, seen = plant()["own"], member(role), [], set()
    for route in [one for one in routes() if one.needs in rights()]:
        text = text_of(ask(client, route, "get", made))
        if "<html" in text and shows(text, made):
            seen.add(route.name)
            if MARK not in text:
                without.append(route.name)
    assert without == []
    may = {one.name for one in routes() if one.name in SHOWN and role in rights()[str(one.needs)].roles}
    assert may <= seen


def test_so_does_the_page_with_the_number_of_an_enterprises_contact() -> None:
    enterprise = plant()["own"].enterprise.public_id
    assert MARK in member("community").get(f"/enterprises/{enterprise}/").content.decode()
