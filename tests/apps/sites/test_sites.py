"""Running a site: zones, arrivals in the forecast, reserve at full size, supplies, rounds with proof, trained staff alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from fournets.audit.models import AuditLine
from fournets.isolation.models import Bed, Site
from fournets.isolation.selectors.boards import board_of, sites_of
from fournets.isolation.services import Rooms, admit, give_reserve, open_site, open_to
from fournets.language import Refusal
from fournets.places.models import Area
from fournets.places.scope import scope, set_scope
from fournets.sites import stock
from fournets.sites.models import Assignment, RoundDone, SupplyCount, Training, Worker
from fournets.sites.rules import Expected, days_of_cover, state_of, with_arrivals
from fournets.sites.selectors.forecast import ahead_in
from fournets.sites.selectors.running import (
    as_expected,
    expected_at,
    missed_at,
    proof_of,
    rounds_of,
    staff_of,
    zones_of,
)
from fournets.sites.services.layout import end_arrival, expect, set_zone
from fournets.sites.services.rounds import do_round, end_round, plan_round
from fournets.sites.services.staff import add_worker, assign, train, unassign
from tests.apps.isolation.test_beds import people_to_place
from tests.apps.isolation.test_orders import RING, reader
from tests.apps.screening.people import AT, LIANSHA, TOWN, YINHE

ON = date(2020, 2, 3)
MANAGER, CLERK = reader("site_manager", "manager"), reader("community", "clerk")
NEEDED = ["protection", "disinfection"]
PHOTO = b"\xff\xd8\xff\xe0 a photo"


@pytest.fixture(autouse=True)
def _town(db: None, _application_role: None) -> Iterator[None]:
    set_scope(TOWN)
    yield


@pytest.fixture
def site() -> Site:
    return open_site(MANAGER, TOWN, "银河酒店", "site", Rooms(2, 3, 2, 1), at=AT)


def code_of(refused: pytest.ExceptionInfo[Refusal]) -> str:
    return refused.value.message.code


@given(st.lists(st.tuples(st.integers(-3, 20), st.integers(1, 50)), max_size=8), st.integers(0, 100))
def test_a_day_has_the_free_beds_less_all_who_are_expected_until_then(
    expected: list[tuple[int, int]], free: int
) -> None:
    ahead = [(ON + timedelta(day), free + day) for day in range(14)]
    coming = [Expected(ON + timedelta(day), people) for day, people in expected]
    for at, (day, left, come) in enumerate(with_arrivals(ahead, coming)):
        assert left == free + at - sum(people for when, people in expected if when <= at)
        assert come == sum(people for when, people in expected if max(when, 0) == at)
        assert day == ON + timedelta(at)


@pytest.mark.parametrize(
    ("count", "a_day", "who", "days"),
    [("99", "1", "resident", 9), ("100", "1", "everybody", 6), ("0", "2", "staff", 0), ("1.5", "0.25", "staff", 1)],
)  # fmt: skip
def test_a_stock_lasts_full_days_for_those_who_use_it(count: str, a_day: str, who: str, days: int) -> None:
    assert days_of_cover(Decimal(count), Decimal(a_day), who, residents=10, staff=5) == days
    assert days_of_cover(Decimal(count), Decimal(a_day), who, residents=0, staff=0) is None


def test_a_round_is_missed_once_its_hours_are_over() -> None:
    begun, hour = AT, timedelta(hours=1)
    assert state_of(begun, None, 12, begun + 12 * hour) == ("on_time", begun + 12 * hour)
    assert state_of(begun, None, 12, begun + 13 * hour)[0] == "never"
    assert state_of(begun, begun + hour, 12, begun + 13 * hour)[0] == "on_time"
    assert state_of(begun, begun + hour, 12, begun + 14 * hour)[0] == "missed"


def test_a_hundred_and_twenty_beds_and_two_hundred_and_fifty_rooms_kept_back_open_in_one_act() -> None:
    site = open_site(MANAGER, TOWN, "镇隔离点", "site", Rooms(1, 6, 20, 1), at=AT)
    open_site(MANAGER, TOWN, "镇隔离点", "site", Rooms(11, 15, 50, 1, reserve=True), at=AT)
    (line,) = sites_of(TOWN)
    assert (line.free, line.reserve, line.beds) == (120, 250, 370)
    expect(MANAGER, site.pk, ON + timedelta(days=2), 200, "三个网格转运", on=ON, at=AT)
    board = board_of(site.pk, on=ON)
    assert board is not None
    assert [left for _, left, _ in with_arrivals(board.ahead, as_expected(expected_at(site.pk)))] == [
        120,
        120,
    ] + [-80] * 12
    assert give_reserve(MANAGER, site.pk, at=AT) == 250
    board = board_of(site.pk, on=ON)
    assert board is not None and board.line.free == 370 and board.line.reserve == 0
    assert with_arrivals(board.ahead, as_expected(expected_at(site.pk)))[-1][1] == 170
    assert AuditLine.objects.get(act="reserve_opened").details["beds"] == 250


def test_the_area_counts_all_its_sites_who_waits_and_who_is_expected(site: Site) -> None:
    other = open_site(MANAGER, TOWN, "镇隔离点", "site", Rooms(1, 1, 5, 1), at=AT)
    open_site(MANAGER, TOWN, "观察点", "point", Rooms(1, 1, 9, 1), at=AT)
    open_site(MANAGER, TOWN, "备用楼", "site", Rooms(1, 1, 9, 1, reserve=True), at=AT)
    first, *_ = people_to_place(3)  # free from 13 February on, two days later the others
    admit(MANAGER, first, site.pk, at=AT)
    expect(MANAGER, other.pk, ON + timedelta(days=3), 4, "高铁站", on=ON, at=AT)
    waiting, ahead = ahead_in(TOWN, on=ON)
    assert waiting == 2 and [day for day, _, _ in ahead] == [ON + timedelta(days=at) for at in range(14)]
    assert [free for _, free, _ in ahead] == [6] * 3 + [2] * 7 + [3] * 4
    assert [come for _, _, come in ahead if come] == [4]
    assert ahead_in("440605100", on=ON)[1][-1][1] == 0


def test_the_area_frees_the_beds_of_people_of_another_community() -> None:
    Area.objects.create(code=YINHE, kind="community", official_name="银河社区", short_name="银河")
    away = open_site(MANAGER, LIANSHA, "镇隔离点", "site", Rooms(1, 1, 3, 1), at=AT)
    open_to(MANAGER, away.pk, [YINHE], at=AT)
    for number in people_to_place(2):
        admit(MANAGER, number, away.pk, at=AT)
    with scope(LIANSHA):  # who runs the site there does not see their orders
        ahead = ahead_in(LIANSHA, on=ON)[1]
    assert [free for _, free, _ in ahead] == [free for _, free, _ in ahead_in(TOWN, on=ON)[1]]
    assert (ahead[0][1], ahead[-1][1]) == (1, 3)


def test_who_is_expected_counts_until_they_came(site: Site) -> None:
    arrival = expect(CLERK, site.pk, ON, 3, "高铁站", on=ON, at=AT)
    assert [one.people for one in expected_at(site.pk)] == [3]
    end_arrival(CLERK, arrival.pk, at=AT)
    assert expected_at(site.pk) == []
    with pytest.raises(Refusal) as over:
        end_arrival(CLERK, arrival.pk, at=AT)
    assert code_of(over) == "site_arrival_over"
    arrival = expect(CLERK, site.pk, ON, 20, "高铁站", on=ON, at=AT)
    for wrong in (0, -1, 21):
        with pytest.raises(Refusal) as refused:
            end_arrival(CLERK, arrival.pk, came=wrong, at=AT)
        assert code_of(refused) == "site_arrival_came"
    end_arrival(CLERK, arrival.pk, came=19, at=AT)
    assert [one.people for one in expected_at(site.pk)] == [1], "the others are expected still"
    end_arrival(CLERK, arrival.pk, came=1, at=AT)
    assert expected_at(site.pk) == []
    acts = AuditLine.objects.filter(act__in=("arrival_came", "arrival_ended")).order_by("id")
    assert [(one.act, one.details["people"]) for one in acts] == [
        ("arrival_ended", 3),
        ("arrival_came", 19),
        ("arrival_ended", 1),
    ]


@pytest.mark.parametrize(
    ("day", "people", "whence", "code"),
    [
        (ON - timedelta(1), 3, "x", "site_arrival_day"),
        (ON + timedelta(61), 3, "x", "site_arrival_day"),
        (ON, 0, "x", "site_arrival_people"),
        (ON, 3, " ", "site_arrival_people"),
        (ON, 3, "x" * 101, "site_long"),
    ],
)
def test_an_arrival_that_cannot_be_is_refused(
    site: Site, day: date, people: int, whence: str, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        expect(MANAGER, site.pk, day, people, whence, on=ON, at=AT)
    assert code_of(refused) == code and expected_at(site.pk) == []


def test_zones_are_said_floor_by_floor_and_taken_back(site: Site) -> None:
    set_zone(MANAGER, site.pk, 1, "clean", "值班室、仓库", at=AT)
    set_zone(MANAGER, site.pk, 2, "buffer", "脱卸间", at=AT)
    assert zones_of(site.pk, [3, 2]) == [
        (3, {"clean": "", "buffer": "", "contaminated": ""}),
        (2, {"clean": "", "buffer": "脱卸间", "contaminated": ""}),
        (1, {"clean": "值班室、仓库", "buffer": "", "contaminated": ""}),
    ]
    set_zone(MANAGER, site.pk, 1, "clean", " ", at=AT)
    assert [floor for floor, _ in zones_of(site.pk, [2])] == [2]
    with pytest.raises(Refusal):
        set_zone(MANAGER, site.pk, 1, "green", "x", at=AT)
    with pytest.raises(Refusal) as right:
        set_zone(CLERK, site.pk, 1, "clean", "x", at=AT)
    assert code_of(right) == "beds_right"


def test_supplies_are_counted_and_warn_by_the_rules(site: Site) -> None:
    stock.keep(MANAGER, site.pk, "口罩", "只", "everybody", "2", at=AT)
    stock.keep(MANAGER, site.pk, "防护服", "套", "staff", "1.5", at=AT)
    numbers = {one.name: one.number for one in stock.on_hand(site.pk, TOWN, on=ON).items}
    assert [one.low for one in stock.on_hand(site.pk, TOWN, on=ON).items] == [True, True], "never counted"
    for number in people_to_place(2):
        admit(MANAGER, number, site.pk, at=AT)
    assert stock.count(CLERK, site.pk, {numbers["口罩"]: "11", numbers["防护服"]: " "}, at=AT) == 1
    found = stock.on_hand(site.pk, TOWN, on=ON)
    assert (found.residents, found.staff, found.least) == (2, 0, 3)
    by_name = {one.name: one for one in found.items}
    assert (by_name["口罩"].days, by_name["口罩"].low, by_name["口罩"].by) == (2, True, "clerk")
    stock.count(CLERK, site.pk, {numbers["口罩"]: "12", numbers["防护服"]: "0"}, at=AT)
    by_name = {one.name: one for one in stock.on_hand(site.pk, TOWN, on=ON).items}
    assert (by_name["口罩"].days, by_name["口罩"].low) == (3, False)
    assert (by_name["防护服"].days, by_name["防护服"].low) == (None, False), "nobody uses it"
    for days, left in ((1, 2), (3, 0), (9, 0), (-2, 3)):
        found = stock.on_hand(site.pk, TOWN, on=timezone.localdate(AT) + timedelta(days))
        masks = next(one for one in found.items if one.name == "口罩")
        assert (masks.days, masks.low) == (left, left < 3), "what was counted is used up day by day"
    stock.drop(MANAGER, numbers["防护服"], at=AT)
    assert [one.name for one in stock.on_hand(site.pk, TOWN, on=ON).items] == ["口罩"]


@pytest.mark.parametrize("text", ["many", "-1", "1e9", "NaN", "1.234", "99999999"])
def test_a_count_that_is_none_names_the_item_and_keeps_nothing(site: Site, text: str) -> None:
    for name in ("口罩", "消毒片"):
        stock.keep(MANAGER, site.pk, name, "只", "resident", "1", at=AT)
    first, second = stock.on_hand(site.pk, TOWN, on=ON).items
    with pytest.raises(Refusal) as refused:
        stock.count(MANAGER, site.pk, {first.number: "5", second.number: text}, at=AT)
    assert second.name in refused.value.message.text("zh") and not SupplyCount.objects.exists()
    with pytest.raises(Refusal):
        stock.keep(MANAGER, site.pk, "手套", "双", "staff", text if text != "99999999" else "0", at=AT)


def test_a_round_takes_a_proof_and_says_when_it_is_due_again(site: Site) -> None:
    plan = plan_round(CLERK, site.pk, "disinfection", "二楼走廊", 12, at=AT)
    with pytest.raises(Refusal) as there:
        plan_round(CLERK, site.pk, "disinfection", "二楼走廊", 6, at=AT)
    assert code_of(there) == "site_round_there"
    later = AT + timedelta(hours=13)
    (line,) = rounds_of(site.pk, now=later)
    assert (line.state, missed_at([site.pk], now=later)) == ("never", {site.pk: 1})
    for file, signed, code in (
        (None, " ", "site_proof_missing"),
        (BytesIO(b"MZ not a photo"), "", "site_proof_kind"),
        (BytesIO(PHOTO + b"x" * 5_000_000), "", "site_proof_large"),
    ):
        with pytest.raises(Refusal) as refused:
            do_round(CLERK, plan.pk, signed=signed, file=file, at=later, ring=RING)
        assert code_of(refused) == code
    done = do_round(CLERK, plan.pk, signed="", file=BytesIO(PHOTO), at=later, ring=RING)
    assert done.file_sealed is not None and PHOTO not in bytes(done.file_sealed)
    found = proof_of(done.pk, ring=RING)
    assert found is not None and found[:2] == (PHOTO, "image/jpeg")
    do_round(CLERK, plan.pk, signed="陈志强", file=None, at=later + timedelta(hours=1), ring=RING)
    (line,) = rounds_of(site.pk, now=later + timedelta(hours=2))
    assert (line.state, line.signed, line.has_file) == ("on_time", "陈志强", False)
    assert line.due == later + timedelta(hours=13) and missed_at([site.pk], now=later) == {}
    end_round(CLERK, plan.pk, at=later)
    assert rounds_of(site.pk, now=later) == []
    with pytest.raises(IntegrityError), transaction.atomic():
        RoundDone.objects.create(plan=plan, area_code=TOWN, proof="signed", by="x", at=later)


@pytest.fixture
def worker(site: Site) -> Worker:
    return add_worker(MANAGER, site.pk, "梁小梅", "13800138001", at=AT, ring=RING)


def trained(worker: Worker, kind: str, until: date = ON + timedelta(90)) -> Training:
    return train(MANAGER, worker.pk, kind, ON - timedelta(days=5), until, on=ON, at=AT)


def test_nobody_untrained_is_assigned_whoever_asks(site: Site, worker: Worker) -> None:
    trained(worker, "protection")
    trained(worker, "disinfection", until=ON)  # counts until yesterday
    with pytest.raises(Refusal) as refused:
        assign(MANAGER, site.pk, worker.pk, "health", on=ON, at=AT)
    assert code_of(refused) == "site_untrained"
    assert "梁小梅缺有效的培训:消毒" in refused.value.message.text("zh")
    assert "lacks valid training: disinfection" in refused.value.message.text("en")
    said = {"worker": worker, "site": site, "area_code": TOWN, "job": "health", "from_on": ON, "given_by": "x", "given_at": AT}  # fmt: skip
    for needed in (NEEDED, []):
        with pytest.raises(IntegrityError), transaction.atomic():
            Assignment.objects.create(needed=needed, **said)
    trained(worker, "disinfection")
    assignment = assign(MANAGER, site.pk, worker.pk, "health", on=ON, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.filter(pk=assignment.pk).update(from_on=ON + timedelta(365))
    with pytest.raises(Refusal) as twice:
        assign(MANAGER, site.pk, worker.pk, "security", on=ON, at=AT)
    assert code_of(twice) == "site_assigned"
    unassign(MANAGER, assignment.pk, on=ON, at=AT)
    assert assign(MANAGER, site.pk, worker.pk, "security", on=ON, at=AT).job == "security"


def test_the_page_of_staff_says_who_is_here_and_what_ran_out(site: Site, worker: Worker) -> None:
    for kind in NEEDED:
        trained(worker, kind, until=ON + timedelta(days=10))
    assign(MANAGER, site.pk, worker.pk, "health", on=ON, at=AT)
    other = open_site(MANAGER, TOWN, "备用楼", "site", Rooms(1, 1, 1, 1), at=AT)
    (line,) = staff_of(site, NEEDED, on=ON, ring=RING)
    assert (line.name, line.phone, line.lacking, line.elsewhere) == ("梁小梅", "138****8001", [], False)
    assert line.assigned is not None and staff_of(other, NEEDED, on=ON, ring=RING)[0].elsewhere
    (line,) = staff_of(site, NEEDED, on=ON + timedelta(days=10), ring=RING)
    assert line.lacking == NEEDED and [counts for _, _, counts in line.trained] == [False, False]
    for days in ((ON + timedelta(1), ON + timedelta(9)), (ON, ON)):
        with pytest.raises(Refusal) as refused:
            train(MANAGER, worker.pk, "waste", *days, on=ON, at=AT)
        assert code_of(refused) == "site_training_days"


def test_another_area_neither_sees_nor_changes_anything(site: Site, worker: Worker) -> None:
    plan = plan_round(MANAGER, site.pk, "waste", "后门", 24, at=AT)
    stock.keep(MANAGER, site.pk, "口罩", "只", "staff", "1", at=AT)
    far = reader("site_manager", "far", "440605100")
    for act in (
        lambda: expect(far, site.pk, ON, 1, "x", on=ON, at=AT),
        lambda: do_round(far, plan.pk, signed="x", file=None, at=AT, ring=RING),
        lambda: stock.count(far, site.pk, {1: "1"}, at=AT),
        lambda: assign(far, site.pk, worker.pk, "health", on=ON, at=AT),
    ):
        with pytest.raises(Refusal):
            act()
    with scope("440605100"):
        assert rounds_of(site.pk, now=AT) == [] and stock.on_hand(site.pk, TOWN, on=ON).items == []
        assert not Worker.objects.exists() and Bed.objects.count() == 0
    assert isinstance(AT, datetime)
