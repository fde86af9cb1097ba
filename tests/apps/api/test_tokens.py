"""A token lets a program act for somebody, no longer and no further than his post does, and is kept nowhere as it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from typer.testing import CliRunner

from fournets.accounts.models import User
from fournets.accounts.services import set_active
from fournets.audit.models import AuditLine
from fournets.cli.main import app
from fournets.language import Refusal, say
from fournets.organization.access import readers
from fournets.organization.appointments import withdraw
from fournets.organization.models import Appointment, Token, WrongToken
from fournets.organization.staffing import close_account, end_all_sessions, hand_out_password
from fournets.organization.tokens import PREFIX, holder_of, limits, make_token, tokens_of, withdraw_token
from fournets.places.scope import scope
from tests.apps.access.cast import AREAS, TOWN, account_for, appointed, plant, signed_in
from tests.apps.access.operations import sending, token_for
from tests.apps.access.tables import as_owner

pytestmark = pytest.mark.django_db
ADDRESS = "203.0.113.9"


@pytest.fixture(autouse=True)
def _rows() -> None:
    plant()
    as_owner("DELETE FROM organization_token")  # the tests look at those they make


@pytest.fixture
def worker() -> User:
    return account_for("mei.au")


@pytest.fixture
def post(worker: User) -> Appointment:
    return appointed(worker, "grid_worker", AREAS["own"])


@pytest.fixture
def program(worker: User, post: Appointment) -> Client:
    return sending(token_for(worker, post))


def said(client: Client, address: str = "/api/coverage") -> tuple[int, str]:
    """The status and the code of an answer; no code where it was given."""
    answer = client.get(address)
    return answer.status_code, answer.json().get("code", "")


def lines(act: str) -> list[AuditLine]:
    return list(AuditLine.objects.filter(act=act).order_by("id"))


def refused(code: str, do: Callable[[], Any]) -> None:
    with pytest.raises(Refusal) as found:
        do()
    assert found.value.message.code == code


def test_a_program_acts_for_its_owner_under_the_post_the_token_was_made_for(
    worker: User, post: Appointment
) -> None:
    other = appointed(worker, "volunteer", AREAS["neighbour"])
    mine = sending(token_for(worker, post)).get("/api/me").json()
    theirs = sending(token_for(worker, other)).get("/api/me").json()
    assert (mine["login"], mine["role"], mine["area"]) == ("mei.au", "grid_worker", AREAS["own"])
    assert (theirs["role"], theirs["area"], theirs["rights"]) == ("volunteer", AREAS["neighbour"], [])
    assert said(sending(token_for(worker, other))) == (403, "right_missing")


def test_of_a_token_only_the_hash_is_kept_and_the_audit_does_not_hold_it(
    worker: User, post: Appointment
) -> None:
    token = token_for(worker, post)
    assert token.startswith(PREFIX) and len(token) > len(PREFIX) + 40
    kept = Token.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(t)::text FROM organization_token t")
        row = cursor.fetchone()[0]
    (line,) = lines("token_made")
    for text in (row, str(line.details)):
        assert token not in text and token.removeprefix(PREFIX) not in text
    assert line.details == {
        "token": kept.pk,
        "login": "mei.au",
        "appointment": post.pk,
        "until": kept.until_at.isoformat(),
    }
    assert len(bytes(kept.digest)) == 32


def test_two_tokens_are_never_alike(worker: User, post: Appointment) -> None:
    assert token_for(worker, post) != token_for(worker, post)


@pytest.mark.parametrize("days", [-1, 0, limits().most_days + 1])
def test_a_token_ends_within_the_limit(post: Appointment, days: int) -> None:
    at = timezone.now()
    refused(
        "token_days", lambda: make_token(post, purpose="x", until=at + timedelta(days=days), actor="t", at=at)
    )
    assert not Token.objects.exists()


def test_without_a_day_a_token_lasts_as_long_as_it_may(post: Appointment) -> None:
    at = timezone.now()
    make_token(post, purpose="  a   list ", until=None, actor="t", at=at)
    kept = Token.objects.get()
    assert (kept.until_at - at, kept.purpose) == (timedelta(days=limits().most_days), "a list")


@pytest.mark.parametrize("purpose", ["", "  ", "x" * 61])
def test_a_token_says_what_it_is_for(post: Appointment, purpose: str) -> None:
    at = timezone.now()
    refused("token_purpose", lambda: make_token(post, purpose=purpose, until=None, actor="t", at=at))


def test_when_it_was_used_last_is_kept_to_the_minute(worker: User, post: Appointment) -> None:
    token, now = token_for(worker, post), timezone.now()

    def used(at: datetime) -> Any:
        holder_of(token, address=ADDRESS, at=at)
        return Token.objects.get().used_at

    assert Token.objects.get().used_at is None
    assert used(now) == now
    assert used(now + timedelta(seconds=30)) == now
    later = now + timedelta(minutes=2)
    assert used(later) == later


# What ends a token from the next request on.


def test_its_day(program: Client) -> None:
    assert said(program) == (200, "")
    now = timezone.now()
    Token.objects.update(made_at=now - timedelta(days=1), until_at=now)
    assert said(program) == (401, "token_over")


def test_its_owner_on_his_page(worker: User, program: Client) -> None:
    page = signed_in(worker)
    page.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    shown = page.get(reverse("account")).content.decode()
    assert "test" in shown and say("token_unused", "en") in shown and say("account_tokens", "en") in shown
    assert said(program) == (200, "")
    assert say("token_used", "zh") in page.get(reverse("account"), {"lang": "zh"}).content.decode()
    answer = page.post(reverse("stop_token", args=[Token.objects.get().pk]), follow=True)
    assert say("token_withdrawn", "zh") in answer.content.decode()
    assert said(program) == (401, "token_over")
    (line,) = lines("token_withdrawn")
    assert (line.actor, line.details["login"]) == ("mei.au", "mei.au")
    assert 'id="tokens"' not in page.get(reverse("account")).content.decode()


def test_nobody_elses_page(program: Client) -> None:
    page = signed_in(account_for("lan.xie"))
    assert 'id="tokens"' not in page.get(reverse("account")).content.decode()
    page.post(reverse("stop_token", args=[Token.objects.get().pk]))
    assert said(program) == (200, "")
    assert lines("token_withdrawn") == []


def test_a_withdrawn_post(post: Appointment, program: Client, worker: User) -> None:
    assert said(program) == (200, "")
    with scope(""):
        withdraw(post, actor="administrator", at=timezone.now())
    appointed(worker, "community", AREAS["own"])
    assert said(program) == (401, "token_no_post"), "another post of his is none of the token's"
    assert tokens_of(worker.pk, at=timezone.now()) == []


def test_a_closed_account(worker: User, program: Client) -> None:
    assert said(program) == (200, "")
    set_active(worker, False, actor="administrator", at=timezone.now())
    assert said(program) == (401, "token_no_post")


def test_a_password_that_has_to_be_changed(worker: User, program: Client) -> None:
    User.objects.filter(pk=worker.pk).update(must_change_password=True)
    assert said(program) == (401, "token_password")


def test_a_second_factor_taken_off() -> None:
    boss = account_for("boss", factor=True)
    client = sending(token_for(boss, appointed(boss, "commander", AREAS["own"])))
    assert said(client) == (200, "")
    Authenticator.objects.filter(user=boss).delete()
    assert said(client) == (401, "token_second_factor")


def test_a_role_that_asks_for_a_second_factor_has_no_token_without() -> None:
    boss = account_for("boss")
    held = appointed(boss, "auditor", AREAS["own"])
    refused("token_second_factor", lambda: token_for(boss, held))
    assert not Token.objects.exists()


@pytest.mark.parametrize("act", [close_account, hand_out_password, end_all_sessions])
def test_an_administrator_who_takes_the_account_in_hand_ends_its_tokens_for_good(
    worker: User, program: Client, act: Callable[..., Any]
) -> None:
    keeper = account_for("guan.li")
    appointed(keeper, "administrator", TOWN)
    at = timezone.now()
    assert said(program) == (200, "")
    act(readers(keeper.pk, at=at)[0], worker.pk, at=at)
    User.objects.filter(pk=worker.pk).update(is_active=True, must_change_password=False)
    assert said(program) == (401, "token_over")
    assert [one.actor for one in lines("token_withdrawn")] == ["guan.li"]


def test_a_token_is_withdrawn_once(worker: User, program: Client) -> None:
    number, at = Token.objects.get().pk, timezone.now()
    withdraw_token(worker.pk, number, actor="mei.au", at=at)
    refused("token_unknown", lambda: withdraw_token(worker.pk, number, actor="mei.au", at=at))
    refused("token_unknown", lambda: withdraw_token(worker.pk + 1, number, actor="mei.au", at=at))
    assert len(lines("token_withdrawn")) == 1


# Tokens nobody made.


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "api_no_token"),
        ("Basic bWVpOm1laQ==", "api_no_token"),
        ("Bearer", "token_wrong"),
        ("Bearer ", "token_wrong"),
        ("Bearer x", "token_wrong"),
        ("Bearer 令牌", "token_wrong"),
        ("bearer " + PREFIX + "x" * 5000, "token_wrong"),
    ],
)
def test_what_is_no_token_is_refused(header: str, code: str) -> None:
    answer = Client(HTTP_AUTHORIZATION=header).get("/api/me")
    assert (answer.status_code, answer.json()["code"], answer["WWW-Authenticate"]) == (401, code, "Bearer")


def test_the_hash_is_no_token(program: Client) -> None:
    assert said(sending(bytes(Token.objects.get().digest).hex())) == (401, "token_wrong")


def test_who_sends_too_many_is_told_to_wait_and_nothing_more_is_written(program: Client) -> None:
    wrong = sending("nobodys")
    told = [said(wrong) for _ in range(limits().wrong_per_hour + 3)]
    assert told == [(401, "token_wrong")] * limits().wrong_per_hour + [(429, "token_wait")] * 3
    assert WrongToken.objects.count() == len(lines("token_refused")) == limits().wrong_per_hour
    assert {(one.actor, str(one.details)) for one in lines("token_refused")} == {("?", "{}")}
    answer = wrong.get("/api/me")
    assert answer["Retry-After"] == "3600"
    assert said(program) == (200, ""), "a right one passes, from the same address too"
    elsewhere = sending("nobodys").get("/api/me", REMOTE_ADDR=ADDRESS)
    assert elsewhere.status_code == 401


def test_an_hour_later_wrong_ones_are_counted_anew() -> None:
    wrong = sending("nobodys")
    for _ in range(limits().wrong_per_hour):
        wrong.get("/api/me")
    assert said(wrong) == (429, "token_wait")
    as_owner("UPDATE organization_wrongtoken SET at = at - interval '1 hour'")
    assert said(wrong) == (401, "token_wrong")
    assert WrongToken.objects.count() == 1


# The command.


def call(*words: str, act: str = "token", code: int = 0) -> str:
    done = CliRunner().invoke(app, ["user", act, *words])
    assert done.exit_code == code, done.output
    return " ".join(done.output.split())


@pytest.mark.parametrize("act", ["close", "reset"])
def test_the_commands_that_take_an_account_in_hand_end_its_tokens_too(
    worker: User, program: Client, act: str
) -> None:
    with scope(""):
        call("mei.au", act=act)
    User.objects.filter(pk=worker.pk).update(is_active=True, must_change_password=False)
    assert said(program) == (401, "token_over")


def test_the_command_makes_a_token_for_the_only_post(worker: User, post: Appointment) -> None:
    with scope(""):
        out = call("mei.au", "--for", "表格同步")
    token = next(word for word in out.split() if word.startswith(PREFIX))
    assert said(sending(token)) == (200, "")
    (line,) = lines("token_made")
    assert line.actor.startswith("cli:")


def test_the_command_asks_which_post_where_there_are_several(worker: User, post: Appointment) -> None:
    other = appointed(worker, "volunteer", AREAS["neighbour"])
    with scope(""):
        for words in ((), ("--appointment", "999999")):
            call("mei.au", "--for", "x", *words, code=2)
        out = call("mei.au", "--for", "x", "--appointment", str(other.pk), "--until", "2020-01-01", code=2)
        assert str(limits().most_days) in out
        call("mei.au", "--for", "x", "--appointment", str(other.pk))
    assert Token.objects.get().appointment_id == other.pk
