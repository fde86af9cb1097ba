"""A whole number is shown for a reason, to whoever may, within the area, on record, and only so often an hour."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone

from fournets.audit.models import AuditLine
from fournets.crypto import load_ring
from fournets.home import home
from fournets.language import Refusal
from fournets.organization.access import Reader, opened, readers
from fournets.organization.models import Unmasking
from fournets.organization.rights import rights, roles
from fournets.organization.unmask import FIELDS, limits, unmask
from fournets.people.models import Person
from fournets.places.scope import scope
from tests.apps.access.cast import (
    ADDRESS,
    AREAS,
    ID_NUMBER,
    INSIDE,
    PHONE,
    Made,
    account_for,
    appointed,
    plant,
)

REASON = "电话核对返镇行程"
VALUES = {"id_number": ID_NUMBER, "phone": PHONE, "address": ADDRESS}
MAY = rights()["people.unmask"].roles


@pytest.fixture
def made(db: None) -> dict[str, Made]:
    return plant()


def reader(role: str = "community", login: str = "mei.au") -> Reader:
    user = account_for(login)
    appointed(user, role, AREAS["own"])
    return readers(user.pk, at=timezone.now())[0]


def look(
    who: Reader,
    made: Made,
    field: str = "phone",
    *,
    reason: str = REASON,
    at: datetime | None = None,
) -> str:
    ring = load_ring(home() / "keys.toml")
    return unmask(who, made.person.public_id, field, reason=reason, ring=ring, at=at or timezone.now())


def refused(who: Reader, made: Made, field: str = "phone", **more: str) -> str:
    with pytest.raises(Refusal) as found:
        look(who, made, field, **more)
    return found.value.message.code


def lines(act: str = "field_unmasked") -> list[AuditLine]:
    return list(AuditLine.objects.filter(act=act))


def already(who: Reader, count: int, at: datetime) -> None:
    Unmasking.objects.bulk_create([Unmasking(user_id=who.user_id, at=at) for _ in range(count)])


@pytest.mark.parametrize("field", FIELDS)
def test_a_value_is_shown_whole_and_the_audit_says_who_whose_which_and_why(
    made: dict[str, Made], field: str
) -> None:
    assert look(reader(), made["below"], field) == VALUES[field]
    (line,) = lines()
    assert (line.actor, line.area_code) == ("mei.au", AREAS["below"])
    assert line.details == {"person": made["below"].person.public_id, "field": field, "reason": REASON}


@pytest.mark.parametrize("role", roles())
def test_only_roles_with_the_right_are_shown_it(made: dict[str, Made], role: str) -> None:
    if role in MAY:
        assert look(reader(role), made["own"]) == PHONE
    else:
        assert refused(reader(role), made["own"]) == "unmask_right_missing"
        assert lines() == [] and Unmasking.objects.count() == 0


@pytest.mark.parametrize("relation", [one for one in AREAS if one not in INSIDE])
def test_nobody_outside_the_area_is_there(made: dict[str, Made], relation: str) -> None:
    assert refused(reader(), made[relation]) == "person_unknown"
    assert lines() == []


@pytest.mark.parametrize("field", ["name", "values", "id_number_sealed", "", "birth_on"])
def test_no_other_field_is_shown(made: dict[str, Made], field: str) -> None:
    assert refused(reader(), made["own"], field) == "unmask_field"


@pytest.mark.parametrize("reason", ["", "   ", "核对", "aaaaaaaaaa", "1234567890", "......"])
def test_a_reason_that_says_nothing_is_none(made: dict[str, Made], reason: str) -> None:
    assert refused(reader(), made["own"], reason=reason) == "unmask_reason"
    assert lines() == []


def test_a_reason_that_repeats_the_value_is_kept_without_it(made: dict[str, Made]) -> None:
    look(reader(), made["own"], reason=f"核对 {ID_NUMBER} 的行程\n和 {PHONE}" + "长" * 300)
    said = lines()[0].details["reason"]
    assert ID_NUMBER not in said and PHONE not in said and len(said) <= 200
    assert said.startswith("核对 … 的行程 和 …")


def test_no_line_of_the_audit_holds_a_value(made: dict[str, Made]) -> None:
    who = reader()
    for field in FIELDS:
        look(who, made["own"], field)
    said = str([(one.details, one.actor, one.act) for one in AuditLine.objects.all()])
    assert not [value for value in VALUES.values() if value in said]


def test_what_is_not_known_cannot_be_shown_and_is_not_counted(made: dict[str, Made]) -> None:
    with scope(""):
        Person.objects.filter(pk=made["own"].person.pk).update(phone_sealed=None)
    assert refused(reader(), made["own"]) == "unmask_nothing"
    assert Unmasking.objects.count() == 0


def test_over_the_limit_nothing_is_shown_and_the_try_is_on_record(made: dict[str, Made]) -> None:
    who, now = reader(), timezone.now()
    already(who, limits().per_hour - 1, now)
    assert look(who, made["own"], at=now) == PHONE
    assert refused(who, made["own"]) == "unmask_limit"
    (line,) = lines("unmask_refused")
    assert line.details["person"] == made["own"].person.public_id
    assert (len(lines()), Unmasking.objects.count()) == (1, limits().per_hour)


def test_the_try_stays_on_record_inside_a_page_that_says_so(made: dict[str, Made]) -> None:
    who = reader()
    already(who, limits().per_hour, timezone.now())
    with opened(who):
        assert refused(who, made["own"]) == "unmask_limit"
    assert len(lines("unmask_refused")) == 1


def test_an_hour_later_it_is_shown_again_and_old_counts_go(made: dict[str, Made]) -> None:
    who, now = reader(), timezone.now()
    already(who, limits().per_hour, now - timedelta(hours=1))
    already(who, 5, now - timedelta(days=1, minutes=1))
    assert look(who, made["own"], at=now) == PHONE
    assert Unmasking.objects.count() == limits().per_hour + 1


def test_the_limit_is_each_accounts_own(made: dict[str, Made]) -> None:
    who, other = reader(), reader(login="lan.xie")
    already(who, limits().per_hour, timezone.now())
    assert refused(who, made["own"]) == "unmask_limit"
    assert look(other, made["own"]) == PHONE


def test_another_post_of_the_same_account_does_not_begin_anew(made: dict[str, Made]) -> None:
    who = reader()
    appointed(get_user_model().objects.get(pk=who.user_id), "medic", AREAS["own"])
    already(who, limits().per_hour, timezone.now())
    for post in readers(who.user_id, at=timezone.now()):
        assert refused(post, made["own"]) == "unmask_limit"


def test_a_count_is_one_look_into_one_index(made: dict[str, Made]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT count(*) FROM organization_unmasking WHERE user_id = 1 AND at > now() - interval '1 hour'"
        )
        assert any("unmasking_by_user" in line for (line,) in cursor.fetchall())


@pytest.mark.django_db(transaction=True)
def test_requests_at_once_do_not_pass_the_limit_together() -> None:
    made, who = plant(), reader()
    already(who, limits().per_hour - 1, timezone.now())
    together = Barrier(6)

    def one(_: int) -> bool:
        try:
            connection.ensure_connection()
            together.wait()
            return look(who, made["own"]) == PHONE
        except Refusal as found:
            assert found.message.code == "unmask_limit"
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(together.parties) as pool:
        assert sum(pool.map(one, range(together.parties))) == 1
    assert len(lines("unmask_refused")) == together.parties - 1
