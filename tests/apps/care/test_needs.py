"""Needs: told by the person or for him, whose they are, answered; and caretaker teams, given to many at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fournets.audit.models import AuditLine
from fournets.care.models import CaretakerTeam, Caring, Need
from fournets.care.selectors.needs import (
    needs_of_order,
    open_needs_of,
    orders_with_teams,
    team_of_order,
    teams_of,
    waiting_needs,
    without_team,
)
from fournets.care.services import answer_need, ask_for_self, ask_need, give_team, set_team, take_need
from fournets.isolation.models import IsolationOrder
from fournets.isolation.services import OWN, release
from fournets.language import Refusal
from fournets.organization.models import Cover
from fournets.people.models import Household, Person
from fournets.places.scope import set_scope
from tests.apps.isolation.test_beds import FREE, people_to_place
from tests.apps.isolation.test_orders import MEDIC, ON, OTHER, RING, reader
from tests.apps.screening.people import AT, CELL, LIANSHA, TOWN, YINHE

ROLES = ("community_cadre", "grid_worker", "medic", "police_officer", "volunteer")
FIVE = {role: (f"某{nth}", f"1380000000{nth}") for nth, role in enumerate(ROLES)}
CLERK = reader("community", "clerk", YINHE)


@pytest.fixture
def numbers(db: None, _application_role: None) -> list[str]:
    set_scope(TOWN)
    return people_to_place(12)


def team(name: str = "银河一组", area: str = YINHE) -> CaretakerTeam:
    return set_team(CLERK, area, name, FIVE, on=ON, at=AT, ring=RING)


def refusal(act: object, *args: object, **more: object) -> str:
    with pytest.raises(Refusal) as one:
        act(*args, **({"at": AT} | more))  # type: ignore[operator]
    return one.value.message.code


def test_told_taken_and_answered_and_he_reads_the_answer(numbers: list[str]) -> None:
    order = IsolationOrder.objects.get(number=numbers[0])
    need = ask_for_self(order.pk, "medicine", "降压药 快没了", at=AT, ring=RING)
    assert (need.asked_by, need.due_at) == (OWN, AT + timedelta(hours=2))
    (line,) = open_needs_of(TOWN, on=ON, ring=RING)
    assert (line.words, line.state, line.owner, line.responsible) == ("降压药 快没了", "open", "", "")
    Cover.objects.create(area_code=CELL, worker="网格员阿敏", from_on=ON)
    assert open_needs_of(TOWN, on=ON, ring=RING)[0].responsible == "网格员阿敏"
    give_team(CLERK, team().pk, numbers[:3], on=ON, at=AT)
    assert open_needs_of(TOWN, on=ON, ring=RING)[0].responsible == "某2", (
        "of the team, the medic sees to medicine"
    )
    take_need(OTHER, need.pk, at=AT)
    assert refusal(take_need, OTHER, need.pk) == "need_yours"
    take_need(MEDIC, need.pk, at=AT)
    assert [one.id for one in open_needs_of(TOWN, on=ON, owner="medic", ring=RING)] == [need.pk]
    assert open_needs_of(TOWN, on=ON, owner="other", ring=RING) == []
    assert open_needs_of(TOWN, on=ON, kind="food", ring=RING) == []
    assert refusal(answer_need, MEDIC, need.pk, "not_possible", "", ring=RING) == "need_why"
    assert refusal(answer_need, MEDIC, need.pk, "perhaps", "x", ring=RING) == "need_answer"
    answer_need(MEDIC, need.pk, "done", "下午送到门口", at=AT, ring=RING)
    assert refusal(answer_need, MEDIC, need.pk, "done", "", ring=RING) == "need_over"
    told = needs_of_order(order.pk, ring=RING)[0]
    assert (told.answer, told.need.state, waiting_needs(TOWN).count()) == ("下午送到门口", "answered", 0)
    assert not any("降压药" in str(one.details) for one in AuditLine.objects.all())
    assert bytes(Need.objects.get().words_sealed or b"").find("降压药".encode()) < 0


def test_late_is_what_should_have_been_answered_by_now(numbers: list[str]) -> None:
    need = ask_need(MEDIC, numbers[0], "school", "", at=AT, ring=RING)
    assert waiting_needs(TOWN, late=True).count() == 1
    Need.objects.filter(pk=need.pk).update(due_at="2100-01-01T00:00+08:00")
    assert (waiting_needs(TOWN).count(), waiting_needs(TOWN, late=True).count()) == (1, 0)
    assert waiting_needs(LIANSHA).count() == 0


def test_who_is_released_needs_nothing_any_more(numbers: list[str]) -> None:
    for number in numbers[:2]:
        ask_need(MEDIC, number, "food", "", at=AT, ring=RING)
    need = ask_need(MEDIC, numbers[0], "medicine", "", at=AT, ring=RING)
    take_need(OTHER, need.pk, at=AT)
    release(MEDIC, numbers[0], well=True, on=FREE + timedelta(days=3), at=AT)
    assert [one.number for one in open_needs_of(TOWN, on=ON, ring=RING)] == [numbers[1]]
    assert waiting_needs(TOWN, late=True).count() == 1
    ended = Need.objects.filter(order__number=numbers[0]).order_by("id")
    assert [(one.answer, one.owner, one.answered_by) for one in ended] == [
        ("ended", "medic", "medic"),
        ("ended", "other", "medic"),
    ]
    assert refusal(answer_need, MEDIC, need.pk, "done", "", ring=RING) == "need_over"
    left = Need.objects.get(order__number=numbers[1])
    assert refusal(answer_need, MEDIC, left.pk, "ended", "x", ring=RING) == "need_answer"


def test_what_cannot_be_noted_is_refused_and_nothing_is_kept(numbers: list[str]) -> None:
    order = IsolationOrder.objects.get(number=numbers[0])
    ask = {"ring": RING}
    assert refusal(ask_need, MEDIC, numbers[0], "gold", "", **ask) == "need_kind"
    assert refusal(ask_need, MEDIC, numbers[0], "other", " ", **ask) == "need_words"
    assert refusal(ask_need, reader("commander", "boss"), numbers[0], "food", "", **ask) == "isolation_right"
    assert refusal(ask_need, MEDIC, "GNONE", "food", "", **ask) == "isolation_number"
    for _ in range(6):
        ask_for_self(order.pk, "food", "", at=AT, ring=RING)
    assert refusal(ask_for_self, order.pk, "food", "", **ask) == "own_too_often"
    IsolationOrder.objects.update(state="withdrawn", ended_by="x")
    assert refusal(ask_need, MEDIC, numbers[1], "food", "", **ask) == "isolation_over"
    assert Need.objects.count() == 6


def test_a_team_has_its_five_and_looks_after_no_more_households_than_the_rules_allow(
    numbers: list[str],
) -> None:
    made = team()
    assert (
        refusal(set_team, CLERK, YINHE, "二组", dict(list(FIVE.items())[:4]), on=ON, ring=RING)
        == "team_members"
    )
    assert refusal(set_team, CLERK, LIANSHA, "三组", FIVE, on=ON, ring=RING) == "isolation_right"
    wrong = FIVE | {"medic": ("某2", "电话")}
    assert refusal(set_team, CLERK, YINHE, "二组", wrong, on=ON, ring=RING) == "team_phone"
    assert give_team(CLERK, made.pk, numbers[:10], on=ON, at=AT) == 10
    assert refusal(give_team, CLERK, made.pk, numbers[10:], on=ON) == "team_full"
    home = Household.objects.create(public_id="H1", area_code=CELL)
    Person.objects.update(household=home)
    assert give_team(CLERK, made.pk, numbers[10:], on=ON, at=AT) == 2, "one household counts once"
    assert without_team(TOWN, limit=9) == [] and teams_of(TOWN, ring=RING)[0].count == 12
    other = team("银河二组")
    give_team(CLERK, other.pk, numbers[:1], on=ON, at=AT)
    assert Caring.objects.count() == 12 and teams_of(TOWN, ring=RING)[0].team.name == "银河一组"
    order = IsolationOrder.objects.get(number=numbers[0])
    told = team_of_order(order.pk, ring=RING)
    assert told is not None and told.team == other and told.members[2] == ("medic", "某2", "13800000002")
    assert [(one[1], len(one[2])) for one in orders_with_teams(order.person_id)] == [("银河二组", 5)]
    set_scope(CELL)
    assert not CaretakerTeam.objects.exists(), (
        "the community's teams are not the cell's to see; who looks after its people is"
    )
    assert [one[1] for one in orders_with_teams(order.person_id)] == ["银河二组"]
    told = team_of_order(order.pk, ring=RING)
    assert told is not None and told.team.name == "银河二组"
    set_scope(LIANSHA)
    assert team_of_order(order.pk, ring=RING) is None
    set_scope(TOWN)
    changed = set_team(CLERK, YINHE, "银河一组", FIVE | {"medic": ("某医生", "")}, on=ON, at=AT, ring=RING)
    assert changed == made and CaretakerTeam.objects.count() == 2
    assert changed.members[2]["name"] == "某医生" and changed.made_by == "clerk"


def test_nobody_is_given_a_team_when_one_of_them_cannot_be(numbers: list[str]) -> None:
    made = team()
    IsolationOrder.objects.filter(number=numbers[1]).update(state="withdrawn", ended_by="x")
    assert refusal(give_team, CLERK, made.pk, numbers[:2], on=ON) == "team_not_here"
    assert refusal(give_team, CLERK, made.pk, [], on=ON) == "team_nobody"
    assert (
        refusal(give_team, reader("community", "far", LIANSHA), made.pk, numbers[:1], on=ON) == "team_unknown"
    )
    assert not Caring.objects.exists()
