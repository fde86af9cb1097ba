"""What is taken away is gone at the next request: a post, a stand-in's time, an account, a session, a password."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fournets.accounts.models import User
from fournets.accounts.services import end_sessions, reset_password, set_active
from fournets.organization.appointments import appoint, withdraw
from fournets.organization.models import Appointment
from fournets.places.scope import scope
from fournets.web.access import POST
from tests.apps.access.cast import (
    AREAS,
    METHODS_OF,
    NAMES,
    account_for,
    appointed,
    plant,
    signed_in,
)  # fmt: skip

pytestmark = pytest.mark.django_db
PAGE = "coverage"
PASSWORD = "heron-quartz-lantern-58"


@pytest.fixture(autouse=True)
def _rows() -> None:
    plant()


@pytest.fixture
def worker() -> User:
    return account_for("mei.au")


def page(client: Client) -> int:
    return client.get(reverse(PAGE)).status_code


def sent_to_sign_in(client: Client) -> bool:
    answer = client.get(reverse(PAGE))
    return answer.status_code == 302 and answer["Location"].startswith(reverse("account_login"))


def begin(user: User, password: str = PASSWORD) -> Client:
    """A browser in which somebody has signed in with his password, as he would."""
    client = Client()
    answer = client.post(reverse("account_login"), {"login": user.login, "password": password})
    assert answer.status_code == 302, answer.content.decode()
    return client


def test_a_withdrawn_appointment(worker: User) -> None:
    post = appointed(worker, "grid_worker", AREAS["own"])
    client = signed_in(worker)
    assert page(client) == 200
    with scope(""):
        withdraw(post, actor="administrator", at=timezone.now())
    assert page(client) == 403


def test_an_appointment_that_ended_or_has_not_begun(worker: User) -> None:
    post = appointed(worker, "grid_worker", AREAS["own"], days=1)
    client = signed_in(worker)
    assert page(client) == 200
    now = timezone.now()
    for from_at, until_at in ((now - timedelta(days=2), now), (now + timedelta(hours=1), None)):
        with scope(""):
            Appointment.objects.filter(pk=post.pk).update(from_at=from_at, until_at=until_at)
        assert page(client) == 403


def test_a_substitutes_time_that_ran_out(worker: User) -> None:
    held = appointed(account_for("lan.xie"), "grid_worker", AREAS["own"])
    stand_in = appointed(worker, "grid_worker", AREAS["own"], days=1, substitute_for=held)
    client = signed_in(worker)
    assert page(client) == 200
    with scope(""):
        Appointment.objects.filter(pk=stand_in.pk).update(until_at=timezone.now())
    assert page(client) == 403


def test_a_substitute_of_somebody_whose_post_was_withdrawn(worker: User) -> None:
    held = appointed(account_for("lan.xie"), "grid_worker", AREAS["own"])
    appointed(worker, "grid_worker", AREAS["own"], days=1, substitute_for=held)
    client = signed_in(worker)
    assert page(client) == 200
    with scope(""):
        withdraw(held, actor="administrator", at=timezone.now())
    assert page(client) == 403


def test_a_post_given_is_there_at_the_next_request(worker: User) -> None:
    client = signed_in(worker)
    assert page(client) == 403
    with scope(""):
        appoint(worker, "grid_worker", AREAS["own"], actor="administrator", at=timezone.now())
    assert page(client) == 200


def test_a_closed_account(worker: User) -> None:
    appointed(worker, "grid_worker", AREAS["own"])
    worker.set_password(PASSWORD)
    worker.save()
    client = begin(worker)
    assert page(client) == 200
    set_active(worker, False, actor="administrator", at=timezone.now())
    assert sent_to_sign_in(client)
    again = Client().post(reverse("account_login"), {"login": worker.login, "password": PASSWORD})
    assert not again.wsgi_request.user.is_authenticated


def test_a_session_ended_from_elsewhere(worker: User) -> None:
    appointed(worker, "grid_worker", AREAS["own"])
    here, there = signed_in(worker), signed_in(worker)
    assert (page(here), page(there)) == (200, 200)
    UserSession.objects.get(session_key=there.session.session_key).end()
    assert sent_to_sign_in(there)
    assert page(here) == 200
    end_sessions(worker)
    assert sent_to_sign_in(here)


def test_a_password_changed_elsewhere(worker: User) -> None:
    appointed(worker, "grid_worker", AREAS["own"])
    worker.set_password(PASSWORD)
    worker.save()
    thief, owner = begin(worker), begin(worker)
    assert (page(thief), page(owner)) == (200, 200)
    fresh = "copper-willow-83-anchor"
    answer = owner.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh}
    )
    assert answer.status_code == 302, answer.content.decode()
    assert page(owner) == 200
    assert sent_to_sign_in(thief)


def test_a_password_handed_out_anew(worker: User) -> None:
    appointed(worker, "grid_worker", AREAS["own"])
    worker.set_password(PASSWORD)
    worker.save()
    client = begin(worker)
    assert page(client) == 200
    fresh = reset_password(worker, actor="administrator", at=timezone.now())
    assert not UserSession.objects.filter(user=worker).exists()
    assert sent_to_sign_in(client)
    assert begin(worker, fresh).get(reverse(PAGE))["Location"] == reverse("account_change_password")


def test_a_first_password_is_not_kept_by_choosing_it_again(worker: User) -> None:
    appointed(worker, "grid_worker", AREAS["own"])
    first = reset_password(worker, actor="administrator", at=timezone.now())
    client = begin(worker, first)
    client.post(
        reverse("account_change_password"), {"oldpassword": first, "password1": first, "password2": first}
    )
    worker.refresh_from_db()
    assert worker.must_change_password


def test_a_post_in_the_session_that_is_somebody_elses(worker: User) -> None:
    """Neither through the form nor in a session that was tampered with."""
    mine = appointed(worker, "grid_worker", AREAS["own"])
    other = appointed(account_for("boss"), "community", AREAS["neighbour"])
    client = signed_in(worker)
    client.post(reverse("choose_post"), {"appointment": str(other.pk)})
    assert client.session.get(POST) is None
    for tampered in (other.pk, str(mine.pk), -1, "x", None, [other.pk]):
        session = client.session
        session[POST] = tampered
        session.save()
        answer = client.get(reverse(PAGE))
        assert answer.wsgi_request.reader.appointment_id == mine.pk
        assert NAMES["neighbour"] not in answer.content.decode()


def test_a_chosen_post_that_was_withdrawn_falls_back_to_one_that_holds(worker: User) -> None:
    first = appointed(worker, "grid_worker", AREAS["own"])
    second = appointed(worker, "community", AREAS["neighbour"])
    client = signed_in(worker)
    client.post(reverse("choose_post"), {"appointment": str(second.pk)})
    assert client.get(reverse(PAGE)).wsgi_request.reader.appointment_id == second.pk
    with scope(""):
        withdraw(second, actor="administrator", at=timezone.now())
    assert client.get(reverse(PAGE)).wsgi_request.reader.appointment_id == first.pk


def test_a_second_factor_taken_off(worker: User) -> None:
    appointed(worker, "commander", AREAS["own"])
    client = signed_in(worker, used_factor=True)
    factor = Authenticator.objects.create(user=worker, type="totp", data={"secret": "x"})
    assert page(client) == 200
    factor.delete()
    assert client.get(reverse(PAGE))["Location"] == reverse("mfa_index")


def test_a_session_from_before_the_account_had_a_second_factor(worker: User) -> None:
    """Whoever took the password before its owner added a second factor does not profit from it."""
    appointed(worker, "commander", AREAS["own"])
    worker.set_password(PASSWORD)
    worker.save()
    thief = begin(worker)
    assert thief.get(reverse(PAGE))["Location"] == reverse("mfa_index")
    Authenticator.objects.create(user=worker, type="totp", data={"secret": "x"})
    assert thief.get(reverse(PAGE))["Location"].startswith(reverse("mfa_reauthenticate"))


def test_a_confirmation_of_somebody_else_in_the_same_browser_does_not_count(worker: User) -> None:
    appointed(worker, "commander", AREAS["own"])
    Authenticator.objects.create(user=worker, type="totp", data={"secret": "x"})
    client = signed_in(worker)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "at": time.time()}]
    session[METHODS_OF] = str(worker.pk + 1)
    session.save()
    assert client.get(reverse(PAGE))["Location"].startswith(reverse("mfa_reauthenticate"))
