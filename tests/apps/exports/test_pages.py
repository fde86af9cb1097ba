"""The pages of lists: who may open them, what they say, and the reader's name over them."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from fournets.accounts.models import User
from fournets.audit.models import AuditLine
from fournets.places.scope import scope
from fournets.reporting.models import Export
from fournets.web.templatetags.watermark import drawn
from tests.apps.access.cast import signed_in as browser_of
from tests.apps.exports.conftest import COLUMNS, GALAXY, GOLDEN, TOWN, reader

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town", "keys")]
SignIn = Callable[..., Client]
WISH = {
    "area": GALAXY,
    "who": "resident",
    "columns": COLUMNS,
    "recipient": "壬某 疾控中心",
    "purpose": "复核返镇人员",
}


@pytest.fixture
def signed_in() -> SignIn:
    """A browser in which somebody of a role is signed in, with his second factor."""

    def made(login: str, role: str, area: str = TOWN, lang: str = "zh") -> Client:
        user = User.objects.get(pk=reader(login, role, area).user_id)
        User.objects.filter(pk=user.pk).update(must_change_password=False)
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "sealed"})
        client = browser_of(user, used_factor=True)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = lang
        return client

    return made


def said(client: Client, address: str, status: int = 200, **sent: Any) -> str:
    answer = client.post(address, sent, follow=True) if sent else client.get(address)
    assert answer.status_code == status, answer.content.decode()[:2000]
    assert answer["Cache-Control"] == "no-store"
    return answer.content.decode()


def only() -> Export:
    with scope(TOWN):
        return Export.objects.get()


def test_a_list_is_asked_for_and_taken_away(signed_in: SignIn) -> None:
    client = signed_in("clerk", "task_group")
    assert "还没有申请过名单" in said(client, "/exports/")
    page = said(client, "/exports/", **WISH)
    serial = only().serial
    for words in (f"{serial} 可以生成了", "壬某 疾控中心", "复核返镇人员", "银河社区", "30 人", "可生成"):
        assert words in page
    answer = client.post(f"/exports/{serial}/make/", {"kind": "xlsx"})
    assert answer["Content-Disposition"] == f'attachment; filename="{serial}.xlsx"'
    assert answer.content.startswith(b"PK")
    assert answer["Cache-Control"] == "no-store"
    assert "最近 24 小时未经批准导出:30 人" in said(client, "/exports/")
    assert "已经生成过一次" in said(client, f"/exports/{serial}/make/", kind="xlsx")


def test_a_large_list_is_approved_by_somebody_else(signed_in: SignIn, few: None) -> None:
    clerk, chief = signed_in("clerk", "task_group"), signed_in("chief", "commander")
    assert "等第二人批准" in said(clerk, "/exports/", **WISH)
    serial = only().serial
    assert "等第二人批准" not in said(clerk, "/exports/")
    assert "等第二人批准" in said(clerk, f"/exports/{serial}/make/", kind="csv")
    page = said(chief, "/exports/approve/")
    for words in (serial, "壬某 疾控中心", "复核返镇人员", "待批准"):
        assert words in page
    decide = f"/exports/{serial}/decide/"
    assert "请写一句话" in said(chief, decide, decision="approve", word=" ")
    assert "已批准" in said(chief, decide, decision="approve", word="同意,限当日")
    assert "没有在等批准的名单" in said(chief, "/exports/approve/")
    assert "同意,限当日" in said(clerk, "/exports/")
    assert clerk.post(f"/exports/{serial}/make/", {"kind": "csv"}).content.startswith(b"\xef\xbb\xbf")


def test_a_refused_list_tells_its_asker_why(signed_in: SignIn, few: None) -> None:
    clerk, chief = signed_in("clerk", "task_group"), signed_in("chief", "commander")
    said(clerk, "/exports/", **WISH)
    assert "没有批准" in said(chief, f"/exports/{only().serial}/decide/", decision="refuse", word="用途不明")
    page = said(clerk, "/exports/")
    assert "用途不明" in page
    assert "生成 Excel" not in page


def test_a_mistake_is_said_and_nothing_typed_is_lost(signed_in: SignIn) -> None:
    client = signed_in("clerk", "task_group")
    page = said(client, "/exports/", 422, **WISH | {"recipient": " ", "who": "returnee"})
    assert "请填写接收人" in page
    assert "复核返镇人员</textarea>" in page
    assert f'value="{GALAXY}" selected' in page
    assert 'value="returnee" selected' in page
    assert 'value="id_number" checked' in page
    assert 'value="job" checked' not in page


def test_only_areas_and_columns_of_the_reader_are_offered(signed_in: SignIn) -> None:
    page = said(signed_in("village", "community", GOLDEN), "/exports/")
    assert f'value="{GOLDEN}"' in page
    assert GALAXY not in page
    assert f'value="{TOWN}"' not in page


def test_another_area_typed_into_the_form_is_refused(signed_in: SignIn) -> None:
    client = signed_in("village", "community", GOLDEN)
    assert "您的岗位不能导出" in said(client, "/exports/", 422, **WISH)
    with scope(TOWN):
        assert not Export.objects.exists()


@pytest.mark.parametrize(
    ("role", "makes", "approves"),
    [
        ("task_group", 200, 403),
        ("community", 200, 403),
        ("commander", 403, 200),
        ("grid_worker", 403, 403),
        ("phone_desk", 403, 403),
        ("medic", 403, 403),
        ("volunteer", 403, 403),
    ],
)
def test_each_page_opens_for_those_with_its_right(
    signed_in: SignIn, role: str, makes: int, approves: int
) -> None:
    client = signed_in("somebody", role)
    for address, status in (("/exports/", makes), ("/exports/approve/", approves)):
        assert client.get(address).status_code == status
    for address, status in (("/exports/X/make/", makes), ("/exports/X/decide/", approves)):
        assert client.post(address).status_code == (302 if status == 200 else 403)
        assert client.get(address).status_code == (405 if status == 200 else 403)


def test_a_stranger_is_sent_to_sign_in() -> None:
    for name, words in (
        ("exports", []),
        ("export_approvals", []),
        ("export_make", ["X"]),
        ("export_decide", ["X"]),
    ):
        answer = Client().post(reverse(name, args=words))
        assert answer.status_code == 302
        assert answer["Location"].startswith("/account/login/")


def test_the_neighbours_list_is_out_of_reach(signed_in: SignIn) -> None:
    said(signed_in("clerk", "task_group"), "/exports/", **WISH)
    village = signed_in("village", "community", GOLDEN)
    assert only().serial not in said(village, "/exports/")
    assert "您的范围内没有" in said(village, f"/exports/{only().serial}/make/", kind="csv")


def test_every_page_of_lists_bears_the_readers_name(signed_in: SignIn) -> None:
    for client, address in (
        (signed_in("clerk", "task_group"), "/exports/"),
        (signed_in("chief", "commander"), "/exports/approve/"),
    ):
        found = re.search(
            r'<img class="watermark" src="data:image/svg\+xml;base64,([^"]+)"', said(client, address)
        )
        assert found
        login = "clerk" if address == "/exports/" else "chief"
        assert f"{login}先生 · {login} · 20" in base64.b64decode(found[1]).decode()


def test_a_name_cannot_break_out_of_the_picture() -> None:
    picture = drawn('</text><script>&"\x00\x1b')
    assert "<script>" not in picture
    assert "\x00" not in picture
    assert "&lt;/text&gt;&lt;script&gt;&amp;" in picture


def test_pages_speak_english_to_those_who_do(signed_in: SignIn) -> None:
    page = said(signed_in("clerk", "task_group", lang="en"), "/exports/")
    assert "Whose names do I hand to whom?" in page
    assert "Ask for a list" in page
    assert "all residents" in page
    assert "ID number" in page


def test_acts_of_the_pages_are_in_the_audit_by_login(signed_in: SignIn) -> None:
    client = signed_in("clerk", "task_group")
    said(client, "/exports/", **WISH)
    client.post(f"/exports/{only().serial}/make/", {"kind": "csv"})
    acts = list(AuditLine.objects.filter(actor="clerk").values_list("act", flat=True))
    assert acts[-2:] == ["ask_export", "make_export"]


def test_templates_that_show_lists_of_people_load_the_watermark() -> None:
    folder = Path(drawn.__globals__["__file__"]).parents[1] / "templates" / "web"
    for name in ("exports.html", "export_approvals.html"):
        assert "{% watermark %}" in (folder / name).read_text()
