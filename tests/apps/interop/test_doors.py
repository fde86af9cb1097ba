"""Every address for devices × every role: open exactly where the one table of rights says so, by a token alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from fournets.interop.models import FieldForm
from fournets.interop.openrosa.access import FILL
from fournets.interop.urls import BELOW, DEVICE, urlpatterns
from fournets.organization.rights import rights, roles
from tests.apps.access.cast import AREAS, NAMES
from tests.apps.interop.conftest import Device, filled

pytestmark = pytest.mark.django_db
METHODS = ("get", "head", "post", "put", "delete")


def addresses(form: FieldForm, token: str = "") -> list[str]:
    """Every address there is, of one form; with a token in it, or for a password."""
    return [
        reverse(
            f"openrosa_{DEVICE if token else ''}{name}",
            kwargs=({"number": form.pk} if "number" in route else {}) | ({"token": token} if token else {}),
        )
        for route, _, name in BELOW
    ]


@pytest.mark.parametrize("role", roles())
def test_a_role_opens_the_addresses_its_rights_name(
    household: FieldForm, device_for: Callable[..., Device], role: str
) -> None:
    device = device_for(f"{role}.here", role)
    may = role in rights()[FILL].roles
    for address in addresses(household, device.token):
        answer = device.client.get(address)
        assert (answer.status_code in (200, 204)) == may, (address, answer.status_code)
        assert not any(NAMES[one] in answer.content.decode() for one in ("parent", "neighbour"))
    assert (device.send(filled()).status_code == 201) == may


def test_nothing_is_open_without_a_token_or_a_password(household: FieldForm) -> None:
    for address in addresses(household):
        for method in METHODS:
            answer = getattr(Client(), method)(address)
            assert (answer.status_code, "WWW-Authenticate" in answer) == (401, True), address


def test_no_answer_is_kept_on_the_way(household: FieldForm, device: Device) -> None:
    for address in addresses(household, device.token):
        assert device.client.get(address)["Cache-Control"] == "no-store"


def test_every_address_goes_through_the_one_door() -> None:
    """What is given out without it would ask nobody who he is."""
    from fournets.interop.openrosa.access import DOORS

    assert {one.callback.__name__ for one in urlpatterns} == {one.name for one in DOORS}
    assert all(hasattr(one.callback, "__wrapped__") for one in urlpatterns)


def test_what_is_sent_is_of_the_devices_own_area(
    household: FieldForm, device_for: Callable[..., Device]
) -> None:
    from fournets.interop.models import Submission
    from fournets.places.scope import scope

    assert device_for("cell", "grid_worker", AREAS["below"]).send(filled()).status_code == 201
    with scope(AREAS["neighbour"]):
        assert not Submission.objects.exists()
    with scope(AREAS["below"]):
        assert Submission.objects.get().area_code == AREAS["below"]


def test_another_areas_submission_of_the_same_id_is_not_shown_but_in_the_way(
    household: FieldForm, device_for: Callable[..., Device]
) -> None:
    """Two areas cannot make one instance twice; whoever is second is told of a conflict, and nothing is lost."""
    from fournets.interop.models import KeptAside
    from fournets.places.scope import scope

    assert device_for("here").send(filled()).status_code == 201
    assert device_for("there", area=AREAS["neighbour"]).send(filled()).status_code == 409
    with scope(AREAS["neighbour"]):
        assert KeptAside.objects.filter(form_id_text="household").count() == 1
