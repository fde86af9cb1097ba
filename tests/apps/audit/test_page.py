"""The audit page: who sees which lines, filters in the address, alarms until somebody answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import connection
from django.test import Client

from fournets.accounts.models import User
from fournets.accounts.services import create_user
from fournets.audit.models import AuditLine
from fournets.audit.services import record
from fournets.organization.appointments import appoint
from fournets.places.models import Area
from fournets.places.scope import set_scope
from tests.apps.access.cast import signed_in

AT = datetime(2020, 2, 5, 9, 10, tzinfo=ZoneInfo("Asia/Shanghai"))

TOWN, GALAXY, LIANSHA = "440605123", "440605123018", "440605123008"
Enter = Callable[..., Client]


@pytest.fixture
def enter(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Enter:
    """Signs somebody in who holds a post, with a second factor."""
    monkeypatch.setenv("FOURNETS_HOME", str(tmp_path))
    for code, kind, name in (
        (TOWN, "town", "丹灶"),
        (GALAXY, "community", "银河"),
        (LIANSHA, "community", "联沙"),
    ):
        Area.objects.create(code=code, kind=kind, official_name=name, short_name=name)

    def go(login: str, role: str = "auditor", area: str = TOWN) -> Client:
        set_scope("")
        user = User.objects.filter(login=login).first()
        if user is None:
            user, _ = create_user(login, f"某{login}", actor="cli:root", at=AT)
            User.objects.filter(pk=user.pk).update(must_change_password=False)
            appoint(user, role, area, actor="cli:root", at=AT)
            TOTP.activate(user, generate_totp_secret())
        client = signed_in(user, used_factor=True)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        set_scope("440605999")
        return client

    return go


def said(
    act: str = "close_task", actor: str = "mei", area: str = GALAXY, number: int = 1, minutes: int = 0
) -> int:
    at = AT + timedelta(minutes=minutes)
    return record(act=act, actor=actor, area_code=area, at=at, details={"task": 77000 + number}).pk


def shown(client: Client, query: str = "") -> list[int]:
    """The tasks named in the lines of the page."""
    answer = client.get(f"/audit/{query}")
    return [int(task) - 77000 for task in _tasks(answer.content.decode())]


def _tasks(page: str) -> list[str]:
    return [
        part.split("<")[0].replace(",", "") for part in page.split('<span class="label">task</span> ')[1:]
    ]


def test_lines_stand_newest_first_with_words_and_names(enter: Enter) -> None:
    auditor = enter("aud")
    enter("mei", "grid_worker", GALAXY)
    said(number=1)
    said(number=2, minutes=1)
    page = auditor.get("/audit/").content.decode()
    assert _tasks(page) == ["77002", "77001"]
    assert (
        "closed a task" in page and "某mei (mei)" in page and "银河" in page and "2020-02-05 09:11:00" in page
    )
    page = auditor.get("/audit/?lang=zh").content.decode()
    assert "办结任务" in page and "审计:谁做了什么?" in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [5, 4, 3, 2, 1]),
        ("?act=take_in", [3]),
        ("?actor=lan", [4]),
        ("?from=2020-02-06", [5]),
        ("?until=2020-02-05", [4, 3, 2, 1]),
        ("?from=2020-02-05&until=2020-02-05&act=close_task&actor=mei", [2, 1]),
        (f"?area={LIANSHA}", [2]),
        ("?act=nothing", []),
    ],
)
def test_the_address_says_what_is_shown(enter: Enter, query: str, expected: list[int]) -> None:
    auditor = enter("aud")
    said(number=1)
    said(number=2, area=LIANSHA)
    said("take_in", number=3)
    said(number=4, actor="lan")
    said(number=5, minutes=15 * 60, area="")  # ten past midnight in the town: the next day
    assert shown(auditor, query) == expected


@pytest.mark.parametrize("role", ["auditor", "data_protection_officer"])
def test_an_area_limits_what_is_seen(enter: Enter, role: str) -> None:
    auditor = enter("aud", role, GALAXY)
    said(number=1)
    said(number=2, area=LIANSHA)
    said(number=3, area="")
    said(number=4, area=TOWN)
    said(number=5, area=GALAXY + "003")
    assert shown(auditor) == [5, 1]
    answer = auditor.get(f"/audit/?area={LIANSHA}")
    assert (answer.status_code, "not within yours" in answer.content.decode()) == (400, True)


@pytest.mark.parametrize("role", ["commander", "community", "administrator", "grid_worker"])
def test_others_are_refused(enter: Enter, role: str) -> None:
    other = enter("boss", role)
    assert other.get("/audit/").status_code == 403
    assert other.post("/audit/verify/").status_code == 403
    assert other.post("/audit/answer/", {"line": "1", "answer": "expected"}).status_code == 403
    assert not AuditLine.objects.filter(act__startswith="audit_").exists()


@pytest.mark.parametrize(
    "query", ["?from=yesterday", "?from=2020-02-06&until=2020-02-05", "?until=2020-13-01"]
)
def test_days_that_are_none_show_no_line_and_say_so(enter: Enter, query: str) -> None:
    auditor = enter("aud")
    said(number=1)
    answer = auditor.get(f"/audit/{query}")
    assert (answer.status_code, _tasks(answer.content.decode())) == (400, [])
    assert 'role="alert"' in answer.content.decode()


def test_older_lines_follow_without_a_count(enter: Enter) -> None:
    auditor = enter("aud")
    for number in range(1, 121):
        said(number=number)
    query, seen = "?act=close_task", []
    while query:
        page = auditor.get(f"/audit/{query}").content.decode()
        seen.append([int(one) - 77000 for one in _tasks(page)])
        older = page.split(">Older<")[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
        query = older if ">Older<" in page else ""
    assert [len(one) for one in seen] == [50, 50, 20]
    assert sum(seen, []) == list(range(120, 0, -1))  # noqa: RUF017


def test_looking_is_on_record_but_not_what_somebody_typed(enter: Enter) -> None:
    auditor = enter("aud")
    enter("mei", "grid_worker", GALAXY)
    auditor.get("/audit/?act=close_task&actor=mei")
    auditor.get("/audit/?actor=13800138001&act=区美兰")
    looks = AuditLine.objects.filter(act="audit_seen").order_by("id")
    assert [one.actor for one in looks] == ["aud", "aud"]
    assert [one.details["filters"] for one in looks] == [{"act": "close_task", "actor": "mei"}, {}]


def alarm(actor: str = "mei", area: str = GALAXY) -> int:
    details = {"person": "PCANARY", "how": "opened"}
    return record(act="canary_touched", actor=actor, area_code=area, at=AT, details=details).pk


def test_an_alarm_stands_at_the_top_until_somebody_answers(enter: Enter) -> None:
    auditor, line = enter("aud"), alarm()
    assert "Alarms that wait for an answer: 1" in auditor.get("/audit/").content.decode()
    answer = auditor.post("/audit/answer/", {"line": line, "answer": "explained"}, follow=True)
    assert "Alarms that wait" not in answer.content.decode()
    assert AuditLine.objects.get(act="canary_answered").details == {"line": line, "answer": "explained"}
    assert auditor.post("/audit/answer/", {"line": line, "answer": "explained"}).status_code == 302
    assert AuditLine.objects.filter(act="canary_answered").count() == 1


@pytest.mark.parametrize(
    ("actor", "area", "answer"),
    [("aud", GALAXY, "explained"), ("mei", LIANSHA, "explained"), ("mei", GALAXY, "13800138001")],
)
def test_an_alarm_is_not_answered_by_whom_it_is_about_nor_elsewhere_nor_in_own_words(
    enter: Enter, actor: str, area: str, answer: str
) -> None:
    auditor, line = enter("aud", area=GALAXY), alarm(actor, area)
    assert auditor.post("/audit/answer/", {"line": line, "answer": answer}).status_code == 302
    assert not AuditLine.objects.filter(act="canary_answered").exists()


def test_a_check_says_what_it_found_and_stands_on_the_page(enter: Enter) -> None:
    auditor = enter("aud")
    assert "never been checked" in auditor.get("/audit/").content.decode()
    page = auditor.post("/audit/verify/", follow=True).content.decode()
    assert "whole chain is in order" in page and "某aud (aud)" in page
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_auditline (at, actor, act, area_code, details) VALUES (now(), '', 'x', '', '{}')"
        )
    page = auditor.post("/audit/verify/", follow=True).content.decode()
    assert "stands outside the chain" in page and 'class="state danger"' in page
