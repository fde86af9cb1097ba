"""The page of programs: an administrator sees which tokens hold in his area, never the token, and ends one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fournets.accounts.models import User
from fournets.audit.models import AuditLine
from fournets.language import Refusal
from fournets.organization.models import Appointment, Token
from fournets.organization.staff import PAGE
from fournets.organization.tokens import PREFIX, holder_of, make_token
from fournets.places.scope import scope
from tests.apps.organization.conftest import CELL, LIANSHA, TOWN, YINHE, Hire, at, hire
from tests.apps.web.test_users_pages import SignIn, page, signed_in

__all__ = ["at", "hire", "signed_in"]  # fixtures
Give = Callable[..., str]


@pytest.fixture
def give(at: datetime) -> Give:
    """Makes a token for somebody's one post, as the command on the server does; gives the token."""

    def made(user: User, purpose: str, *, days: int | None = None) -> str:
        with scope(""):
            held = Appointment.objects.get(user=user)
            until = None if days is None else at + timedelta(days=days)
            return make_token(held, purpose=purpose, until=until, actor="cli:owner", at=at)[1]

    return made


def number_of(purpose: str) -> int:
    return Token.objects.get(purpose=purpose).pk


def said_to(secret: str) -> str:
    """Why a program is refused now; nothing when it is not."""
    try:
        holder_of(secret, address="127.0.0.1", at=timezone.now())
    except Refusal as refusal:
        return refusal.message.code
    return ""


def clerk(hire: Hire, login: str = "clerk", area: str = YINHE, name: str = "区美兰") -> User:
    user = hire(login, "community", area, name=name)
    User.objects.filter(pk=user.pk).update(must_change_password=False)
    return user


def test_the_list_says_whose_what_for_until_when_and_when_last_used(
    hire: Hire, signed_in: SignIn, give: Give, at: datetime
) -> None:
    secret = give(clerk(hire), "表格同步", days=3)
    give(clerk(hire, "lan", CELL, "解小兰"), "大屏")
    client = signed_in()
    said = page(client, "/programs/")
    last = timezone.localtime(at + timedelta(days=3)).date()
    for text in (
        "表格同步",
        "区美兰 (clerk)",
        "村(社区) · 银河",
        "大屏",
        "第一网格",
        "还没有用过",
        "cli:owner",
        "共 2 个有效令牌",
    ):
        assert text in said
    assert f"{last}" in said or f"{last - timedelta(days=1)}" in said
    assert said_to(secret) == ""
    used = timezone.localtime(Token.objects.get(purpose="表格同步").used_at)
    said = page(client, "/programs/?lang=en")
    assert f"{used:%Y-%m-%d %H:%M}" in said and "Which programs act for people?" in said
    assert secret not in said and PREFIX not in said
    assert bytes(Token.objects.get(purpose="表格同步").digest).hex() not in said


def test_nobodys_of_another_area_nor_what_is_over(
    hire: Hire, signed_in: SignIn, give: Give, at: datetime
) -> None:
    give(clerk(hire, "far", LIANSHA), "别处的")
    give(clerk(hire, "boss", TOWN), "全镇的")
    over = clerk(hire, "over")
    for purpose in ("到期的", "收回的", "有效的"):
        give(over, purpose)
    Token.objects.filter(purpose="到期的").update(until_at=at, made_at=at - timedelta(days=1))
    Token.objects.filter(purpose="收回的").update(withdrawn_at=at)
    give(clerk(hire, "closed"), "停用的")
    User.objects.filter(login="closed").update(is_active=False)
    left = clerk(hire, "left")
    give(left, "离任的")
    with scope(""):
        Appointment.objects.filter(user=left).update(until_at=at)
    said = page(signed_in(), "/programs/")
    assert "有效的" in said and "共 1 个有效令牌" in said
    for purpose in ("别处的", "全镇的", "到期的", "收回的", "停用的", "离任的"):
        assert purpose not in said


def test_one_is_found_by_purpose_or_whose_it_is(hire: Hire, signed_in: SignIn, give: Give) -> None:
    give(clerk(hire), "表格同步")
    give(clerk(hire, "lan", CELL, "解小兰"), "大屏")
    client = signed_in()
    for search, shown, hidden in (
        ("大屏", "解小兰", "区美兰"),
        ("clerk", "表格同步", "大屏"),
        ("小兰", "lan", "clerk"),
    ):
        said = page(client, f"/programs/?q={search}").split("<table")[1]
        assert shown in said and hidden not in said
    assert "没有用途、登录名或姓名含“nothing”的令牌" in page(client, "/programs/?q=nothing")


def test_an_empty_list_says_where_tokens_are_made(signed_in: SignIn) -> None:
    assert "没有程序在代人办事" in page(signed_in(), "/programs/")


def test_a_long_list_has_pages_that_keep_the_search_and_costs_no_more(
    hire: Hire, signed_in: SignIn, give: Give
) -> None:
    user, client = clerk(hire), signed_in()
    give(user, "程序 000")
    page(client, "/programs/")  # what is asked for once stays
    counts = []
    for number in range(1, PAGE + 2):
        if number in (1, PAGE + 1):
            with CaptureQueriesContext(
                connection,
            ) as asked:
                page(client, "/programs/?q=程序")
            counts.append(len(asked))
        give(user, f"程序 {number:03}")
    assert counts[0] == counts[1]
    first = page(client, "/programs/?q=程序")
    assert "程序 000" not in first and "程序 041" in first
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = page(client, "/programs/" + following)
    assert "程序 000" in second and "程序 041" not in second and "回到第一页" in second
    assert page(client, "/programs/?after=x") and page(client, "/programs/?after=²")


def test_one_is_ended_after_a_question_and_the_program_is_refused(
    hire: Hire, signed_in: SignIn, give: Give
) -> None:
    secret, other = give(clerk(hire), "表格同步"), give(clerk(hire, "lan"), "大屏")
    client, address = signed_in(), f"/programs/{number_of('表格同步')}/end/"
    said = page(client, address)
    assert "收回“表格同步”的令牌?" in said and "区美兰" in said and "不能恢复" in said
    assert said_to(secret) == ""
    assert "已收回" in client.post(address, follow=True).content.decode()
    assert (said_to(secret), said_to(other)) == ("token_over", "")
    line = AuditLine.objects.get(act="token_withdrawn")
    assert (line.actor, line.area_code, line.details["login"]) == ("me.administrator", YINHE, "clerk")
    assert page(client, address, 404)
    assert "没有任何改动" in client.post(address, follow=True).content.decode()
    assert AuditLine.objects.filter(act="token_withdrawn").count() == 1


@pytest.mark.parametrize("area", [LIANSHA, TOWN])
def test_one_of_another_area_is_as_if_there_were_none(
    hire: Hire, signed_in: SignIn, give: Give, area: str
) -> None:
    secret = give(clerk(hire, area=area), "别处的")
    client, address = signed_in(), f"/programs/{number_of('别处的')}/end/"
    other, none = page(client, address, 404), page(client, "/programs/999999/end/", 404)
    assert other.split("<main")[1] == none.split("<main")[1]
    assert "没有任何改动" in client.post(address, follow=True).content.decode()
    assert said_to(secret) == ""


def test_ones_own_is_ended_from_ones_own_page_after_a_question(hire: Hire, give: Give) -> None:
    from tests.apps.access.cast import signed_in as browser_of

    user = clerk(hire)
    secret, other = give(user, "表格同步"), give(clerk(hire, "lan"), "大屏")
    client: Any = browser_of(user)
    address = f"/account/tokens/{number_of('表格同步')}/withdraw/"
    assert address in page(client, "/account/")
    assert "收回“表格同步”的令牌?" in page(client, address) and said_to(secret) == ""
    answer = client.get(f"/account/tokens/{number_of('大屏')}/withdraw/", follow=True).content.decode()
    assert "您没有这个令牌" in answer and "大屏" not in answer
    assert "已收回" in client.post(address, follow=True).content.decode()
    assert (said_to(secret), said_to(other)) == ("token_over", "")
    line = AuditLine.objects.get(act="token_withdrawn")
    assert (line.actor, line.area_code) == ("clerk", YINHE)


def test_whoever_manages_no_accounts_has_no_such_page(signed_in: SignIn, hire: Hire, give: Give) -> None:
    give(clerk(hire), "表格同步")
    client: Client = signed_in("commander")
    assert client.get("/programs/").status_code == 403
    assert client.post(f"/programs/{number_of('表格同步')}/end/").status_code == 403
    assert "/programs/" not in page(client, "/today/")
