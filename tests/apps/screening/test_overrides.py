"""Another class than the rules': two people, a reason, an end; otherwise nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from fournets.audit.models import AuditLine
from fournets.crypto import KeyRing, new_ring
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.organization.rights import roles
from fournets.people.models import Person
from fournets.places.scope import set_scope
from fournets.screening.models import Override
from fournets.screening.selectors.overrides import overrides, overrides_of
from fournets.screening.services import assess_people, replay
from fournets.screening.services.overrides import ask, decide, end, limits
from tests.apps.screening.people import AT, CELL, HUBEI, LIANSHA, ON, TOWN, YINHE, add_people, decision_of

pytestmark = pytest.mark.django_db
WHY = "社区与卫生院复核:行程轨迹证明他一月未离开本镇"
UNTIL = ON + timedelta(days=7)
RING = new_ring()


@pytest.fixture(autouse=True)
def _whole_town(db: None, _application_role: None) -> Iterator[None]:
    set_scope(TOWN)
    yield


@pytest.fixture
def person() -> Person:
    (found,) = add_people([HUBEI])
    run()
    return found


def run(on: date = ON) -> None:
    assess_people(on=on, actor="assessor", at=AT)


def reader(role: str, login: str, area_code: str = TOWN) -> Reader:
    return Reader(1, login, "某人", 1, roles()[role], "", area_code)


MEDIC, COMMANDER = reader("medic", "medic"), reader("commander", "boss")


def asked(person: Person, risk_class: str = "none", until: date = UNTIL, reason: str = WHY) -> Override:
    return ask(MEDIC, person.public_id, risk_class, until, reason, on=ON, at=AT, ring=RING)


def test_what_is_only_asked_for_changes_nothing(person: Person) -> None:
    before = decision_of(person).risk_class
    asked(person)
    run()
    assert decision_of(person).risk_class == before != "none"


def test_what_another_person_approves_counts_at_once_and_says_so(person: Person) -> None:
    ruled = decision_of(person)
    one = asked(person)
    decide(COMMANDER, one.pk, True, on=ON, at=AT)
    now = decision_of(person)
    assert (now.risk_class, now.from_on, now.until_on) == ("none", ON, UNTIL)
    assert [reason["rule"] for reason in now.reasons] == ["manual_override", ruled.reasons[0]["rule"]]
    assert f"第 {one.pk} 号" in now.reasons[0]["zh"]
    assert replay(now).stands


def test_when_its_time_is_over_the_rules_count_again(person: Person) -> None:
    ruled = decision_of(person).risk_class
    decide(COMMANDER, asked(person).pk, True, on=ON, at=AT)
    run(UNTIL - timedelta(days=1))
    assert decision_of(person).risk_class == "none"
    run(UNTIL)
    assert decision_of(person).risk_class == ruled


def test_it_can_be_ended_before(person: Person) -> None:
    ruled = decision_of(person).risk_class
    one = decide(COMMANDER, asked(person).pk, True, on=ON, at=AT)
    end(MEDIC, one.pk, on=ON, at=AT)
    assert decision_of(person).risk_class == ruled
    assert [line.ended_by for line in overrides_of(person, ring=RING)] == ["medic"]


def test_refused_it_never_counts(person: Person) -> None:
    ruled = decision_of(person).risk_class
    one = decide(COMMANDER, asked(person).pk, False, on=ON, at=AT)
    run()
    assert (one.state, decision_of(person).risk_class) == ("refused", ruled)
    with pytest.raises(Refusal) as again:
        decide(COMMANDER, one.pk, True, on=ON, at=AT)
    assert again.value.message.code == "override_unknown"


def test_nobody_decides_what_he_asked_for(person: Person) -> None:
    one = asked(person)
    with pytest.raises(Refusal) as refused:
        decide(reader("commander", MEDIC.login), one.pk, True, on=ON, at=AT)
    assert refused.value.message.code == "override_two_people"


def test_the_database_refuses_one_person_too(person: Person) -> None:
    one = asked(person)
    one.state, one.decided_by = "approved", one.asked_by
    with pytest.raises(IntegrityError, match="an_override_needs_two_people"), transaction.atomic():
        one.save()


@pytest.mark.parametrize(
    ("who", "code"),
    [
        (reader("grid_worker", "grid"), "override_right"),
        (reader("medic", "medic", LIANSHA), "override_right"),
        (reader("administrator", "admin"), "override_right"),
    ],
)
def test_only_a_post_with_the_right_in_the_area_asks(person: Person, who: Reader, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        ask(who, person.public_id, "none", UNTIL, WHY, on=ON, at=AT, ring=RING)
    assert refused.value.message.code == code


def test_only_a_post_with_the_right_decides(person: Person) -> None:
    one = asked(person)
    for who in (reader("medic", "other"), reader("commander", "far", LIANSHA)):
        with pytest.raises(Refusal) as refused:
            decide(who, one.pk, True, on=ON, at=AT)
        assert refused.value.message.code == "override_right"


@pytest.mark.parametrize(
    ("risk_class", "until", "reason", "code"),
    [
        ("holy", UNTIL, WHY, "override_class"),
        ("none", UNTIL, " 好人 ", "override_reason"),
        ("none", ON, WHY, "override_days"),
        ("none", ON + timedelta(days=limits().days + 1), WHY, "override_days"),
    ],
)
def test_what_is_asked_for_is_checked(
    person: Person, risk_class: str, until: date, reason: str, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        asked(person, risk_class, until, reason)
    assert refused.value.message.code == code
    assert not Override.objects.exists()


def test_one_at_a_time(person: Person) -> None:
    asked(person)
    with pytest.raises(Refusal) as refused:
        asked(person)
    assert refused.value.message.code == "override_twice"


def test_when_one_is_over_another_can_be_asked_for(person: Person) -> None:
    asked(person)
    again = ask(MEDIC, person.public_id, "none", UNTIL + timedelta(days=1), WHY, on=UNTIL, at=AT, ring=RING)
    assert (again.state, again.from_on) == ("asked", UNTIL)


def test_it_counts_from_the_day_it_is_approved(person: Person) -> None:
    later = ON + timedelta(days=2)
    one = decide(COMMANDER, asked(person).pk, True, on=later, at=AT)
    assert (one.from_on, one.until_on) == (later, UNTIL)


def test_approved_after_its_end_it_never_counts(person: Person) -> None:
    one = decide(COMMANDER, asked(person).pk, True, on=UNTIL + timedelta(days=1), at=AT)
    assert (one.state, one.from_on) == ("approved", UNTIL)
    assert "manual_override" not in [reason["rule"] for reason in decision_of(person).reasons]


def test_of_two_asked_for_at_the_same_moment_one_is_approved(person: Person) -> None:
    first = asked(person)
    second = Override.objects.get(pk=first.pk)
    second.pk = None
    second.save()
    decide(COMMANDER, first.pk, True, on=ON, at=AT)
    with pytest.raises(Refusal) as refused:
        decide(COMMANDER, second.pk, True, on=ON, at=AT)
    assert refused.value.message.code == "override_twice"


def test_every_act_is_on_record_by_its_name(person: Person) -> None:
    end(MEDIC, decide(COMMANDER, asked(person).pk, True, on=ON, at=AT).pk, on=ON, at=AT)
    decide(COMMANDER, asked(person).pk, False, on=ON, at=AT)
    lines = AuditLine.objects.filter(act__startswith="override").order_by("id").values_list("act", "actor")
    assert list(lines) == [
        ("override_asked", "medic"), ("override_approved", "boss"), ("override_ended", "medic"),
        ("override_asked", "medic"), ("override_refused", "boss"),
    ]  # fmt: skip


def test_only_who_may_ask_or_decide_there_ends_one(person: Person) -> None:
    one = decide(COMMANDER, asked(person).pk, True, on=ON, at=AT)
    for who in (reader("grid_worker", "grid"), reader("medic", "far", LIANSHA)):
        with pytest.raises(Refusal) as refused:
            end(who, one.pk, on=ON, at=AT)
        assert refused.value.message.code == "override_right"
    assert end(COMMANDER, one.pk, on=ON, at=AT).ended_by == "boss"


def test_what_is_over_is_not_ended(person: Person) -> None:
    one = asked(person)
    with pytest.raises(Refusal) as refused:
        end(MEDIC, one.pk, on=UNTIL, at=AT)
    assert refused.value.message.code == "override_unknown"


def test_ended_before_it_began_it_ends_where_it_begins(person: Person) -> None:
    one = end(MEDIC, asked(person).pk, on=ON - timedelta(days=1), at=AT)
    assert (one.from_on, one.until_on) == (ON, ON)


def test_the_reason_is_kept_without_blanks_around_it(person: Person) -> None:
    asked(person, reason=f"  {WHY}\n")
    assert [line.reason for line in overrides_of(person, ring=RING)] == [WHY]


def test_the_list_shows_what_waits_first_then_what_counts(person: Person) -> None:
    other, third = add_people([{}, {}], first=50)
    counts = decide(COMMANDER, asked(other).pk, True, on=ON, at=AT)
    waits = asked(person)
    decide(COMMANDER, asked(third).pk, False, on=ON, at=AT)
    lines = overrides(YINHE, on=ON, ring=RING)
    assert [(line.number, line.person, line.reason) for line in lines] == [
        (waits.pk, person.public_id, WHY),
        (counts.pk, other.public_id, WHY),
    ]
    assert overrides(LIANSHA, on=ON, ring=RING) == []


def test_the_reason_is_sealed(person: Person) -> None:
    one = asked(person)
    assert WHY.encode() not in bytes(Override.objects.get(pk=one.pk).reason_sealed)


def test_outside_the_scope_there_is_none(person: Person, ring: KeyRing = RING) -> None:
    asked(person)
    set_scope(CELL)
    assert Override.objects.count() == 1
    set_scope(LIANSHA)
    assert Override.objects.count() == 0
