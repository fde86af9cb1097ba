"""A register without accounts has one address, for an hour, once; after that it is like any wrong address."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from fournets.accounts.models import FirstStart, User
from fournets.accounts.services import create_user
from fournets.audit.models import AuditLine
from fournets.language import Refusal
from fournets.organization.access import readers
from fournets.organization.first_start import found_administrator, open_first_start, plant_town
from fournets.places.models import Area
from tests.apps.organization.conftest import TOWN

CHOSEN = "four rivers meet quietly"
SENT = {"name": "冼志明", "login": "Xian", "password": CHOSEN, "again": CHOSEN}


@pytest.fixture
def token(db: None) -> str:
    Area.objects.get_or_create(
        code=TOWN, defaults={"kind": "town", "official_name": "丹灶镇", "short_name": "丹灶"}
    )
    found = open_first_start(at=timezone.now())
    assert found
    return found


def ask(token: str, lang: str = "zh", **sent: str) -> tuple[int, str, Client]:
    client = Client(headers={"accept-language": lang})
    answer = client.post(f"/start/{token}", sent) if sent else client.get(f"/start/{token}")
    return answer.status_code, answer.headers.get("Location", "") or answer.content.decode(), client


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lang", "words"), [("zh", "开通第一位系统管理员"), ("en", "Make the first administrator")]
)
def test_the_address_makes_the_towns_administrator_and_leads_him_to_his_second_factor(
    token: str, lang: str, words: str
) -> None:
    status, said, _ = ask(token, lang)
    assert status == 200 and words in said
    status, where, client = ask(token, lang, **SENT)
    assert (status, where) == (302, "/account/2fa/")
    made = User.objects.get()
    assert (made.login, made.name, made.must_change_password) == ("xian", "冼志明", False)
    assert made.check_password(CHOSEN)
    (reader,) = readers(made.pk, at=timezone.now())
    assert (reader.role.key, reader.area_code) == ("administrator", TOWN)
    assert client.get("/users/").headers["Location"] == "/account/2fa/"
    assert client.get("/account/2fa/totp/activate/").status_code == 200
    acts = list(AuditLine.objects.order_by("id").values_list("act", flat=True))
    assert acts == ["user_created", "appointed", "signed_in"]


@pytest.mark.django_db
def test_only_the_hash_of_the_address_is_kept(token: str) -> None:
    kept = bytes(FirstStart.objects.get().digest)
    assert len(kept) == 32
    assert token.encode() not in kept


@pytest.mark.django_db
def test_it_works_once(token: str) -> None:
    ask(token, **SENT)
    assert ask(token)[0] == ask(token, **(SENT | {"login": "second"}))[0] == 404
    assert User.objects.count() == 1
    assert open_first_start(at=timezone.now()) is None


@pytest.mark.django_db
def test_it_is_worth_nothing_once_somebody_has_an_account_from_the_command_line(token: str) -> None:
    create_user("owner", "罗永强", actor="cli:owner", at=timezone.now())
    assert ask(token)[0] == ask(token, **SENT)[0] == 404
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_it_is_worth_nothing_when_another_was_made_an_hour_passed_or_it_is_another_one(token: str) -> None:
    newer = open_first_start(at=timezone.now())
    assert newer and newer != token
    for wrong in (token, newer[:-1], newer + "x", "x"):
        assert ask(wrong)[0] == ask(wrong, **SENT)[0] == 404
    assert ask(newer)[0] == 200
    FirstStart.objects.update(until_at=timezone.now())
    assert ask(newer)[0] == ask(newer, **SENT)[0] == 404
    with pytest.raises(Refusal):
        found_administrator(
            newer, login="xian", name="冼志明", password=CHOSEN, at=timezone.now() + timedelta(hours=2)
        )
    assert not User.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "short", "again": "short"},
        {"password": "password1234", "again": "password1234"},
        dict.fromkeys(("login", "password", "again"), "kestrelquartzferry"),
        {"again": "something else"},
        {"login": "two words"},
        {"name": " "},
    ],
    ids=["short", "common", "his login", "differ", "login", "name"],
)
def test_what_is_wrong_is_said_and_no_account_made(token: str, wrong: dict[str, str]) -> None:
    status, said, _ = ask(token, **(SENT | wrong))
    assert status == 200
    assert "errorlist" in said
    assert CHOSEN not in said
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_makes_the_account() -> None:
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    Area.objects.get_or_create(code=TOWN, kind="town", official_name="丹灶镇", short_name="丹灶")
    token = open_first_start(at=timezone.now())
    together, ends = threading.Barrier(5), []

    def one(number: int) -> None:
        together.wait()
        try:
            found_administrator(
                str(token), login=f"admin{number}", name="冼志明", password=CHOSEN, at=timezone.now()
            )
            ends.append("made")
        except Refusal as refusal:
            ends.append(refusal.message.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["first_start_over"] * 4 + ["made"]
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_a_wrong_table_plants_nothing_and_a_late_one_is_refused(tmp_path: Path) -> None:
    token = open_first_start(at=timezone.now())
    assert token
    table = tmp_path / "区划.csv"
    two_towns = "440605123008,联沙社区居委会,联沙,社区\n440605124008,联和社区居委会,联和,社区\n"
    table.write_text(f"代码,名称,简称,类别\n{two_towns}", encoding="utf-8")
    with pytest.raises(Refusal), transaction.atomic():
        plant_town(token, table, at=timezone.now())
    assert not Area.objects.exists()
    table.write_text("代码,名称,简称,类别\n440605123008,联沙社区居委会,联沙,社区\n", encoding="gb18030")
    plant_town(token, table, town_name="丹灶镇", at=timezone.now())
    assert Area.objects.get(kind="town").official_name == "丹灶镇"
    found_administrator(token, login="xian", name="冼志明", password=CHOSEN, at=timezone.now())
    with pytest.raises(Refusal, match="address"), transaction.atomic():
        plant_town(token, table, at=timezone.now())
