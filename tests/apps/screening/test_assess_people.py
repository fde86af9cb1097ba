"""Everybody assessed in one go gives what the rule gives each alone; only changes are written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random

import pytest

from fournets.people.models import Person
from fournets.places.scope import scope, set_scope
from fournets.policy import in_force
from fournets.screening.models import Assessment, Decision, PolicyRecord
from fournets.screening.rules import RiskFacts, assess
from fournets.screening.services import AssessReport, Move, assess_people, replay
from tests.apps.screening.people import AT, CELL, HUBEI, LIANSHA, ON, TOWN, add_people, decision_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _whole_town(db: None, _application_role: None) -> Iterator[None]:
    set_scope(TOWN)
    yield


def run(on: date = ON, area_code: str = "") -> AssessReport:
    return assess_people(on=on, area_code=area_code, actor="assessor", at=AT)


def invented(count: int, seed: int = 7) -> list[dict[str, str]]:
    dice = Random(seed)
    choices: dict[str, list[str | None]] = {
        "from_place": [None, None, "42", "420106", "33", "3303", "440106"],
        "via_place": [None, None, "4201", "3303|42"],
        "native_place": [None, "42", "44"],
        "been_to_outbreak_area": [None, "yes", "no"],
        "contact_history": [None, None, "yes", "no"],
        "contact_degree": [None, None, "close", "secondary"],
        "exposed_on": [None, "2020-01-30", "2020-01-05|2020-01-29"],
        "left_on": [None, "2020-01-20", "2020-01-05"],
        "returned_on": [None, "2020-01-18", "2020-01-28", "2020-02-30"],
        "temperature": [None, "36.5", "37.3", "38.2"],
        "symptoms": [None, "无", "咳嗽\\n\t\"'"],
        "remark": [None, "与风险无关"],
    }
    rows = [{name: dice.choice(options) for name, options in choices.items()} for _ in range(count)]
    return [{name: value for name, value in row.items() if value} for row in rows]


@pytest.mark.parametrize("on", [date(2020, 1, 25), ON, date(2020, 3, 1)])
def test_the_batch_gives_everybody_what_the_rule_gives_each_alone(on: date) -> None:
    people = add_people(invented(400))
    run(on)
    policy = in_force(on=on, area=TOWN)
    for person in people:
        alone = assess(RiskFacts.of(person.values), policy, on)
        together = decision_of(person)
        assert (together.risk_class, together.action) == (alone.risk_class, alone.action)
        assert (together.from_on, together.until_on) == (alone.from_on, alone.until_on)
        assert together.reasons == [reason.record() for reason in alone.reasons]


def test_every_decision_can_be_replayed_from_the_facts_it_kept() -> None:
    add_people(invented(400))
    run()
    for decision in Decision.objects.all():
        again = replay(decision)
        assert again.stands, decision.facts
        assert again.changed == ()


def test_a_replay_names_the_number_that_changed_since() -> None:
    add_people([HUBEI])
    run()
    decision = Decision.objects.get()
    record = PolicyRecord.objects.get().record | {"fever.threshold": 37.0}
    from fournets.policy.reader import digest_of_record

    decision.policy_digest = digest_of_record(record)
    PolicyRecord.objects.create(digest=decision.policy_digest, record=record)
    assert [change.name for change in replay(decision).changed] == ["fever.threshold"]


def test_people_with_the_same_facts_share_one_decision() -> None:
    one, other, _ = add_people([HUBEI, {**HUBEI, "temperature": "36.4"}, {"temperature": "36.7"}])
    run()
    assert decision_of(one) == decision_of(other)
    assert Decision.objects.count() == 2


def test_assessing_again_writes_nothing() -> None:
    add_people(invented(60))
    run()
    before = set(Assessment.objects.values_list("id", "superseded_on"))
    again = run()
    assert (again.changed, again.restated, again.moves) == (0, 0, ())
    assert set(Assessment.objects.values_list("id", "superseded_on")) == before


def test_a_new_outbreak_area_says_who_changed_and_by_which_rule() -> None:
    traveller, _ = add_people([{"from_place": "3303", "returned_on": "2020-01-27"}, {}])
    run(date(2020, 1, 28))
    report = run(date(2020, 1, 29))
    assert report.moves == (Move("none", "returnee", "from_outbreak_area", 1),)
    history = Assessment.objects.filter(person_id=traveller.id).order_by("id")
    assert [(one.superseded_on, one.was) for one in history] == [(date(2020, 1, 29), ""), (None, "none")]
    assert report.classes == {"returnee": 1, "none": 1}


def test_the_class_since_when_survives_a_new_date_in_the_same_class() -> None:
    (person,) = add_people([HUBEI])
    run(date(2020, 1, 30))
    Person.objects.filter(id=person.id).update(values=HUBEI | {"returned_on": "2020-01-29"})
    assert run(ON).changed == 1
    current = Assessment.objects.get(person_id=person.id, superseded_on=None)
    assert (current.since_on, current.assessed_on, current.was) == (date(2020, 1, 30), ON, "")


def test_the_assessment_of_a_person_no_longer_filed_is_gone() -> None:
    person, _ = add_people([HUBEI, {}])
    run()
    Person.objects.filter(id=person.id).delete()
    assert run().gone == 1
    assert Assessment.objects.count() == 1


def test_an_assessment_follows_a_person_who_moves() -> None:
    (person,) = add_people([HUBEI])
    run()
    Person.objects.filter(id=person.id).update(area_code=LIANSHA)
    run()
    assert Assessment.objects.get().area_code == LIANSHA


def test_one_area_can_be_assessed_alone() -> None:
    add_people([HUBEI], CELL)
    add_people([HUBEI], LIANSHA)
    assert run(area_code=LIANSHA).people == 1
    assert Assessment.objects.get().area_code == LIANSHA


def test_a_neighbour_cells_worker_sees_no_assessment_of_this_cell() -> None:
    add_people([HUBEI], CELL)
    run()
    with scope(LIANSHA):
        assert not Assessment.objects.exists()
        assert run().people == 0
    with scope(CELL):
        assert Assessment.objects.count() == 1


def test_a_decision_is_never_changed() -> None:
    from django.db import ProgrammingError, transaction

    add_people([HUBEI])
    run()
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Decision.objects.update(risk_class="none")
