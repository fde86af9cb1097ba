"""The pages of accounts: what an administrator finds there, and what he finds refused."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.utils import timezone

from fournets.accounts.models import User
from fournets.audit.models import AuditLine
from fournets.language import Lang
from fournets.organization import staff
from fournets.organization.access import readers
from tests.apps.access.cast import signed_in as browser_of
from tests.apps.organization.conftest import CELL, LIANSHA, TOWN, YINHE, Hire, at, hire

__all__ = ["at", "hire"]  # fixtures
SignIn = Callable[..., Client]
FIRST = re.compile(r'class="secret">([^<]+)<')


@pytest.fixture
def signed_in(hire: Hire) -> SignIn:
    """A browser in which somebody of a role is signed in, with his second factor."""

    def made(role: str = "administrator", area: str = YINHE, *, lang: Lang = "zh") -> Client:
        user = hire(f"me.{role}", role, area)
        User.objects.filter(pk=user.pk).update(must_change_password=False)
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "sealed"})
        client = browser_of(user, used_factor=True)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = lang
        return client

    return made


def page(client: Client, address: str, status: int = 200, **sent: Any) -> str:
    answer = client.post(address, sent) if sent else client.get(address)
    assert answer.status_code == status, answer.content.decode()[:2000]
    assert answer["Cache-Control"] == "no-store"
    return answer.content.decode()


def test_the_list_says_who_may_sign_in_as_what_and_where(hire: Hire, signed_in: SignIn) -> None:
    hire("clerk", "community", YINHE, name="区美兰")
    hire("worker", "grid_worker", CELL, name="梁小梅")
    hire("far", "community", LIANSHA, name="陈志强")
    said = page(signed_in(), "/users/")
    for text in (
        "区美兰",
        "梁小梅",
        "村(社区) · 银河",
        "网格员 · 银河 · 第一网格",
        "从未登录",
        "共 3 个账号",
    ):
        assert text in said
    assert "陈志强" not in said


def test_the_address_keeps_what_was_looked_for(hire: Hire, signed_in: SignIn) -> None:
    hire("clerk", "community", YINHE, name="区美兰")
    client = signed_in()
    said = page(client, "/users/?q=美兰")
    assert 'value="美兰"' in said
    assert ">clerk</a>" in said and ">me.administrator</a></th>" not in said
    assert "没有登录名或姓名含“nobody”的账号" in page(client, "/users/?q=nobody")


def test_a_long_list_has_a_next_page_that_keeps_the_search(hire: Hire, signed_in: SignIn) -> None:
    client = signed_in()
    for number in range(staff.PAGE + 1):
        hire(f"w{number:03}", "grid_worker", CELL)
    first = page(client, "/users/?q=w0")
    (following,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = page(client, "/users/" + following.replace("&amp;", "&"))
    assert f"w{staff.PAGE:03}" in second and "w000" not in second


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_account_is_made_with_its_post_and_its_password_shown_once(
    signed_in: SignIn, lang: Lang, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = signed_in(lang=lang)
    said = page(client, "/users/new/")
    assert ("查看人员档案" if lang == "zh" else "see people") in said
    sent = {"login": "Lan", "name": "解小兰", "role": "grid_worker", "area": CELL, "post": "", "until": ""}
    (password,) = FIRST.findall(page(client, "/users/new/", **sent))
    made = User.objects.get(login="lan")
    assert made.check_password(password) and made.must_change_password
    for address in ("/users/", f"/users/{made.pk}/", "/users/new/"):
        assert password not in page(client, address)
    assert password not in caplog.text
    assert password not in str(list(AuditLine.objects.values()))


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    hire: Hire, signed_in: SignIn
) -> None:
    hire("clerk", "community", YINHE)
    client = signed_in()
    sent = {
        "login": "clerk",
        "name": "解小兰",
        "role": "grid_worker",
        "area": CELL,
        "post": "组长",
        "until": "",
    }
    said = page(client, "/users/new/", **sent)
    assert "登录名 clerk 已有人使用" in said.split('id="login"')[1].split("</div>\n")[0]
    assert 'value="解小兰"' in said and 'value="组长"' in said
    assert re.search(r'value="grid_worker" required checked', said)
    sent |= {"login": "lan", "until": "2020-01-01"}
    assert "任职截止日" in page(client, "/users/new/", **sent)
    sent |= {"until": "", "area": LIANSHA}
    assert "errorlist" in page(client, "/users/new/", **sent)
    assert not User.objects.filter(login="lan").exists()


def test_a_post_given_until_a_day_holds_to_its_end(hire: Hire, signed_in: SignIn) -> None:
    clerk = hire("clerk", "community", YINHE)
    client = signed_in()
    last = timezone.localdate() + timedelta(days=1)
    sent = {"role": "grid_worker", "area": CELL, "post": "", "until": f"{last}"}
    page(client, f"/users/{clerk.pk}/post/", 302, **sent)
    assert f"到 {last} 为止" in page(client, f"/users/{clerk.pk}/")
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=2)
    assert len(readers(clerk.pk, at=midnight - timedelta(seconds=1))) == 2
    assert len(readers(clerk.pk, at=midnight)) == 1


ASKED = ("/close/", "/password/", "/sessions/")


@pytest.mark.parametrize("act", ASKED)
def test_what_takes_something_away_asks_first(hire: Hire, signed_in: SignIn, act: str) -> None:
    clerk = hire("clerk", "community", YINHE, name="区美兰")
    client = signed_in()
    before = AuditLine.objects.count()
    said = page(client, f"/users/{clerk.pk}{act}")
    assert "区美兰" in said and "取消" in said
    assert AuditLine.objects.count() == before
    assert client.post(f"/users/{clerk.pk}{act}").status_code in (200, 302)
    line = AuditLine.objects.order_by("-id")[0]
    assert (line.actor, line.details["login"]) == ("me.administrator", "clerk")


def test_a_post_is_withdrawn_after_a_question(hire: Hire, signed_in: SignIn, at: Any) -> None:
    clerk = hire("clerk", "community", YINHE)
    number = readers(clerk.pk, at=at)[0].appointment_id
    client = signed_in()
    assert "撤销" in page(client, f"/users/posts/{number}/withdraw/")
    assert readers(clerk.pk, at=timezone.now())
    assert client.post(f"/users/posts/{number}/withdraw/").status_code == 302
    assert readers(clerk.pk, at=timezone.now()) == []
    assert "没有任职" in page(client, f"/users/{clerk.pk}/")


def test_somebody_stands_in_from_the_page_of_the_post(hire: Hire, signed_in: SignIn, at: Any) -> None:
    clerk, other = hire("clerk", "community", YINHE, name="区美兰"), hire("other", "grid_worker", CELL)
    number = readers(clerk.pk, at=at)[0].appointment_id
    client = signed_in()
    address = f"/users/posts/{number}/stand-in/"
    assert "谁代区美兰的班" in page(client, address)
    until = f"{timezone.localdate() + timedelta(days=3)}"
    assert "没有登录名为 nobody" in page(client, address, login="nobody", until=until)
    assert page(client, address, 302, login="other", until=until) == ""
    assert "代区美兰" in page(client, f"/users/{other.pk}/")


def addresses(user: User, number: int) -> list[str]:
    own = [f"/users/{user.pk}/{act}" for act in ("", "post/", "close/", "open/", "password/", "sessions/")]
    return [*own, *(f"/users/posts/{number}/{act}/" for act in ("withdraw", "stand-in"))]


@pytest.mark.parametrize(("role", "area"), [("commander", TOWN), ("community", LIANSHA)])
def test_every_page_of_an_account_elsewhere_says_what_it_says_of_none(
    hire: Hire, signed_in: SignIn, at: Any, role: str, area: str
) -> None:
    other = hire("other", role, area, name="陈志强")
    number = readers(other.pk, at=at)[0].appointment_id
    kept = User.objects.values().get(pk=other.pk)
    client = signed_in()
    post = {"role": "community", "area": YINHE, "login": "me.administrator", "until": "2099-01-01"}
    for real, none in zip(addresses(other, number), addresses(User(pk=0), 0), strict=True):
        for ask in (client.get, lambda one: client.post(one, post)):
            answer, absent = ask(real), ask(none)
            assert answer.status_code == absent.status_code
            assert answer.status_code in (404, 405)
            assert "陈志强" not in answer.content.decode()
    assert User.objects.values().get(pk=other.pk) == kept
    assert len(readers(other.pk, at=timezone.now())) == 1


@pytest.mark.parametrize("role", ["commander", "community", "volunteer"])
def test_who_is_no_administrator_finds_no_accounts(hire: Hire, signed_in: SignIn, at: Any, role: str) -> None:
    clerk = hire("clerk", "community", YINHE)
    number = readers(clerk.pk, at=at)[0].appointment_id
    client = signed_in(role, TOWN)
    for address in ("/users/", "/users/new/", *addresses(clerk, number)):
        assert client.get(address).status_code == client.post(address).status_code == 403


def test_on_his_own_account_he_changes_nothing(signed_in: SignIn) -> None:
    client = signed_in()
    me = User.objects.get(login="me.administrator")
    said = page(client, f"/users/{me.pk}/")
    assert "由另一位管理员办理" in said
    assert "/close/" not in said
    for act in ASKED:
        assert client.get(f"/users/{me.pk}{act}").status_code == 404
        assert client.post(f"/users/{me.pk}{act}").status_code == 404
    me.refresh_from_db()
    assert me.is_active


def test_the_first_page_is_one_the_post_opens(signed_in: SignIn) -> None:
    assert signed_in().get("/").headers["Location"] == "/users/"
    assert signed_in("community").get("/").headers["Location"] == "/today/"
    assert signed_in("volunteer").get("/").headers["Location"] == "/account/"


@pytest.mark.parametrize(
    "path", ["2fa/totp/deactivate/", "2fa/webauthn/add/", "2fa/recovery-codes/generate/"]
)
def test_who_signed_in_long_ago_is_asked_again_before_his_account_is_changed(
    signed_in: SignIn, path: str
) -> None:
    client = signed_in()
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "at": 0}]
    session.save()
    answer = client.get(f"/account/{path}")
    assert answer.status_code == 302
    assert "reauthenticate" in answer.headers["Location"]


def test_a_new_password_takes_off_whatever_else_opened_the_account(hire: Hire, signed_in: SignIn) -> None:
    clerk = hire("clerk", "community", YINHE)
    Authenticator.objects.create(user=clerk, type=Authenticator.Type.TOTP, data={"secret": "sealed"})
    SocialAccount.objects.create(user=clerk, provider="district", uid="one")
    hers = Client()
    hers.force_login(clerk, backend="allauth.account.auth_backends.AuthenticationBackend")
    (password,) = FIRST.findall(signed_in().post(f"/users/{clerk.pk}/password/").content.decode())
    assert not Authenticator.objects.filter(user=clerk).exists()
    assert not SocialAccount.objects.filter(user=clerk).exists()
    assert hers.get("/account/").headers["Location"].startswith("/account/login/")
    clerk.refresh_from_db()
    assert clerk.check_password(password) and clerk.must_change_password
