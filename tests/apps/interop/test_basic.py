"""A name and a password open the same as a token, over TLS alone."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.http import HttpResponse

from fournets.accounts.models import User
from fournets.interop.models import FieldForm
from tests.apps.access.cast import AREAS, Made, account_for, appointed
from tests.apps.interop.conftest import Device, filled, message

pytestmark = pytest.mark.django_db
SECRET = "correct horse battery"
Ask = Callable[..., HttpResponse]


@pytest.fixture
def worker(made: dict[str, Made]) -> User:
    user = account_for("mei.au")
    user.set_password(SECRET)
    user.save()
    appointed(user, "volunteer", AREAS["neighbour"])
    appointed(user, "grid_worker", AREAS["own"])
    return user


@pytest.fixture
def ask(household: FieldForm, worker: User) -> Ask:
    def asked(
        login: str = "mei.au", password: str = SECRET, *, secure: bool = True, **words: Any
    ) -> HttpResponse:
        given = base64.b64encode(f"{login}:{password}".encode()).decode()
        header = {"HTTP_AUTHORIZATION": f"Basic {given}"}
        return Device("").client.get("/openrosa/formList", secure=secure, **(header | words))

    return asked


def test_over_tls_it_opens_what_the_post_with_the_right_does(ask: Ask, household: FieldForm) -> None:
    answer = ask()
    assert answer.status_code == 200 and "<formID>household</formID>" in answer.content.decode()
    assert f"https://testserver/openrosa/forms/{household.pk}.xml" in answer.content.decode()


def test_what_is_sent_that_way_is_received(household: FieldForm, worker: User) -> None:
    given = base64.b64encode(f"mei.au:{SECRET}".encode()).decode()
    answer = Device("").send(filled(), secure=True, HTTP_AUTHORIZATION=f"Basic {given}")
    assert answer.status_code == 201


def test_without_tls_it_is_refused_with_the_reason(ask: Ask) -> None:
    answer = ask(secure=False)
    assert answer.status_code == 401 and "HTTPS" in message(answer)
    assert answer["WWW-Authenticate"].startswith("Basic realm=")


@pytest.mark.parametrize("header", ["Basic", "Basic !!!", "Basic /w==", "Digest x", "Bearer x"])
def test_what_is_no_name_and_password_is_asked_for(ask: Ask, header: str) -> None:
    answer = ask(HTTP_AUTHORIZATION=header)
    assert answer.status_code == 401 and "WWW-Authenticate" in answer


def test_a_wrong_password_is_counted_as_at_sign_in_and_locks(ask: Ask) -> None:
    for _ in range(6):
        answer = ask(password="wrong")
        assert answer.status_code == 401 and answer["Content-Type"].startswith("text/xml")
    assert ask().status_code == 401


def test_an_account_that_is_closed_new_or_has_a_second_factor_is_refused(ask: Ask, worker: User) -> None:
    User.objects.update(must_change_password=True)
    assert ask().status_code == 401
    User.objects.update(must_change_password=False, is_active=False)
    assert ask().status_code == 401
    User.objects.update(is_active=True)
    assert ask().status_code == 200
    Authenticator.objects.create(user=worker, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert ask().status_code == 401


def test_an_account_without_a_post_that_may_is_refused(ask: Ask) -> None:
    guard = account_for("guard")
    guard.set_password(SECRET)
    guard.save()
    appointed(guard, "gate_guard", AREAS["own"])
    assert ask("guard").status_code == 401
