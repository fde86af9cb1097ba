"""Isolation orders: given by the rules, begun anew by an exposure, ended by the last day or by two people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import permutations

import pytest
from django.db import IntegrityError, transaction

from fournets.audit.models import AuditLine
from fournets.crypto import new_ring
from fournets.isolation.models import Change, IsolationOrder
from fournets.isolation.rules import Exposure
from fournets.isolation.selectors.orders import (
    Orders,
    certificate_stands,
    counts_of,
    orders_of,
    orders_of_person,
    whole_order,
)
from fournets.isolation.services import (
    Wish,
    ask_change,
    decide_change,
    expose,
    issue,
    move,
    release,
    work_out,
)
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.organization.rights import roles
from fournets.people.models import Household, Person
from fournets.people.services import merge_people, undo_merge
from fournets.places.scope import set_scope
from tests.apps.people.rows import file, person_row, resident
from tests.apps.screening.people import AT, TOWN, YINHE, add_people

pytestmark = pytest.mark.django_db
RING, ON = new_ring(), date(2020, 2, 3)
CONTACT = date(2020, 1, 30)
HOME = frozenset({"single_room", "own_toilet", "no_shared_central_air"})
EXPOSED = Wish("contact", (Exposure("last_exposure", CONTACT),))
RETURNED = Wish("returnee", (Exposure("arrival", date(2020, 1, 26)),), confirmed=HOME)


def reader(role: str, login: str, area_code: str = TOWN) -> Reader:
    return Reader(1, login, "某人", 1, roles()[role], "", area_code)


MEDIC, OTHER, BOSS = reader("medic", "medic"), reader("medic", "other"), reader("commander", "boss")


@pytest.fixture(autouse=True)
def _whole_town(db: None, _application_role: None) -> Iterator[None]:
    set_scope(TOWN)
    yield


@pytest.fixture
def people() -> list[Person]:
    return add_people([{}, {}, {}])


@pytest.fixture
def household(people: list[Person]) -> Household:
    home = Household.objects.create(public_id="H1", area_code=YINHE)
    Person.objects.filter(pk__in=[one.pk for one in people]).update(household=home)
    return home


def ordered(person: Person, wish: Wish = EXPOSED, on: date = ON, **more: object) -> IsolationOrder:
    return issue(MEDIC, person.public_id, wish, on=on, at=AT, ring=RING, **more)  # type: ignore[arg-type]


def test_an_order_says_where_from_when_until_when_and_why(people: list[Person]) -> None:
    order = ordered(people[0])
    assert (order.state, order.from_on, order.until_on) == ("site", CONTACT, date(2020, 2, 13))
    assert [one["rule"] for one in order.reasons] == ["anchor", "plan", "until"]
    assert AuditLine.objects.filter(act="isolation_issued").count() == 1
    whole = whole_order(order.number, ring=RING)
    assert whole is not None and [one.act for one in whole.happened] == ["isolation_issued"]
    assert [one.number for one in orders_of_person(people[0])] == [order.number]


def test_home_without_its_conditions_is_a_site_and_a_child_is_not_alone_there(people: list[Person]) -> None:
    Person.objects.filter(pk=people[0].pk).update(birth_on=date(2012, 5, 1))
    wish = Wish("returnee", RETURNED.exposures, confirmed=HOME - {"own_toilet"})
    found = work_out(MEDIC, people[0].public_id, wish, on=ON)
    assert (found.place, found.exceptions) == ("site", {"child"})
    assert [one.rule for one in found.reasons][-2:] == ["home_lacks", "not_alone"]


def test_those_who_live_there_isolate_along_and_as_long(people: list[Person], household: Household) -> None:
    first, second, third = people
    found = work_out(MEDIC, first.public_id, RETURNED, on=ON)
    assert {name for _, name in found.together} == {"某2", "某3"}
    order = ordered(first, RETURNED, together=[second.public_id])
    (along,) = IsolationOrder.objects.filter(with_order=order)
    assert (along.person_id, along.basis, along.until_on) == (second.pk, "cohabitant", order.until_on)
    assert along.reasons[0]["rule"] == "with"
    again = expose(MEDIC, order.number, Exposure("arrival", ON), on=ON, at=AT)
    along.refresh_from_db()
    assert along.until_on == again.until_on == ON + timedelta(days=14)
    assert not IsolationOrder.objects.filter(person_id=third.pk).exists()


def test_when_one_of_them_has_an_order_already_nothing_is_ordered(
    people: list[Person], household: Household
) -> None:
    ordered(people[1])
    with pytest.raises(Refusal) as refused:
        ordered(people[0], RETURNED, together=[people[1].public_id])
    assert "某2" in refused.value.message.text("zh")
    assert IsolationOrder.objects.count() == 1


@pytest.mark.parametrize(
    ("wish", "on", "code"),
    [
        (Wish("contact"), ON, "isolation_no_anchor"),
        (Wish("contact", (Exposure("last_exposure", ON + timedelta(days=1)),)), ON, "isolation_future"),
        (Wish("contact", (Exposure("seen", ON),)), ON, "isolation_unknown"),
        (Wish("friend", EXPOSED.exposures), ON, "isolation_unknown"),
        (Wish("contact", EXPOSED.exposures, place="home"), ON, "isolation_not_at_home"),
        (EXPOSED, date(2023, 2, 1), "isolation_not_needed"),
        (Wish("cohabitant", with_number="GNONE"), ON, "isolation_number"),
    ],
)
def test_what_the_rules_have_nothing_for_is_refused_in_words(
    people: list[Person], wish: Wish, on: date, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        ordered(people[0], wish, on)
    assert refused.value.message.code == code
    assert refused.value.message.text("zh") and not IsolationOrder.objects.exists()


def test_in_whatever_order_exposures_are_noted_the_end_is_the_same(people: list[Person]) -> None:
    days = [date(2020, 2, 1), date(2020, 2, 5), date(2020, 2, 3)]
    ends = set()
    for person, sequence in zip(people, permutations(days), strict=False):
        order = ordered(person)
        for day in sequence:
            order = expose(MEDIC, order.number, Exposure("last_exposure", day), on=date(2020, 2, 6), at=AT)
        ends.add((order.anchor_on, order.until_on))
    assert ends == {(date(2020, 2, 5), date(2020, 2, 19))}


def test_another_end_takes_two_people_and_a_reason(people: list[Person]) -> None:
    order, sooner = ordered(people[0]), date(2020, 2, 10)
    with pytest.raises(Refusal) as nothing:
        ask_change(MEDIC, order.number, sooner, " ", on=ON, at=AT, ring=RING)
    assert nothing.value.message.code == "isolation_reason"
    ask_change(MEDIC, order.number, sooner, "接触日登记有误,实为前三日", on=ON, at=AT, ring=RING)
    order.refresh_from_db()
    assert order.until_on == date(2020, 2, 13)
    with pytest.raises(Refusal) as refused:
        decide_change(MEDIC, order.number, True, on=ON, at=AT)
    assert refused.value.message.code == "isolation_two_people"
    with pytest.raises(IntegrityError), transaction.atomic():
        Change.objects.update(state="approved", decided_by="medic")
    with pytest.raises(Refusal) as barred:
        decide_change(reader("community", "clerk"), order.number, True, on=ON, at=AT)
    assert barred.value.message.code == "isolation_right"
    decided = decide_change(BOSS, order.number, True, on=ON, at=AT)
    assert (decided.until_on, decided.reasons[-1]["zh"]) == (sooner, "经两人批准,改为 2020-02-10 起解除")
    assert AuditLine.objects.filter(act__startswith="isolation_change_").count() == 2


def test_an_order_that_should_not_be_is_withdrawn_by_two(people: list[Person]) -> None:
    order = ordered(people[0])
    ask_change(MEDIC, order.number, None, "同名误登", on=ON, at=AT, ring=RING)
    assert decide_change(OTHER, order.number, True, on=ON, at=AT).state == "withdrawn"
    assert ordered(people[0]).number != order.number  # he may be given another


def test_release_asks_for_the_last_day_and_for_somebody_who_saw_him_well(people: list[Person]) -> None:
    order, free = ordered(people[0]), date(2020, 2, 13)
    for on, well, code in (
        (free - timedelta(days=1), True, "isolation_early"),
        (free, False, "isolation_well"),
    ):
        with pytest.raises(Refusal) as refused:
            release(MEDIC, order.number, well=well, on=on, at=AT)
        assert refused.value.message.code == code
    done = release(MEDIC, order.number, well=True, on=free, at=AT)
    assert (done.state, done.well_on, done.certificate) == ("released", free, f"20200213-{order.number}")
    set_scope("99")  # whoever asks sees nobody of the register
    assert certificate_stands(done.certificate) == free
    assert certificate_stands("20200213-G") is None and certificate_stands("") is None


def test_a_released_one_is_not_changed_any_more(people: list[Person]) -> None:
    order = ordered(people[0])
    release(MEDIC, order.number, well=True, on=date(2020, 2, 13), at=AT)
    acts = (
        lambda: move(MEDIC, order.number, "home", "换地方", where="", on=ON, at=AT, ring=RING),
        lambda: expose(MEDIC, order.number, Exposure("last_exposure", ON), on=ON, at=AT),
        lambda: ask_change(MEDIC, order.number, date(2020, 3, 1), "再观察", on=ON, at=AT, ring=RING),
    )
    for act in acts:
        with pytest.raises(Refusal) as refused:
            act()
        assert refused.value.message.code == "isolation_over"


def test_an_order_of_another_area_is_not_there(people: list[Person]) -> None:
    order = ordered(people[0])
    far = reader("medic", "far", "440605100")
    with pytest.raises(Refusal) as refused:
        move(far, order.number, "home", "换地方", where="", on=ON, at=AT, ring=RING)
    assert refused.value.message.code == "isolation_right"
    set_scope("440605100")
    assert whole_order(order.number, ring=RING) is None
    assert orders_of(Orders("440605", ON), after="", limit=9) == []


def test_the_list_and_its_figures_are_of_the_same_orders(people: list[Person]) -> None:
    ordered(people[0])
    ordered(people[1], RETURNED)
    ordered(people[2], Wish("case"))
    on = date(2020, 2, 9)
    counts = counts_of(TOWN, on=on, most=99)
    assert counts == {"": 3, "due": 1, "soon": 0, "change": 0, "bedless_site": 1, "bedless_point": 0}
    for only, count in counts.items():
        assert len(orders_of(Orders(TOWN, on, only), after="", limit=99)) == count
    lines = orders_of(Orders(TOWN, on), after="", limit=99)
    assert [one.name for one in lines] == ["某2", "某1", "某3"]  # a case is treated until discharge: last
    assert (lines[1].day(on), lines[1].days) == (11, 14)
    for sort in ("until", "-until", "area", "-area"):
        whole = orders_of(Orders(TOWN, on, sort=sort), after="", limit=99)
        first = orders_of(Orders(TOWN, on, sort=sort), after="", limit=2)
        rest = orders_of(Orders(TOWN, on, sort=sort), after=first[-1].number, limit=2)
        assert [*first, *rest] == whole


@pytest.fixture
def filed(db: None) -> list[Person]:
    """Three people whose files have facts: only such a file can become part of another."""
    names = ("区美兰", "查文华", "陈志强")
    found = file(
        *(
            person_row(name, row=row, id_number=resident(sequence=row * 2))
            for row, name in enumerate(names, 2)
        )
    )
    return [Person.objects.get(public_id=one["public_id"]) for one in found]


def test_an_order_goes_with_a_file_that_becomes_part_of_another_and_comes_back(filed: list[Person]) -> None:
    first, second, third = filed
    order = ordered(third)
    merge_people(second.public_id, third.public_id, reason="同一人", actor="x", at=AT)
    merge_people(first.public_id, second.public_id, reason="同一人", actor="x", at=AT)
    assert IsolationOrder.objects.get(pk=order.pk).person_id == first.pk
    undo_merge(second.public_id, actor="x", at=AT)
    assert IsolationOrder.objects.get(pk=order.pk).person_id == second.pk
    undo_merge(third.public_id, actor="x", at=AT)
    assert IsolationOrder.objects.get(pk=order.pk).person_id == third.pk


def test_of_two_in_force_the_one_that_lasts_longer_stays(filed: list[Person]) -> None:
    kept, gone, _ = filed
    short, long = ordered(kept, RETURNED), ordered(gone)
    merge_people(kept.public_id, gone.public_id, reason="同一人", actor="x", at=AT)
    states = dict(IsolationOrder.objects.values_list("number", "state"))
    assert states == {short.number: "withdrawn", long.number: "site"}
    assert set(IsolationOrder.objects.values_list("person_id", flat=True)) == {kept.pk}
    undo_merge(gone.public_id, actor="x", at=AT)
    whose = dict(IsolationOrder.objects.filter(ended_by="").values_list("person_id", "number"))
    assert whose == {kept.pk: short.number, gone.pk: long.number}, (
        "nobody is out of isolation by a mistaken merge"
    )


def test_who_has_another_order_since_keeps_that_one_when_taken_apart(filed: list[Person]) -> None:
    kept, gone, _ = filed
    short, long = ordered(gone, RETURNED), ordered(kept)
    merge_people(kept.public_id, gone.public_id, reason="同一人", actor="x", at=AT)
    IsolationOrder.objects.filter(pk=short.pk).update(origin_id=kept.pk)  # his, were it not for the next
    release(MEDIC, long.number, well=True, on=date(2020, 2, 13), at=AT)
    newer = ordered(kept)
    undo_merge(gone.public_id, actor="x", at=AT)
    assert IsolationOrder.objects.get(ended_by="").pk == newer.pk
