"""Who is a contact still: when files of a person are joined and taken apart, a case is excluded, or somebody is met again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from fournets.isolation.models import Change
from fournets.isolation.rules import Exposure
from fournets.isolation.services import Wish, issue
from fournets.language import Refusal
from fournets.people.models import Fact, Person
from fournets.people.services import merge_people, undo_merge
from fournets.tracing.models import Answer, AnswerLine, Case, Contact
from fournets.tracing.rules import Answered
from fournets.tracing.selectors.cases import cases_of
from fournets.tracing.selectors.contacts import ONLY, Contacts, contacts_of, sums_of
from fournets.tracing.services import (
    AnswerRow,
    Seen,
    change_case,
    do_answer,
    look_at_answer,
    note_case,
    note_list,
)
from tests.apps.isolation.test_orders import EXPOSED, MEDIC, ON, RING
from tests.apps.people.rows import file, person_row, resident
from tests.apps.screening.people import AT, TOWN
from tests.apps.tracing.test_tracing import FREE, LAST, SEEN, met


def test_contacts_go_with_a_file_that_is_joined_and_come_back(case: Case) -> None:
    names = ("区美兰", "查文华")
    found = file(
        *(
            person_row(name, row=row, id_number=resident(sequence=row * 2))
            for row, name in enumerate(names, 2)
        )
    )
    first, second = (Person.objects.get(public_id=one["public_id"]) for one in found)
    met(first, case), met(second, case, Seen("close", "work", ON))
    other = note_case(MEDIC, second.public_id, "suspect", onset_on=None, reported_on=ON, on=ON, at=AT)
    merge_people(first.public_id, second.public_id, actor="x", reason="同一人", at=AT)
    kept = Contact.objects.get(person_id=first.pk)
    assert (kept.first_on, kept.last_on) == (SEEN.first_on, ON)
    assert Case.objects.get(pk=other.pk).person_id == first.pk
    undo_merge(second.public_id, actor="x", at=AT)
    assert Case.objects.get(pk=other.pk).person_id == second.pk
    assert set(Contact.objects.values_list("person_id", flat=True)) == {first.pk, second.pk}


def test_nobody_becomes_a_contact_of_himself_by_a_merge() -> None:
    names = ("区美兰", "查文华")
    found = file(
        *(
            person_row(name, row=row, id_number=resident(sequence=row * 2))
            for row, name in enumerate(names, 2)
        )
    )
    first, second = (Person.objects.get(public_id=one["public_id"]) for one in found)
    own = note_case(MEDIC, first.public_id, "confirmed", onset_on=None, reported_on=ON, on=ON, at=AT)
    met(second, own)
    merge_people(first.public_id, second.public_id, actor="x", reason="同一人", at=AT)
    assert contacts_of(Contacts(TOWN), limit=9) == []
    undo_merge(second.public_id, actor="x", at=AT)
    assert [one.person for one in contacts_of(Contacts(TOWN), limit=9)] == [second.public_id]


def test_contacts_of_two_files_of_one_case_count_once_joined_and_come_back(people: list[Person]) -> None:
    names = ("区美兰", "查文华", "陈小明")
    found = file(
        *(
            person_row(name, row=row, id_number=resident(sequence=row * 2))
            for row, name in enumerate(names, 2)
        )
    )
    first, second, third = (Person.objects.get(public_id=one["public_id"]) for one in found)
    cases = [
        note_case(MEDIC, one.public_id, kind, onset_on=None, reported_on=ON, on=ON, at=AT)
        for one, kind in ((first, "confirmed"), (second, "suspect"), (third, "asymptomatic"))
    ]
    one, other = met(people[1], cases[1]), met(people[2], cases[2])
    both = [
        met(people[3], case, Seen("close", "work", day))
        for case, day in zip(cases, (LAST, LAST, ON), strict=True)
    ]
    before = set(Contact.objects.values_list("pk", "case", "person_id"))
    classes = list(Case.objects.order_by("pk").values_list("classification", "joined_by", "joined_class"))
    merge_people(second.public_id, third.public_id, actor="x", reason="同一人", at=AT)
    merge_people(first.public_id, second.public_id, actor="x", reason="同一人", at=AT)
    lines = contacts_of(Contacts(TOWN, case=cases[0].number), limit=9)
    assert {line.number for line in lines} == {one.pk, other.pk, both[0].pk}
    assert {line.last_on for line in lines if line.number == both[0].pk} == {ON}
    assert sums_of(TOWN).contacts == 3
    undo_merge(second.public_id, actor="x", at=AT)
    assert {line.number for line in contacts_of(Contacts(TOWN, case=cases[1].number), limit=9)} == {
        one.pk,
        other.pk,
        both[1].pk,
    }
    undo_merge(third.public_id, actor="x", at=AT)
    assert set(Contact.objects.values_list("pk", "case", "person_id")) == before
    assert (
        list(Case.objects.order_by("pk").values_list("classification", "joined_by", "joined_class"))
        == classes
    )


def test_contacts_of_an_excluded_case_are_not_counted_and_stand_among_those_that_are_over(
    case: Case, people: list[Person]
) -> None:
    contact = met(people[1], case)
    change_case(MEDIC, case.number, classification="excluded", lab="negative", on=ON, at=AT)
    shown = {only: [one.number for one in contacts_of(Contacts(TOWN, only), limit=9)] for only in ONLY}
    assert shown == {"": [], "unordered": [], "open": [], "positive": [], "over": [contact.pk]}
    sums = sums_of(TOWN)
    assert (sums.contacts, sums.by["decision"]) == (0, {"excluded": 1})
    assert [one.contacts for one in cases_of(TOWN)] == [0]


def test_who_is_met_again_after_he_was_excluded_is_to_be_decided_on_again(
    case: Case, people: list[Person]
) -> None:
    def decisions() -> list[tuple[str, date | None]]:
        return list(Contact.objects.order_by("pk").values_list("decision", "decided_on"))

    for at, one in enumerate(people[1:]):
        met(one, case)
        Fact.objects.create(
            person=one, area_code=one.area_code, file_id=7, sheet=1, row=at, seen_on=ON, origin=at, digest=at
        )
    for one, decision in zip(people[1:], ("excluded", "confirmed", "continue"), strict=True):
        Contact.objects.filter(person_id=one.pk).update(decision=decision, decided_on=ON)
    for one in people[2:]:
        met(one, case)  # noted again as it was known: what was decided stands
    assert decisions() == [("excluded", ON), ("confirmed", ON), ("continue", ON)]
    for one in people[1:]:
        met(one, case, Seen("close", "work", ON))
    assert decisions() == [("open", None), ("confirmed", ON), ("open", None)]
    for earlier, count in ((LAST, 1), (ON, 0)):  # by a list, only if it says a later day
        Contact.objects.filter(person_id=people[1].pk).update(
            decision="excluded", decided_on=ON, last_on=earlier
        )
        if count:
            assert note_list(MEDIC, case.number, 7, Seen("close", "work", ON), on=ON, at=AT, ring=RING) == 1
        else:
            with pytest.raises(Refusal):
                note_list(MEDIC, case.number, 7, Seen("close", "work", ON), on=ON, at=AT, ring=RING)
        assert decisions()[0][0] == ("open" if count else "excluded")


def test_an_order_is_withdrawn_only_where_no_other_reason_stands(case: Case, people: list[Person]) -> None:
    other = note_case(MEDIC, people[3].public_id, "confirmed", onset_on=None, reported_on=ON, on=ON, at=AT)
    home = Wish("returnee", (Exposure("arrival", LAST),))
    both, back = people[1:3]
    issue(MEDIC, both.public_id, EXPOSED, on=ON, at=AT, ring=RING)
    issue(MEDIC, back.public_id, home, on=ON, at=AT, ring=RING)
    first, second, third = met(both, case), met(both, other), met(back, case)

    def looked(*excluded: int) -> list[list[str]]:
        rows = [AnswerRow(2, excluded, Answered("excluded"))]
        answer = look_at_answer(MEDIC, rows, [], sha256="x", at=AT)
        return list(AnswerLine.objects.filter(answer=answer).order_by("pk").values_list("acts", flat=True))

    assert looked(third.pk) == [["note"]], "who came back isolates for that"
    assert looked(first.pk) == [["note"]], "he is a contact of another case"
    assert looked(first.pk, second.pk) == [["note", "ask_withdrawal"]] * 2
    number = Answer.objects.latest("pk").pk
    assert do_answer(MEDIC, number, on=ON, at=AT, ring=RING) == 2 and Change.objects.count() == 1
    Change.objects.all().delete()
    Contact.objects.filter(pk__in=[first.pk, second.pk]).update(decision="open", decided_on=None)
    rows = [
        AnswerRow(2, [first.pk], Answered("excluded")),
        AnswerRow(3, [second.pk], Answered("continue", FREE + timedelta(3))),
    ]
    answer = look_at_answer(MEDIC, rows, [], sha256="x", at=AT)
    do_answer(MEDIC, answer.pk, on=ON, at=AT, ring=RING)
    assert list(Change.objects.values_list("until_on", flat=True)) == [FREE + timedelta(3)]
