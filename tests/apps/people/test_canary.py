"""Canaries: nobody can tell who is one, and whoever touches one is told to those who audit."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from fournets.audit.models import AuditLine
from fournets.crypto import KeyRing, new_ring
from fournets.language import Refusal
from fournets.people.models import Canary, Person
from fournets.people.services.canary import How, add_canary, canaries, remove_canary, touched
from fournets.places.scope import set_scope

AT = datetime(2020, 2, 5, 9, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
GALAXY = "440605123018"
pytestmark = pytest.mark.django_db


@pytest.fixture
def ring() -> KeyRing:
    return new_ring()


@pytest.fixture
def people(ring: KeyRing) -> list[str]:
    """Three people; the second is a canary."""
    set_scope("")
    names = ["PA", "PB", "PC"]
    for name in names:
        Person.objects.create(public_id=name, area_code=GALAXY, name="某人", seen_on=date(2020, 2, 1))
    add_canary("PB", ring=ring, actor="cli:root", at=AT)
    return names


def touch(people: list[str], ring: KeyRing, how: How = "opened") -> int:
    return touched(people, how=how, ring=ring, actor="mei", at=AT)


def alarms() -> list[tuple[str, str, dict[str, str]]]:
    return list(AuditLine.objects.filter(act="canary_touched").values_list("actor", "area_code", "details"))


@pytest.mark.parametrize("how", ["opened", "unmasked", "exported"])
def test_touching_one_among_others_raises_an_alarm(people: list[str], ring: KeyRing, how: How) -> None:
    assert touch(people, ring, how) == 1
    assert alarms() == [("mei", GALAXY, {"person": "PB", "how": how})]


def test_touching_others_raises_none(people: list[str], ring: KeyRing) -> None:
    assert touch(["PA", "PC", "PUNKNOWN"], ring) == touch([], ring) == 0
    assert alarms() == []


def test_a_search_counts_when_it_found_exactly_him(people: list[str], ring: KeyRing) -> None:
    assert (touch(people, ring, "searched"), touch(["PA"], ring, "searched")) == (0, 0)
    assert touch(["PB"], ring, "searched") == 1
    assert len(alarms()) == 1


def test_the_number_of_statements_does_not_grow_with_the_people(
    people: list[str], ring: KeyRing, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        touch([f"P{number}" for number in range(500)], ring)


def test_no_page_can_tell_who_is_one(people: list[str], ring: KeyRing) -> None:
    assert not Canary.objects.exists()
    touch(people, ring)
    assert not Canary.objects.exists()
    assert Canary.objects.filter(mark=ring.index("canary", "PB")).delete()[0] == 0
    assert [one for one, _, _ in canaries(ring=ring)] == ["PB"]
    assert not Canary.objects.exists()


def test_neither_a_dump_nor_the_audit_says_who_is_one(people: list[str], ring: KeyRing) -> None:
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("SELECT person_sealed, people_canary::text FROM people_canary")
        sealed, text = cursor.fetchone()
    assert b"PB" not in bytes(sealed) and "PB" not in text
    assert AuditLine.objects.get(act="canary_added").details == {}


def test_one_is_taken_away_once(people: list[str], ring: KeyRing) -> None:
    remove_canary("PB", ring=ring, actor="cli:root", at=AT)
    assert (touch(people, ring), canaries(ring=ring)) == (0, [])
    with pytest.raises(Refusal, match="PB is no canary"):
        remove_canary("PB", ring=ring, actor="cli:root", at=AT)


def test_one_who_is_nobody_is_refused(people: list[str], ring: KeyRing) -> None:
    with pytest.raises(Refusal, match="no person PNOBODY"):
        add_canary("PNOBODY", ring=ring, actor="cli:root", at=AT)
    add_canary("PB", ring=ring, actor="cli:root", at=AT)
    assert len(canaries(ring=ring)) == 1
