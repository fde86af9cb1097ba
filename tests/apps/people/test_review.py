"""A row in doubt is decided, and the decision can be taken back with nothing left of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from fournets.audit.models import AuditLine
from fournets.crypto import KeyRing
from fournets.intake.services import TakeIn, take_in
from fournets.language import Refusal
from fournets.people.models import Apart, Employment, Fact, Household, Person, PersonKey, ReviewItem
from fournets.people.selectors import _compared, doubt, waiting_doubts
from fournets.people.services import decide_review, undo_review
from tests.apps.intake.conftest import AT, HEADER, MEI, Workbook, how, ring, town, workbook

__all__ = ["how", "ring", "town", "workbook"]  # fixtures
pytestmark = pytest.mark.usefixtures("town")


@pytest.fixture
def item(workbook: Workbook, how: TakeIn, ring: KeyRing) -> int:
    """One row of another name with the number of somebody on file."""
    rows = [HEADER, [1, "区美兰", MEI, "13800138001", "银河社区西路3号2栋501", "户主"]]
    take_in([workbook("户册.xlsx", rows)], how, ring=ring)
    take_in(
        [workbook("下发名单.xlsx", [["姓名", "身份证号", "电话"], ["陈志强", MEI, "13800138002"]])],
        how,
        ring=ring,
    )
    return ReviewItem.objects.get().pk


def register() -> dict[str, list[Any]]:
    """All the register holds of people, but for what says when."""
    kept = (Person, Fact, PersonKey, Household, Employment, Apart)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in kept}


def compared(ring: KeyRing) -> dict[str, list[str]]:
    found = doubt(ring=ring)
    assert found
    return {name: [how for _, how in others] for name, _, others in found.lines}


def test_what_differs_is_told_by_the_whole_values_and_shown_masked(item: int, ring: KeyRing) -> None:
    found = doubt(ring=ring)
    assert found and found.item == item and [name for _, name in found.people] == ["区美兰"]
    assert compared(ring) == {
        "name": ["differs"], "sex": ["same"], "birth_on": ["same"], "id_number": ["same"], "phone": ["near"],
        "address": [""], "area_code": ["same"],
    }  # fmt: skip
    said = {name: (row, others[0][0]) for name, row, others in found.lines}
    assert said["phone"] == ("138****8002", "138****8001")
    assert MEI not in str(found)


@pytest.mark.parametrize("choice", ["new", "somebody"])
def test_a_decision_taken_back_leaves_the_register_as_it_was(item: int, ring: KeyRing, choice: str) -> None:
    before = register()
    chosen = "new" if choice == "new" else Person.objects.get().public_id
    decide_review(item, chosen, actor="shequ", at=AT, ring=ring)
    assert register() != before
    assert waiting_doubts(5) == 0
    undo_review(item, actor="shequ", at=AT)
    assert register() == before
    assert waiting_doubts(5) == 1
    line = AuditLine.objects.get(act="undo_review")
    assert (line.actor, line.details) == ("shequ", {"item": item})


def test_it_can_be_decided_again_the_other_way(item: int, ring: KeyRing) -> None:
    decide_review(item, "new", actor="shequ", at=AT, ring=ring)
    undo_review(item, actor="shequ", at=AT)
    person = Person.objects.get().public_id
    assert decide_review(item, person, actor="shequ", at=AT, ring=ring).public_id == person
    assert Person.objects.count() == 1


def test_nothing_is_taken_back_twice(item: int, ring: KeyRing) -> None:
    with pytest.raises(Refusal, match="no decision on item"):
        undo_review(item, actor="shequ", at=AT)
    decide_review(item, "new", actor="shequ", at=AT, ring=ring)
    undo_review(item, actor="shequ", at=AT)
    with pytest.raises(Refusal, match="no decision on item"):
        undo_review(item, actor="shequ", at=AT)


def test_later_leaves_a_row_behind(item: int, ring: KeyRing) -> None:
    assert doubt(ring=ring, after=item) is None
    assert doubt(ring=ring, after=item - 1) is not None


def test_people_nobody_here_can_see_are_counted(item: int, ring: KeyRing) -> None:
    ReviewItem.objects.update(candidates=[*ReviewItem.objects.get().candidates, 0])
    found = doubt(ring=ring)
    assert found and found.unseen == 1


@pytest.mark.parametrize(
    ("field", "row", "held", "said"),
    [
        ("phone", "13800138002|13800138001", "13800138001", "same"),
        ("phone", "13900139009", "13800138001", "differs"),
        ("birth_on", "1985-02-14", "1985-02-15", "near"),
        ("birth_on", "1985-02-14", "1986-03-15", "differs"),
        ("name", "杜宏娜", "杜红娜", "near"),
        ("area_code", "440605123018", "440605123018001", "same"),
        ("phone", "", "13800138001", ""),
    ],
)
def test_two_values_are_the_same_near_or_differ(field: str, row: str, held: str, said: str) -> None:
    assert _compared(field, row, held) == said


def test_the_day_of_the_act_is_the_callers(item: int, ring: KeyRing) -> None:
    at = datetime(2020, 2, 4, 8, tzinfo=AT.tzinfo)
    decide_review(item, "new", actor="shequ", at=at, ring=ring)
    assert ReviewItem.objects.get().decided_at == at
    assert date(2020, 2, 3) == Fact.objects.order_by("-id")[0].seen_on
