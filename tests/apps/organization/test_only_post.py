"""Who gives rights, and who audits, holds no other post: the service says so, and the database refuses."""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from fournets.accounts.models import User
from fournets.audit.models import AuditLine
from fournets.language import Refusal
from fournets.organization.access import readers
from fournets.organization.appointments import appoint, withdraw
from fournets.organization.models import Appointment
from fournets.organization.rights import roles
from fournets.places.scope import scope
from tests.apps.access.tables import as_owner
from tests.apps.organization.conftest import CELL, LIANSHA, TOWN, YINHE, Hire, refused

ALONE = {"auditor": "auditor_only_post", "administrator": "administrator_only_post"}
PAIRS = [(role, other) for role in ALONE for other in roles() if other != role]


def posts(user: User, at: datetime) -> list[tuple[str, str]]:
    return [(one.role.key, one.area_code) for one in readers(user.pk, at=at)]


@pytest.mark.parametrize(("role", "other"), PAIRS)
def test_no_other_post_beside(hire: Hire, at: datetime, role: str, other: str) -> None:
    first, second = hire("lan", role, TOWN), hire("mei", other, YINHE)
    expected = {ALONE[one] for one in (role, other) if one in ALONE}
    for user, given in ((first, other), (second, role)):
        with pytest.raises(Refusal) as caught, scope(""):
            appoint(user, given, TOWN, actor="cli:owner", at=at)
        assert caught.value.message.code in expected
        assert len(posts(user, at)) == 1


def test_the_sentence_says_why_in_both_languages(hire: Hire, at: datetime) -> None:
    auditor = hire("lan", "auditor", TOWN)
    with pytest.raises(Refusal) as caught, scope(""):
        appoint(auditor, "commander", TOWN, actor="cli:owner", at=at)
    said = caught.value.message
    assert "不能自己审自己" in said.text("zh") and "账号 lan" in said.text("zh")
    assert "nobody audits himself" in said.text("en") and "account lan" in said.text("en")


def test_the_database_refuses_what_goes_round_the_service(hire: Hire, at: datetime) -> None:
    auditor = hire("lan", "auditor", TOWN)
    words: dict[str, Any] = {"user": auditor, "area_code": TOWN, "given_by": "x"}
    later = {"from_at": at + timedelta(days=30), "until_at": at + timedelta(days=31)}
    for days in ({"from_at": at}, later):
        with (
            pytest.raises(IntegrityError, match="an_auditor_holds_no_other_post"),
            transaction.atomic(),
            scope(""),
        ):
            Appointment.objects.create(role="commander", **days, **words)


def test_an_auditor_of_two_communities_may_be_one_person(hire: Hire, at: datetime) -> None:
    auditor = hire("lan", "auditor", YINHE)
    with scope(""):
        appoint(auditor, "auditor", LIANSHA, actor="cli:owner", at=at)
    assert posts(auditor, at) == [("auditor", YINHE), ("auditor", LIANSHA)]


def test_he_stands_in_for_nobody_and_nobody_with_a_post_for_him(hire: Hire, at: datetime) -> None:
    auditor, clerk = hire("lan", "auditor", TOWN), hire("mei", "community", TOWN)
    until = at + timedelta(days=1)
    with scope(""):
        for user, held in ((auditor, clerk), (clerk, auditor)):
            post = Appointment.objects.get(user=held)
            with refused("auditor_only_post"):
                appoint(user, post.role, TOWN, until=until, stands_in_for=post, actor="cli:owner", at=at)


def test_after_the_one_post_the_other(hire: Hire, at: datetime) -> None:
    auditor = hire("lan", "auditor", TOWN)
    later = at + timedelta(seconds=1)
    with scope(""):
        withdraw(Appointment.objects.get(user=auditor), actor="cli:owner", at=later)
        appoint(auditor, "community", YINHE, actor="cli:owner", at=later)
    assert posts(auditor, later) == [("community", YINHE)]


def test_an_auditors_post_held_beside_another_before_ends_when_the_rule_begins(
    hire: Hire, at: datetime
) -> None:
    migration = import_module("fournets.organization.migrations.0011_an_auditor_holds_no_other_post")
    as_owner("ALTER TABLE organization_appointment DROP CONSTRAINT an_auditor_holds_no_other_post")
    both, alone = hire("lan", "auditor", TOWN), hire("mei", "auditor", TOWN)
    with scope(""):
        appoint(both, "grid_worker", CELL, actor="cli:owner", at=at)
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    with connection.schema_editor(atomic=False) as editor:
        migration.end_those_beside(None, editor)
        constraint = migration.Migration.operations[1].constraint
        editor.add_constraint(Appointment, constraint)
    assert posts(both, at) == [("grid_worker", CELL)]
    assert posts(alone, at) == [("auditor", TOWN)]
    line = AuditLine.objects.get(act="withdrawn")
    assert (line.actor, line.area_code, line.details["login"]) == ("init", TOWN, "lan")
