"""Somebody is forgotten when one post has asked for it, another approved, and nothing is going on about him."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from fournets.audit.models import AuditLine
from fournets.crypto import KeyRing, load_ring
from fournets.home import home
from fournets.intake.services import TakeIn, take_in
from fournets.keeping.deletions import LOG
from fournets.keeping.forget import Forgot
from fournets.keeping.forgetting import ask_forgetting, decide_forgetting, forget_approved, ready_to_forget
from fournets.keeping.models import Forgetting
from fournets.keeping.retention import apply_retention, data_classes
from fournets.keeping.selectors import forgetting_of, forgettings, forgettings_answered, forgettings_asked
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.organization.models import Task
from fournets.organization.rights import roles
from fournets.people.models import Person
from fournets.people.services import merge_people
from fournets.places.scope import scope
from tests.apps.intake.conftest import AT, DAY, MEI, Workbook
from tests.apps.keeping.lives import (
    BOOK,
    LATER,
    NAME,
    as_keeper,
    live,
    numbers_of,
    person,
    whole_register,
)

pytestmark = pytest.mark.django_db
WHY = "本人申请,受理号 17"
TOWN, OTHER_AREA = "440605123", "440605123008"


def reader(role: str, login: str, area_code: str = TOWN) -> Reader:
    return Reader(1, login, "某人", 1, roles()[role], "", area_code)


OFFICER, COMMANDER = reader("data_protection_officer", "protector"), reader("commander", "boss")


@pytest.fixture
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeyRing:
    """A data folder of its own, with fresh keys."""
    monkeypatch.setenv("FOURNETS_HOME", str(tmp_path / "home"))
    return load_ring(home() / "keys.toml")


@pytest.fixture
def filed(ring: KeyRing, town: str, how: TakeIn, workbook: Workbook) -> KeyRing:
    take_in([workbook("银河户册.xlsx", BOOK)], how, ring=ring)
    return ring


def asked(ring: KeyRing, who: Reader = OFFICER, reason: str = WHY) -> Forgetting:
    return ask_forgetting(who, person().public_id, reason, on=LATER, at=AT, ring=ring)


def approved(ring: KeyRing) -> Forgetting:
    return decide_forgetting(COMMANDER, asked(ring).pk, True, at=AT)


def done(ring: KeyRing) -> list[Forgot]:
    with as_keeper():
        return list(forget_approved(on=LATER, at=AT, ring=ring))


def code_of(refused: pytest.ExceptionInfo[Refusal]) -> str:
    return refused.value.message.code


def test_asked_for_and_approved_nothing_of_him_is_left(filed: KeyRing) -> None:
    one = person()
    live(one, filed)
    approved(filed)
    (gone,) = done(filed)
    after = whole_register(filed)
    assert gone.person == one.public_id
    assert [said for said in (NAME, MEI, WHY) if said in after] == []
    assert one.pk not in numbers_of("person_id")
    assert Forgetting.objects.count() == 0
    assert one.public_id in (home() / LOG).read_text()


def test_the_audit_says_who_asked_who_approved_and_that_it_was_done(filed: KeyRing) -> None:
    one, number = person(), approved(filed).pk
    done(filed)
    about = {"number": number, "person": one.public_id}
    acts = [
        (line.act, line.actor, line.details) for line in AuditLine.objects.filter(act__startswith="forgetting_").order_by("id")
    ]  # fmt: skip
    assert acts == [("forgetting_asked", "protector", about), ("forgetting_approved", "boss", about)]
    line = AuditLine.objects.get(act="person_forgotten")
    assert (line.actor, line.details["asked_by"], line.details["reason"]) == ("boss", "protector", WHY)


def test_only_asked_for_or_refused_nobody_is_forgotten(filed: KeyRing) -> None:
    before = person().pk
    one = asked(filed)
    assert done(filed) == []
    decide_forgetting(COMMANDER, one.pk, False, at=AT)
    assert done(filed) == []
    assert person().pk == before
    assert [line.state for line in forgettings_answered("protector", since=AT - timedelta(days=1))] == [
        "refused"
    ]
    assert asked(filed).state == "asked", "it can be asked for again"


def test_while_something_is_going_on_it_is_not_asked_for(filed: KeyRing) -> None:
    live(person(), filed)
    Task.objects.update(closed_at=None)
    with pytest.raises(Refusal) as refused:
        asked(filed)
    assert code_of(refused) == "forget_open_act"
    assert not Forgetting.objects.filter(state="asked").exists()


def test_what_is_going_on_since_holds_it_up_until_it_is_over(filed: KeyRing) -> None:
    live(person(), filed)
    approved(filed)
    Task.objects.update(closed_at=None)
    (line,) = forgettings(TOWN, on=LATER, ring=filed)
    assert (line.held_by, ready_to_forget(LATER), done(filed)) == (("task",), [], [])
    Task.objects.update(closed_at=AT)
    assert len(done(filed)) == 1


def test_another_process_that_is_first_or_an_act_that_begins_just_then_stops_nobody_else(
    filed: KeyRing,
) -> None:
    gone, busy, last = (person(name) for name in (NAME, "陈志强", "解小兰"))
    for one in (gone, busy, last):
        number = ask_forgetting(OFFICER, one.public_id, WHY, on=LATER, at=AT, ring=filed).pk
        decide_forgetting(COMMANDER, number, True, at=AT)
    with as_keeper():
        running, other = (forget_approved(on=LATER, at=AT, ring=filed) for _ in "12")
        assert [next(each).person for each in (running, other)] == [gone.public_id, busy.public_id]
        Task.objects.create(
            area_code=last.area_code, person_id=last.pk, purpose="call", opened_on=DAY, due_at=AT
        )
        assert [list(each) for each in (running, other)] == [[], []]
    assert set(Person.objects.values_list("name", flat=True)) == {"解小兰"}


def test_whoever_was_merged_into_another_since_is_not_forgotten_with_him(filed: KeyRing) -> None:
    """It was not for the other that somebody approved it."""
    approved(filed)
    merge_people(person("陈志强").public_id, person().public_id, reason="同一人", actor="cli", at=AT)
    assert Forgetting.objects.get().person_id not in set(Person.objects.values_list("pk", flat=True))
    assert (done(filed), forgettings(TOWN, on=LATER, ring=filed)) == ([], [])
    with as_keeper():
        over = LATER + timedelta(days=1 + (data_classes()["forgettings"].days or 0))
        apply_retention(on=over, at=AT + (over - DAY), actor="keeper", ring=filed)
    assert Forgetting.objects.count() == 0


def test_nobody_decides_what_he_asked_for(filed: KeyRing) -> None:
    number = asked(filed).pk
    with pytest.raises(Refusal) as refused:
        decide_forgetting(reader("commander", "protector"), number, True, at=AT)
    assert code_of(refused) == "forgetting_two_people"
    other = reader("data_protection_officer", "second")
    assert [len(forgettings_asked(TOWN, who.login)) for who in (OFFICER, other)] == [0, 1]
    assert decide_forgetting(other, number, True, at=AT).decided_by == "second"


def test_the_database_refuses_one_person_too(filed: KeyRing) -> None:
    one = asked(filed)
    one.state, one.decided_by = "approved", one.asked_by
    with pytest.raises(IntegrityError, match="a_forgetting_needs_two_people"), transaction.atomic():
        one.save()


@pytest.mark.parametrize("role", ["commander", "task_group", "community", "administrator", "auditor"])
def test_only_a_data_protection_officer_asks(filed: KeyRing, role: str) -> None:
    with pytest.raises(Refusal) as refused:
        asked(filed, reader(role, "x"))
    assert code_of(refused) == "forgetting_right"


@pytest.mark.parametrize("role", ["task_group", "community", "administrator", "auditor"])
def test_only_who_has_the_right_decides(filed: KeyRing, role: str) -> None:
    number = asked(filed).pk
    with pytest.raises(Refusal) as refused:
        decide_forgetting(reader(role, "x"), number, True, at=AT)
    assert code_of(refused) == "forgetting_right"


def test_nobody_is_asked_for_or_decided_on_in_anothers_area(filed: KeyRing) -> None:
    number = asked(filed).pk
    for far in (reader("data_protection_officer", "far", OTHER_AREA), reader("commander", "far", OTHER_AREA)):
        with scope(OTHER_AREA):
            assert (forgettings(OTHER_AREA, on=LATER, ring=filed), forgettings_asked(OTHER_AREA, "far")) == (
                [],
                [],
            )
            with pytest.raises(Refusal) as refused:
                decide_forgetting(far, number, True, at=AT)
            assert code_of(refused) == "forgetting_unknown"
        with pytest.raises(Refusal) as refused:
            decide_forgetting(far, number, True, at=AT)
        assert code_of(refused) == "forgetting_right", "and not by the database alone"
    public_id = person().public_id
    with scope(OTHER_AREA), pytest.raises(Refusal) as refused:
        ask_forgetting(
            reader("data_protection_officer", "far", OTHER_AREA), public_id, WHY, on=LATER, at=AT, ring=filed
        )
    assert code_of(refused) == "forgetting_person"


@pytest.mark.parametrize("reason", ["", "  ", "440605198502143021", "好"])
def test_it_is_not_asked_for_without_a_reason(filed: KeyRing, reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        asked(filed, reason=reason)
    assert code_of(refused) == "forget_reason"


def test_the_reason_lies_sealed_and_without_numbers(filed: KeyRing) -> None:
    one = asked(filed, reason=f"本人申请 {MEI}")
    assert MEI.encode() not in bytes(one.reason_sealed)
    line = forgetting_of(person().public_id, on=LATER, ring=filed)
    assert line and (line.reason, line.name) == ("本人申请 …", NAME)


def test_it_is_asked_for_once(filed: KeyRing) -> None:
    asked(filed)
    with pytest.raises(Refusal) as refused:
        asked(filed, reader("data_protection_officer", "second"))
    assert code_of(refused) == "forgetting_twice"


def test_what_did_not_come_about_goes_after_its_period_and_what_waits_to_be_done_stays(
    filed: KeyRing,
) -> None:
    decide_forgetting(COMMANDER, asked(filed).pk, False, at=AT)
    approved(filed)
    one = person()
    Task.objects.create(area_code=one.area_code, person_id=one.pk, purpose="call", opened_on=DAY, due_at=AT)
    days = data_classes()["forgettings"].days or 0
    for kept, left in ((days, ["approved", "refused"]), (days + 1, ["approved"])):
        on = DAY + timedelta(days=kept)
        with as_keeper():
            apply_retention(on=on, at=AT + (on - DAY), actor="keeper", ring=filed)
        assert sorted(Forgetting.objects.values_list("state", flat=True)) == left
