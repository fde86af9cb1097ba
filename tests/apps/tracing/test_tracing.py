"""Cases and contacts: noted, taken from a list, answered about; each answer worked out, shown, and done whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from fournets.audit.models import AuditLine
from fournets.isolation.models import Change, IsolationOrder
from fournets.isolation.services import ask_change, decide_change, issue
from fournets.language import Refusal
from fournets.people.models import Fact, Person
from fournets.places.scope import scope
from fournets.tracing.models import Answer, AnswerLine, Case, Contact
from fournets.tracing.rules import Answered, Standing, outcome_of
from fournets.tracing.selectors.cases import answer_lines, case_line, cases_of
from fournets.tracing.selectors.contacts import ONLY, Contacts, contacts_of, sums_of
from fournets.tracing.services import (
    AnswerRow,
    Seen,
    change_case,
    do_answer,
    drop_answer,
    drop_contact,
    look_at_answer,
    note_case,
    note_contact,
    note_list,
    set_lab,
)
from tests.apps.isolation.test_orders import BOSS, EXPOSED, MEDIC, ON, RING, reader
from tests.apps.screening.people import AT, LIANSHA, TOWN, YINHE

LAST = date(2020, 1, 30)
FREE = date(2020, 2, 13)
SEEN = Seen("close", "meal", LAST, LAST - timedelta(days=1), "银河饭店 2 楼")
CLERK = reader("community", "clerk", YINHE)


def met(person: Person, case: Case, seen: Seen = SEEN) -> Contact:
    return note_contact(MEDIC, person.public_id, case.number, seen, on=ON, at=AT, ring=RING)


def ordered(person: Person) -> IsolationOrder:
    return issue(MEDIC, person.public_id, EXPOSED, on=ON, at=AT, ring=RING)


def code_of(refused: pytest.ExceptionInfo[Refusal]) -> str:
    return refused.value.message.code


ISOLATED = Standing(place="site", from_on=LAST, until_on=FREE, basis="contact")


@pytest.mark.parametrize(
    ("standing", "said", "acts", "wrong"),
    [
        (Standing(), Answered("continue"), ("note",), ""),
        (Standing("continue"), Answered("continue"), (), ""),
        (Standing("continue", "negative"), Answered("continue", None, "negative"), (), ""),
        (Standing("continue"), Answered("continue", None, "negative"), ("note",), ""),
        (Standing(), Answered("confirmed"), ("note", "open_case", "order_hospital"), ""),
        (ISOLATED, Answered("confirmed"), ("note", "open_case", "hospital"), ""),
        (Standing(is_case=True, place="hospital"), Answered("confirmed"), ("note",), ""),
        (Standing(), Answered("excluded"), ("note",), ""),
        (ISOLATED, Answered("excluded"), ("note", "ask_withdrawal"), ""),
        (replace(ISOLATED, basis="secondary_contact"), Answered("excluded"), ("note", "ask_withdrawal"), ""),
        (replace(ISOLATED, basis="returnee"), Answered("excluded"), ("note",), ""),
        (replace(ISOLATED, basis="case"), Answered("excluded"), ("note",), ""),
        (replace(ISOLATED, others=True), Answered("excluded"), ("note",), ""),
        (ISOLATED, Answered("release", FREE), ("note",), ""),
        (ISOLATED, Answered("release", FREE + timedelta(3)), ("note", "ask_end"), ""),
        (Standing(place="site", from_on=LAST, until_on=FREE, waits=True), Answered("release", FREE + timedelta(3)), ("note",), ""),
        (ISOLATED, Answered("confirmed", FREE), (), "end_of_none"),
        (Standing(), Answered("release", FREE), (), "no_order"),
        (ISOLATED, Answered("continue", LAST), (), "end_early"),
    ],
)  # fmt: skip
def test_what_an_answer_leads_to(
    standing: Standing, said: Answered, acts: tuple[str, ...], wrong: str
) -> None:
    found = outcome_of(standing, said)
    assert (found.acts, found.wrong) == (acts, wrong)


def test_a_case_has_contacts_with_days_and_a_sealed_place(case: Case, people: list[Person]) -> None:
    contact = met(people[1], case)
    assert contact.place_sealed is not None and "银河饭店".encode() not in bytes(contact.place_sealed)
    assert RING.unseal("place", contact.place_sealed) == SEEN.place
    again = met(people[1], case, Seen("secondary", "work", ON))
    assert again.pk == contact.pk and Contact.objects.get().degree == "secondary"
    line = case_line(case.number)
    assert line is not None and line.contacts == 1 and cases_of(TOWN) == [line]
    assert AuditLine.objects.filter(act="contact_noted").count() == 2


@pytest.mark.parametrize(
    ("seen", "code"),
    [
        (Seen("near", "meal", LAST), "tracing_unknown"),
        (Seen("close", "meal", ON + timedelta(1)), "tracing_future"),
        (Seen("close", "meal", LAST, ON), "tracing_order_of_days"),
        (Seen("close", "meal", LAST, place="地" * 101), "tracing_place_long"),
    ],
)
def test_what_cannot_be_is_refused(case: Case, people: list[Person], seen: Seen, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        met(people[1], case, seen)
    assert code_of(refused) == code and not Contact.objects.exists()


def test_who_is_a_case_is_one_once_and_no_contact_of_himself(case: Case, people: list[Person]) -> None:
    with pytest.raises(Refusal) as twice:
        note_case(MEDIC, people[0].public_id, "suspect", onset_on=None, reported_on=ON, on=ON, at=AT)
    with pytest.raises(Refusal) as himself:
        met(people[0], case)
    assert (code_of(twice), code_of(himself)) == ("tracing_case_twice", "tracing_himself")
    change_case(MEDIC, case.number, classification="excluded", lab="negative", on=ON, at=AT)
    with pytest.raises(Refusal) as excluded:
        met(people[1], case)
    assert code_of(excluded) == "tracing_case_excluded"
    note_case(MEDIC, people[0].public_id, "suspect", onset_on=None, reported_on=ON, on=ON, at=AT)
    with pytest.raises(Refusal) as again:
        change_case(MEDIC, case.number, classification="confirmed", lab="positive", on=ON, at=AT)
    assert code_of(again) == "tracing_case_again"


def test_everybody_on_a_list_becomes_a_contact_and_who_is_one_stays(case: Case, people: list[Person]) -> None:
    met(people[1], case)
    for at, one in enumerate(people):
        Fact.objects.create(
            person=one, area_code=one.area_code, file_id=7, sheet=1, row=at, seen_on=ON, origin=at, digest=at
        )
    assert note_list(MEDIC, case.number, 7, Seen("close", "work", ON), on=ON, at=AT, ring=RING) == 2
    kinds = dict(Contact.objects.values_list("person_id", "kind"))
    assert kinds == {people[1].pk: "meal", people[2].pk: "work", people[3].pk: "work"}
    with pytest.raises(Refusal) as nobody:
        note_list(MEDIC, case.number, 7, SEEN, on=ON, at=AT, ring=RING)
    assert code_of(nobody) == "tracing_list_nobody"


def test_the_list_counts_what_it_shows(case: Case, people: list[Person]) -> None:
    contacts = [met(one, case) for one in people[1:]]
    order = ordered(people[1])
    set_lab(MEDIC, contacts[1].pk, "positive", tested_on=ON, on=ON, at=AT)
    shown = {
        only: [one.number for one in contacts_of(Contacts(TOWN, only, sort="last"), limit=9)] for only in ONLY
    }
    every = [one.pk for one in contacts]
    assert shown == {"": every, "unordered": every[1:], "open": every, "positive": [every[1]], "over": []}
    (line,) = [one for one in contacts_of(Contacts(TOWN), limit=9) if one.order]
    assert (line.stage, line.until_on, line.case) == ("site", order.until_on, case.number)
    sums = sums_of(TOWN)
    assert sums.contacts == 3 and sums.by["stage"] == {"site": 1, "": 2}
    assert sums.by["lab"] == {"positive": 1, "none": 2} and sums.by["kind"] == {"meal": 3}
    assert [one.number for one in contacts_of(Contacts(TOWN, sort="last"), after=every[0], limit=1)] == [
        every[1]
    ]


def test_another_area_neither_sees_nor_notes(case: Case, people: list[Person]) -> None:
    contact = met(people[1], case)
    far = reader("medic", "far", LIANSHA)
    with scope(LIANSHA):
        assert contacts_of(Contacts(TOWN), limit=9) == [] and case_line(case.number) is None
        with pytest.raises(Refusal) as refused:
            set_lab(far, contact.pk, "positive", tested_on=ON, on=ON, at=AT)
    assert code_of(refused) == "tracing_contact_unknown"
    with pytest.raises(Refusal) as right:
        set_lab(far, contact.pk, "positive", tested_on=ON, on=ON, at=AT)
    assert code_of(right) == "tracing_right"


def test_noted_by_mistake_it_is_taken_back_answered_it_stays(case: Case, people: list[Person]) -> None:
    contact = met(people[1], case)
    drop_contact(CLERK, contact.pk, at=AT)
    assert not Contact.objects.exists()
    contact = met(people[1], case)
    look_at_answer(MEDIC, [AnswerRow(2, [contact.pk], Answered("continue"))], [], sha256="x", at=AT)
    with pytest.raises(Refusal) as refused:
        drop_contact(CLERK, contact.pk, at=AT)
    assert code_of(refused) == "tracing_answered"


def test_the_database_holds_one_contact_a_case_and_no_decision_without_a_day(
    case: Case, people: list[Person]
) -> None:
    contact = met(people[1], case)
    for change in ({"decision": "release"}, {"last_on": LAST - timedelta(9)}, {"lab": "maybe"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Contact.objects.filter(pk=contact.pk).update(**change)


def answered(people: list[Person], case: Case) -> Answer:
    """Of three in isolation one is a case, one no contact, and one stays three days longer."""
    contacts = [met(one, case) for one in people[1:]]
    for one in people[1:]:
        ordered(one)
    says = (
        Answered("confirmed", None, "positive"),
        Answered("excluded"),
        Answered("continue", FREE + timedelta(3)),
    )
    rows = [
        AnswerRow(at, [one.pk], said) for at, (one, said) in enumerate(zip(contacts, says, strict=True), 2)
    ]
    return look_at_answer(MEDIC, rows, [{"row": 9, "code": "cdc_wrong_code"}], sha256="x", at=AT)  # fmt: skip


def test_nothing_is_done_before_it_was_looked_at_and_then_all_of_it(case: Case, people: list[Person]) -> None:
    answer = answered(people, case)
    assert set(IsolationOrder.objects.values_list("state", flat=True)) == {"site"}
    assert Case.objects.count() == 1 and not Change.objects.exists()
    found = answer_lines(answer.pk)
    assert found is not None
    assert [one.acts for one, _ in found[1]] == [
        ["note", "open_case", "hospital"],
        ["note", "ask_withdrawal"],
        ["note", "ask_end"],
    ]
    assert answer.problems == [{"row": 9, "code": "cdc_wrong_code"}]
    assert do_answer(MEDIC, answer.pk, on=ON, at=AT, ring=RING) == 3
    own = Case.objects.get(person_id=people[1].pk)
    assert (own.classification, own.lab) == ("confirmed", "positive")
    orders = {one.person_id: one for one in IsolationOrder.objects.all()}
    assert [orders[one.pk].state for one in people[1:]] == ["hospital", "site", "site"]
    wishes = dict(Change.objects.values_list("order__person_id", "until_on"))
    assert wishes == {people[2].pk: None, people[3].pk: FREE + timedelta(3)}
    decide_change(
        BOSS, orders[people[3].pk].number, True, on=ON, at=AT
    )  # a second person, as for any other end
    assert list(Contact.objects.order_by("pk").values_list("decision", flat=True)) == [
        "confirmed",
        "excluded",
        "continue",
    ]
    with pytest.raises(Refusal) as over:
        do_answer(MEDIC, answer.pk, on=ON, at=AT, ring=RING)
    assert code_of(over) == "cdc_over" and AuditLine.objects.filter(act="answer_done").count() == 1


def test_what_has_changed_meanwhile_is_not_done_and_nothing_half(case: Case, people: list[Person]) -> None:
    answer = answered(people, case)
    order = IsolationOrder.objects.get(person_id=people[3].pk)
    ask_change(MEDIC, order.number, FREE + timedelta(9), "另有接触日", on=ON, at=AT, ring=RING)
    with pytest.raises(Refusal) as changed:
        do_answer(MEDIC, answer.pk, on=ON, at=AT, ring=RING)
    assert code_of(changed) == "cdc_changed" and changed.value.message.values == {"row": 4}
    assert Case.objects.count() == 1 and not Contact.objects.exclude(decision="open").exists()
    drop_answer(MEDIC, answer.pk, at=AT)
    assert Answer.objects.get().state == "dropped"


def test_an_act_of_isolation_that_refuses_stops_the_whole_answer(case: Case, people: list[Person]) -> None:
    answer = answered(people, case)
    commander = reader("task_group", "group", LIANSHA)  # may answer, but not order in that community
    with pytest.raises(Refusal) as refused:
        do_answer(commander, answer.pk, on=ON, at=AT, ring=RING)
    assert code_of(refused) == "cdc_row" and "2" in refused.value.message.text("zh")
    assert Case.objects.count() == 1 and Answer.objects.get().state == "looked"


def test_two_rows_about_one_contact_and_a_contact_of_two_cases(case: Case, people: list[Person]) -> None:
    other = note_case(MEDIC, people[3].public_id, "confirmed", onset_on=None, reported_on=ON, on=ON, at=AT)
    first, second = met(people[1], case), met(people[1], other)
    rows = [
        AnswerRow(2, [first.pk, second.pk], Answered("confirmed")),
        AnswerRow(3, [first.pk], Answered("excluded")),
    ]
    answer = look_at_answer(MEDIC, rows, [], sha256="x", at=AT)
    assert answer.problems == [{"row": 3, "code": "cdc_wrong_twice"}]
    do_answer(MEDIC, answer.pk, on=ON, at=AT, ring=RING)
    assert Case.objects.filter(person_id=people[1].pk).count() == 1
    assert IsolationOrder.objects.get(person_id=people[1].pk).state == "hospital"
    assert AnswerLine.objects.count() == 2
    with pytest.raises(Refusal) as right:
        look_at_answer(CLERK, rows, [], sha256="x", at=AT)
    assert code_of(right) == "tracing_right"
