"""Beds: given once, however many ask at once; left to be disinfected; kept back until they are opened."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from fournets.audit.models import AuditLine
from fournets.isolation.models import Bed, IsolationOrder, Site, Stay
from fournets.isolation.rules.beds import takes
from fournets.isolation.selectors.boards import bed_of, board_of, sites_of
from fournets.isolation.selectors.orders import Orders, orders_of
from fournets.isolation.services import (
    Rooms,
    admit,
    give_reserve,
    leave,
    move,
    open_site,
    open_to,
    release,
    set_bed,
)
from fournets.language import Refusal
from fournets.people.models import Person
from fournets.places.models import Area
from fournets.places.scope import scope, set_scope
from tests.apps.isolation.test_orders import MEDIC, RING, reader
from tests.apps.screening.people import AT, LIANSHA, TOWN, YINHE, add_people

ON, FREE = date(2020, 2, 3), date(2020, 2, 13)
MANAGER = reader("site_manager", "manager")


def people_to_place(count: int) -> list[str]:
    """The numbers of orders of so many people who are to be at a site and have no bed."""
    people = add_people([{}] * count)
    orders = [
        IsolationOrder(
            number=f"G{one.pk:08d}", person_id=one.pk, origin_id=one.pk, area_code=one.area_code, basis="contact",
            state="site", from_on=ON, until_on=FREE + timedelta(days=at % 3), policy_digest="d", issued_by="x", issued_at=AT,
        )
        for at, one in enumerate(people)
    ]  # fmt: skip
    return [one.number for one in IsolationOrder.objects.bulk_create(orders)]


@pytest.fixture
def town(db: None, _application_role: None) -> None:
    set_scope(TOWN)


@pytest.fixture
def site(town: None) -> Site:
    return open_site(MANAGER, TOWN, "银河酒店", "site", Rooms(2, 3, 2, 1), at=AT)


def states(site: Site) -> list[str]:
    return list(
        Bed.objects.filter(site=site).order_by("floor", "room", "label").values_list("state", flat=True)
    )


def test_rooms_are_numbered_by_their_floor_and_added_to_a_site_of_that_name(site: Site) -> None:
    rooms = list(Bed.objects.order_by("floor", "room").values_list("room", "label"))
    assert rooms == [("201", "1"), ("202", "1"), ("301", "1"), ("302", "1")]
    assert open_site(MANAGER, TOWN, "银河酒店", "site", Rooms(4, 4, 1, 2), at=AT) == site
    with pytest.raises(Refusal) as refused:
        open_site(MANAGER, TOWN, "银河酒店", "site", Rooms(3, 5, 1, 1), at=AT)
    assert refused.value.message.code == "beds_there" and Bed.objects.count() == 6


@pytest.mark.parametrize(
    "rooms", [Rooms(0, 1, 1, 1), Rooms(2, 1, 1, 1), Rooms(1, 1, 0, 1), Rooms(1, 99, 99, 19)]
)
def test_numbers_that_are_none_open_nothing(town: None, rooms: Rooms) -> None:
    with pytest.raises(Refusal):
        open_site(MANAGER, TOWN, "x", "site", rooms, at=AT)
    assert not Site.objects.exists()


def test_a_bed_goes_round_given_left_disinfected_and_given_again(site: Site) -> None:
    (number,) = people_to_place(1)
    stay = admit(MANAGER, number, site.pk, at=AT)
    assert (stay.bed.room, states(site)[0]) == ("201", "occupied")
    order = IsolationOrder.objects.get(number=number)
    assert bed_of(order.pk) == (site.pk, "银河酒店", "201-1")
    leave(MANAGER, number, at=AT + timedelta(hours=1))
    with pytest.raises(Refusal) as gone:
        leave(MANAGER, number, at=AT + timedelta(hours=1))
    assert gone.value.message.code == "beds_no_bed"
    assert states(site)[0] == "to_disinfect" and bed_of(order.pk) is None
    with pytest.raises(Refusal) as refused:
        admit(MANAGER, number, site.pk, at=AT + timedelta(hours=2), bed_id=stay.bed_id)
    assert refused.value.message.code == "beds_taken"
    set_bed(MANAGER, stay.bed_id, "clean", at=AT + timedelta(hours=2))
    assert admit(MANAGER, number, site.pk, at=AT + timedelta(hours=3)).bed_id == stay.bed_id


def test_moving_to_another_bed_leaves_the_first_to_be_disinfected(site: Site) -> None:
    (number,) = people_to_place(1)
    admit(MANAGER, number, site.pk, at=AT)
    last = Bed.objects.get(room="302")
    admit(MANAGER, number, site.pk, at=AT + timedelta(hours=1), bed_id=last.pk)
    assert states(site) == ["to_disinfect", "free", "free", "occupied"]


def test_who_is_released_or_goes_home_leaves_his_bed(site: Site) -> None:
    first, second = people_to_place(2)
    admit(MANAGER, first, site.pk, at=AT), admit(MANAGER, second, site.pk, at=AT)
    release(MEDIC, first, well=True, on=FREE, at=AT + timedelta(days=10))
    move(MEDIC, second, "home", "转为居家", where="", on=FREE, at=AT + timedelta(days=10), ring=RING)
    assert states(site)[:2] == ["to_disinfect", "to_disinfect"]
    with pytest.raises(Refusal) as refused:
        admit(MANAGER, second, site.pk, at=AT + timedelta(days=11))
    assert refused.value.message.code == "beds_place"


def test_a_community_that_releases_its_people_frees_a_bed_it_does_not_see(site: Site) -> None:
    (number,) = people_to_place(1)
    admit(MANAGER, number, site.pk, at=AT)
    with scope(YINHE):
        assert not Bed.objects.exists()
        release(reader("community", "clerk", YINHE), number, well=True, on=FREE, at=AT + timedelta(days=10))
    assert states(site)[0] == "to_disinfect"
    assert not Stay.objects.filter(until_at=None).exists()


def test_rooms_kept_back_are_given_to_nobody_until_they_are_opened(town: None) -> None:
    site = open_site(MANAGER, TOWN, "备用楼", "site", Rooms(1, 1, 1, 1, reserve=True), at=AT)
    (number,) = people_to_place(1)
    with pytest.raises(Refusal) as refused:
        admit(MANAGER, number, site.pk, at=AT)
    assert "备用楼" in refused.value.message.text("zh")
    assert give_reserve(MANAGER, site.pk, at=AT) == 1
    assert admit(MANAGER, number, site.pk, at=AT).bed.room == "101"


def test_a_bed_out_of_order_is_disinfected_before_it_is_free(site: Site) -> None:
    bed = Bed.objects.get(room="201")
    for act, state in (("close", "out_of_order"), ("open", "to_disinfect"), ("clean", "free")):
        assert set_bed(MANAGER, bed.pk, act, at=AT).state == state
    with pytest.raises(Refusal):
        set_bed(MANAGER, bed.pk, "clean", at=AT)


def test_the_database_gives_no_bed_and_nobody_twice(site: Site) -> None:
    first, second = people_to_place(2)
    stay = admit(MANAGER, first, site.pk, at=AT)
    other = IsolationOrder.objects.get(number=second)
    free = Bed.objects.get(room="302")
    for bed, order in ((stay.bed, other), (free, stay.order)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Stay.objects.create(
                bed=bed, order=order, area_code=TOWN, from_at=AT + timedelta(hours=1), given_by="x"
            )


def test_another_area_neither_sees_nor_gives_a_bed(site: Site) -> None:
    (number,) = people_to_place(1)
    with pytest.raises(Refusal) as refused:
        admit(reader("site_manager", "far", "440605100"), number, site.pk, at=AT)
    assert refused.value.message.code == "beds_right"
    with scope("440605100"):
        assert sites_of("440605") == [] and board_of(site.pk, on=ON) is None


def test_the_board_counts_what_it_shows_and_looks_ahead(site: Site) -> None:
    numbers = people_to_place(3)
    for number in numbers[:2]:
        admit(MANAGER, number, site.pk, at=AT)
    board = board_of(site.pk, on=date(2020, 2, 12))
    assert board is not None
    assert [floor for floor, _ in board.floors] == [3, 2]
    assert (board.line.free, board.line.occupied, board.line.beds) == (2, 2, 4)
    assert sites_of(TOWN) == [board.line]
    assert [count for _, count in board.ahead][:4] == [2, 3, 4, 4]  # free on 13 and 14 February
    waiting = orders_of(Orders(TOWN, ON, "bedless_site"), after="", limit=9)
    assert [one.number for one in waiting] == numbers[2:]


@pytest.mark.django_db(transaction=True)
def test_a_hundred_at_once_on_the_last_ten_beds(_application_role: None) -> None:
    with scope(TOWN):
        site = open_site(MANAGER, TOWN, "银河酒店", "site", Rooms(1, 1, 10, 1), at=AT)
        numbers = people_to_place(100)

    def ask(number: str) -> str:
        try:
            with scope(TOWN):
                admit(MANAGER, number, site.pk, at=datetime(2020, 2, 3, 9, tzinfo=ZoneInfo("Asia/Shanghai")))
            return "given"
        except Refusal as refusal:
            return refusal.message.code
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as many:
        answers = list(many.map(ask, numbers))
    assert {answer: answers.count(answer) for answer in set(answers)} == {"given": 10, "beds_full": 90}
    with scope(TOWN):
        assert Stay.objects.values("bed").distinct().count() == Stay.objects.count() == 10
        assert set(states(site)) == {"occupied"}
    with scope(""):
        assert AuditLine.objects.filter(act="bed_given").count() == 10


AREA = st.integers(100, 10**9).map(str)


@given(AREA, st.lists(AREA, max_size=3), AREA)
def test_a_site_takes_its_own_area_and_those_it_is_open_to_with_all_below(
    site: str, opened: list[str], person: str
) -> None:
    assert takes(site, opened, site + person) and all(takes(site, opened, one + person) for one in opened)
    assert takes(site, opened, person) == (person[: len(site)] == site or takes("x", opened, person))
    assert not takes(site, [], "x" + person)


def test_a_communitys_site_takes_anothers_people_when_the_town_opens_it(town: None) -> None:
    Area.objects.create(code=YINHE, kind="community", official_name="银河社区", short_name="银河")
    away = open_site(MANAGER, LIANSHA, "联沙学校", "site", Rooms(1, 1, 2, 1), at=AT)
    here, there = reader("community", "here", YINHE), reader("site_manager", "there", LIANSHA)
    (number,) = people_to_place(1)
    with pytest.raises(Refusal) as shut:
        admit(MANAGER, number, away.pk, at=AT)
    assert shut.value.message.code == "beds_not_open"
    for nobody, areas in ((there, [YINHE]), (here, [YINHE]), (MANAGER, ["440605124"])):
        with pytest.raises(Refusal):
            open_to(nobody, away.pk, areas, at=AT)
    open_to(MANAGER, away.pk, [YINHE, LIANSHA], at=AT)
    assert Site.objects.get().open_to == [YINHE]
    admit(MANAGER, number, away.pk, at=AT)
    order = IsolationOrder.objects.get()
    name = Person.objects.get(pk=order.person_id).name
    set_scope(LIANSHA)
    board = board_of(away.pk, on=ON)
    assert board is not None and not IsolationOrder.objects.exists()
    tile = board.floors[0][1][0][1][0]
    assert (tile.order, tile.name, tile.known) == (number, name, False)
    set_scope(YINHE)
    assert not Site.objects.exists() and bed_of(order.pk) == (away.pk, "联沙学校", "101-1")
    move(here, number, "home", "转回家中观察", where="", on=ON, at=AT, ring=RING)
    assert bed_of(order.pk) is None
    line = AuditLine.objects.get(act="bed_left")
    assert (line.actor, line.area_code, line.details["order"]) == ("here", LIANSHA, number)
    set_scope(LIANSHA)
    assert states(away) == ["to_disinfect", "free"] and bed_of(order.pk) is None


def test_a_bed_left_with_the_order_is_on_record_once_and_only_where_one_was(site: Site) -> None:
    first, second = people_to_place(2)
    admit(MANAGER, first, site.pk, at=AT)
    move(MEDIC, first, "hospital", "发热转诊", where="", on=ON, at=AT, ring=RING)
    move(MEDIC, second, "hospital", "发热转诊", where="", on=ON, at=AT, ring=RING)
    assert AuditLine.objects.filter(act="bed_left").count() == 1
