"""An administrator manages the accounts whose posts all lie in his area, and no others; the database keeps it too."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from fournets.accounts.models import User
from fournets.audit.models import AuditLine
from fournets.language import Refusal
from fournets.organization import staff, staffing
from fournets.organization.access import Reader, opened, readers
from fournets.organization.appointments import appoint
from fournets.organization.models import Appointment
from fournets.places.scope import scope
from tests.apps.organization.conftest import CELL, LIANSHA, TOWN, YINHE, Hire, refused

Administrator = Callable[[str], Reader]


def post_of(user: User) -> int:
    with scope(""):
        return Appointment.objects.get(user=user, until_at=None).pk


def kept(user: User) -> tuple[Any, ...]:
    found = User.objects.get(pk=user.pk)
    return found.password, found.is_active, found.must_change_password


def logins(reader: Reader, at: datetime, **words: str) -> list[str]:
    with opened(reader):
        return [one.login for one in staff.accounts(reader, at=at, **words).rows]


def test_he_sees_the_accounts_of_his_area_and_himself(
    hire: Hire, administrator: Administrator, at: datetime
) -> None:
    hire("clerk", "community", YINHE)
    hire("worker", "grid_worker", CELL)
    hire("neighbour", "community", LIANSHA)
    hire("boss", "commander", TOWN)
    reader = administrator(YINHE)
    assert logins(reader, at) == [reader.login, "clerk", "worker"]
    assert {"boss", "neighbour"} <= set(logins(administrator(TOWN), at))


ACTS: list[tuple[str, Callable[[Reader, User, datetime], Any]]] = [
    ("close", lambda reader, user, at: staffing.close_account(reader, user.pk, at=at)),
    ("open", lambda reader, user, at: staffing.open_account(reader, user.pk, at=at)),
    ("password", lambda reader, user, at: staffing.hand_out_password(reader, user.pk, at=at)),
    ("sessions", lambda reader, user, at: staffing.end_all_sessions(reader, user.pk, at=at)),
    (
        "post",
        lambda reader, user, at: staffing.give_post(
            reader, user.pk, role="community", area_code=YINHE, at=at
        ),
    ),
    ("see", lambda reader, user, at: staff.account(reader, user.pk, at=at)),
    ("withdraw", lambda reader, user, at: staffing.withdraw_post(reader, post_of(user), at=at)),
    (
        "stand in",
        lambda reader, user, at: staffing.let_stand_in(
            reader, post_of(user), login="clerk", until=at + timedelta(days=1), at=at
        ),
    ),
]


def without_its_help(_: Reader) -> AbstractContextManager[None]:
    """The database open to everything: what the acts themselves keep."""
    return scope("")


@pytest.mark.parametrize("kept_by", [opened, without_its_help], ids=["database", "acts"])
@pytest.mark.parametrize("act", [act for _, act in ACTS], ids=[name for name, _ in ACTS])
@pytest.mark.parametrize(
    ("role", "area"), [("commander", TOWN), ("community", LIANSHA)], ids=["above", "neighbour"]
)
def test_no_act_reaches_an_account_elsewhere(
    hire: Hire, administrator: Administrator, at: datetime, act: Any, role: str, area: str, kept_by: Any
) -> None:
    hire("clerk", "community", YINHE)
    other = hire("other", role, area)
    before, lines = kept(other), AuditLine.objects.count()
    reader = administrator(YINHE)
    lines = AuditLine.objects.count()
    with pytest.raises(Refusal), kept_by(reader):
        act(reader, other, at)
    assert kept(other) == before
    assert AuditLine.objects.count() == lines
    with scope(""):
        assert Appointment.objects.filter(user=other).in_force(at).count() == 1


@pytest.mark.parametrize("act", [act for _, act in ACTS[:5]], ids=[name for name, _ in ACTS[:5]])
def test_no_act_reaches_his_own_account(administrator: Administrator, at: datetime, act: Any) -> None:
    reader = administrator(TOWN)
    own = User.objects.get(pk=reader.user_id)
    with refused("account_own"), opened(reader):
        act(reader, own, at)
    assert kept(own) == kept(User.objects.get(pk=reader.user_id))


@pytest.mark.parametrize("role", ["commander", "auditor", "community"])
def test_who_is_no_administrator_manages_nobody(hire: Hire, at: datetime, role: str) -> None:
    hire("clerk", "community", YINHE)
    reader = readers(hire("boss", role, TOWN).pk, at=at)[0]
    assert logins(reader, at) == []
    clerk = User.objects.get(login="clerk")
    with pytest.raises(Refusal), opened(reader):
        staffing.hand_out_password(reader, clerk.pk, at=at)


def test_a_post_elsewhere_takes_an_account_out_of_his_hands_until_it_ends(
    hire: Hire, administrator: Administrator, at: datetime
) -> None:
    clerk = hire("clerk", "community", YINHE)
    reader = administrator(YINHE)
    with scope(""):
        town_post = appoint(clerk, "task_group", TOWN, actor="cli:owner", at=at)
    assert "clerk" not in logins(reader, at)
    with pytest.raises(Refusal), opened(reader):
        staffing.hand_out_password(reader, clerk.pk, at=at)
    with scope(""):
        town_post.until_at = at
        town_post.save()
    assert "clerk" in logins(reader, at)


@pytest.mark.parametrize("kept_by", [opened, without_its_help], ids=["database", "acts"])
def test_a_post_in_his_area_of_somebody_with_another_elsewhere_is_not_his_to_change(
    hire: Hire, administrator: Administrator, at: datetime, kept_by: Any
) -> None:
    clerk = hire("clerk", "community", YINHE)
    hire("other", "grid_worker", CELL)
    number = post_of(clerk)
    with scope(""):
        appoint(clerk, "task_group", TOWN, actor="cli:owner", at=at)
    reader, until = administrator(YINHE), at + timedelta(days=1)
    with pytest.raises(Refusal), kept_by(reader):
        staffing.withdraw_post(reader, number, at=at)
    with pytest.raises(Refusal), kept_by(reader):
        staffing.let_stand_in(reader, number, login="other", until=until, at=at)
    assert len(readers(clerk.pk, at=at)) == 2


def test_an_account_without_a_post_stays_with_the_area_it_had(
    hire: Hire, administrator: Administrator, at: datetime
) -> None:
    clerk = hire("clerk", "community", LIANSHA)
    near, above, far = administrator(LIANSHA), administrator(TOWN), administrator(YINHE)
    with scope(""):
        Appointment.objects.filter(user=clerk).update(until_at=at)
    assert "clerk" in logins(near, at)
    assert "clerk" in logins(above, at)
    assert "clerk" not in logins(far, at)


def test_on_his_pages_the_database_neither_shows_nor_changes_another_account(
    hire: Hire, administrator: Administrator
) -> None:
    boss = hire("boss", "commander", TOWN)
    reader = administrator(YINHE)
    before = kept(boss)
    with opened(reader):
        assert not User.objects.filter(login="boss").exists()
        assert User.objects.filter(pk=boss.pk).update(password="stolen") == 0
        boss.is_active = False
        with pytest.raises(DatabaseError), transaction.atomic():
            boss.save(update_fields=["is_active"])
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM accounts_user WHERE login = 'boss'")
            assert cursor.rowcount == 0
    assert kept(boss) == before


def test_he_gives_posts_in_his_area_alone(hire: Hire, administrator: Administrator, at: datetime) -> None:
    clerk = hire("clerk", "community", YINHE)
    reader = administrator(YINHE)
    for area in (TOWN, LIANSHA):
        with refused("area_not_yours"), opened(reader):
            staffing.give_post(reader, clerk.pk, role="task_group", area_code=area, at=at)
        with refused("area_not_yours"), opened(reader):
            staffing.engage(reader, login="new", name="解小兰", role="community", area_code=area, at=at)
    assert not User.objects.filter(login="new").exists()
    with opened(reader):
        staffing.give_post(reader, clerk.pk, role="grid_worker", area_code=CELL, at=at)
    assert {one.role.key for one in readers(clerk.pk, at=at)} == {"community", "grid_worker"}


def test_an_account_he_makes_has_its_post_and_a_password_to_change(
    administrator: Administrator, at: datetime
) -> None:
    reader = administrator(YINHE)
    with opened(reader):
        number, password = staffing.engage(
            reader, login="Lan.Jie", name="解小兰", role="grid_worker", area_code=CELL, at=at
        )
    made = User.objects.get(pk=number)
    assert (made.login, made.must_change_password) == ("lan.jie", True)
    assert made.check_password(password)
    assert [one.area_code for one in readers(number, at=at)] == [CELL]
    written = AuditLine.objects.filter(actor=reader.login).values_list("act", flat=True)
    assert set(written) == {"user_created", "appointed"}
    assert password not in str(list(AuditLine.objects.values("details")))


def test_a_login_taken_by_somebody_he_cannot_see_is_refused(
    hire: Hire, administrator: Administrator, at: datetime
) -> None:
    hire("boss", "commander", TOWN)
    reader = administrator(YINHE)
    with refused("login_taken"), opened(reader):
        staffing.engage(reader, login="boss", name="解小兰", role="community", area_code=YINHE, at=at)


def test_a_substitute_stands_in_until_a_day_and_no_longer_than_the_post(
    hire: Hire, administrator: Administrator, at: datetime
) -> None:
    clerk, other = hire("clerk", "community", YINHE), hire("other", "grid_worker", CELL)
    reader, until = administrator(YINHE), at + timedelta(days=2)
    number = post_of(clerk)
    with opened(reader):
        assert staffing.let_stand_in(reader, number, login="Other", until=until, at=at) == other.pk
    held = {one.role.key for one in readers(other.pk, at=at)}
    assert held == {"grid_worker", "community"}
    assert {one.role.key for one in readers(other.pk, at=until)} == {"grid_worker"}
    with opened(reader):
        assert staff.account(reader, other.pk, at=at).posts[-1].instead_of == "clerk"
        staffing.withdraw_post(reader, number, at=at)
    assert {one.role.key for one in readers(other.pk, at=at)} == {"grid_worker"}
    assert readers(clerk.pk, at=at) == []


def test_a_substitute_is_another_account_of_the_area(
    hire: Hire, administrator: Administrator, at: datetime
) -> None:
    number = post_of(hire("clerk", "community", YINHE))
    hire("far", "community", LIANSHA)
    reader, until = administrator(YINHE), at + timedelta(days=2)
    for login, code in (
        ("far", "stand_in_unknown"),
        ("nobody", "stand_in_unknown"),
        ("clerk", "stand_in_same"),
    ):
        with refused(code), opened(reader):
            staffing.let_stand_in(reader, number, login=login, until=until, at=at)


def test_a_substitute_of_the_owners_stays_within_the_posts_area(hire: Hire, at: datetime) -> None:
    hire("clerk", "community", YINHE)
    other = hire("other", "grid_worker", CELL)
    with scope(""), refused("substitute_elsewhere"):
        post = Appointment.objects.get(user__login="clerk")
        appoint(
            other, "community", LIANSHA, stands_in_for=post, until=at + timedelta(1), actor="cli:owner", at=at
        )


def test_a_long_list_comes_page_by_page_and_is_found_by_login_or_name(
    hire: Hire, administrator: Administrator, at: datetime
) -> None:
    with scope(""):
        for number in range(staff.PAGE + 5):
            User(login=f"w{number:03}", name=f"网格员{number:03}号", created_at=at).save()
        for user in User.objects.filter(login__startswith="w"):
            Appointment(
                user=user, role="grid_worker", area_code=CELL, from_at=at, given_by="cli:owner"
            ).save()
    reader = administrator(YINHE)
    with opened(reader):
        first = staff.accounts(reader, at=at)
        second = staff.accounts(reader, after=first.next or "", at=at)
    assert first.count == second.count == staff.PAGE + 6
    assert [one.login for one in [*first.rows, *second.rows]] == sorted(
        [reader.login, *(f"w{number:03}" for number in range(staff.PAGE + 5))]
    )
    assert second.next is None
    assert logins(reader, at, search="w03 ") == [f"w03{number}" for number in range(10)]
    assert logins(reader, at, search="员007") == ["w007"]
    assert logins(reader, at, search="nobody") == []


GIVES: dict[str, Callable[[Reader, User, datetime], Any]] = {
    "post": lambda reader, user, at: staffing.give_post(
        reader, user.pk, role="task_group", area_code=TOWN, at=at
    ),
    "stand_in": lambda reader, user, at: staffing.let_stand_in(
        reader, post_of(User.objects.get(login="boss")), login=user.login, until=at + timedelta(days=1), at=at
    ),
}


def alarms() -> list[tuple[str, str, Any]]:
    lines = AuditLine.objects.filter(act="guarded_account").order_by("id")
    return [(one.actor, one.area_code, one.details) for one in lines]


@pytest.mark.parametrize("how", GIVES)
def test_a_post_that_decides_or_sees_the_town_is_told_to_those_who_audit(
    hire: Hire, administrator: Administrator, at: datetime, how: str
) -> None:
    hire("boss", "commander", TOWN)
    clerk, reader = hire("clerk", "community", YINHE), administrator(TOWN)
    with opened(reader):
        GIVES[how](reader, clerk, at)
    role = {"post": "task_group", "stand_in": "commander"}[how]
    assert alarms() == [(reader.login, TOWN, {"login": "clerk", "role": role, "how": how})]


def test_a_new_password_for_who_decides_is_told_to_those_who_audit(
    hire: Hire, administrator: Administrator, at: datetime
) -> None:
    boss, reader = hire("boss", "commander", TOWN), administrator(TOWN)
    with opened(reader):
        staffing.hand_out_password(reader, boss.pk, at=at)
    assert alarms() == [(reader.login, TOWN, {"login": "boss", "role": "commander", "how": "password"})]


def test_an_account_made_for_who_audits_is_told_too(administrator: Administrator, at: datetime) -> None:
    reader = administrator(TOWN)
    with opened(reader):
        staffing.engage(reader, login="aud", name="审计", role="auditor", area_code=TOWN, at=at)
    assert [details["how"] for *_, details in alarms()] == ["post"]


def test_everyday_posts_and_passwords_raise_no_alarm(
    hire: Hire, administrator: Administrator, at: datetime
) -> None:
    clerk, reader = hire("clerk", "community", YINHE), administrator(TOWN)
    with opened(reader):
        staffing.give_post(reader, clerk.pk, role="grid_worker", area_code=CELL, at=at)
        staffing.hand_out_password(reader, clerk.pk, at=at)
    assert alarms() == []
