"""The sums the page reads are those a count gives, whatever act came before, and on any day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import fields
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fournets.cli.installation import WRONG_RIGHTS
from fournets.crypto import KeyRing
from fournets.database import APP_ROLE, HIGH, LOW
from fournets.intake.models import SourceFile
from fournets.intake.services import TakeIn, take_in, undo_file
from fournets.people.models import Household, Merge, Person
from fournets.people.services.merge import merge_people, split_person, undo_merge
from fournets.places.models import Area, Building, Enterprise
from fournets.places.scope import scope, set_scope
from fournets.screening.models import CoverageCount, Visit
from fournets.screening.selectors import AreaSums, coverage, coverage_sums
from fournets.screening.services import assess_people
from tests.apps.intake.conftest import HEADER, LAN, Workbook, how, register, ring, town, workbook
from tests.apps.screening.people import CELL, LIANSHA, NEXT_CELL, ON, TOWN, YINHE, add_household

__all__ = ["how", "register", "ring", "town", "workbook"]
pytestmark = pytest.mark.django_db
AT = datetime(2020, 2, 5, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
SUMMED = [one.name for one in fields(AreaSums)]
CELLS = [
    ["网格名称", "网格员", "网格员电话", "楼栋", "户数"],
    ["银河第一网格", "梁小梅", "13700137001", "西路3号2栋", 24],
    ["银河第二网格", "", "", "", 7],
]
FIRMS = [
    ["企业名称", "统一社会信用代码", "所属社区", "员工总数", "其中来自湖北人数"],
    ["某某五金厂", "", "银河", 12, 1],
    ["某某木器店", "", "联沙", 0, 0],
]


def commit() -> None:
    """What the database does when the act of a test would commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def same(on: date = ON) -> list[tuple[object, ...]]:
    """The sums; fails unless they are those a count of everything gives."""
    commit()
    sums, counted = coverage_sums(on=on), coverage(on=on, down_to="cell")
    found = [tuple(getattr(one, name) for name in SUMMED) for one in sums]
    assert found == [tuple(getattr(one, name) for name in SUMMED) for one in counted]
    assert [one.households for one in sums] == [one.households for one in counted]
    return found


@pytest.fixture
def areas(db: None, _application_role: None) -> Iterator[None]:
    set_scope(TOWN)
    kinds = {TOWN: "town", YINHE: "community", LIANSHA: "community", CELL: "cell", NEXT_CELL: "cell"}
    Area.objects.bulk_create(
        [Area(code=code, kind=kind, official_name=code, short_name=code) for code, kind in kinds.items()]
    )
    yield


def test_the_sums_are_the_count_after_every_act(
    town: str, register: Path, workbook: Workbook, how: TakeIn, ring: KeyRing
) -> None:
    seen = [same()]

    def after(act: Callable[[], object], *, changes: bool = True) -> None:
        act()
        seen.append(same())
        assert (seen[-1] != seen[-2]) == changes, act

    again = workbook("返乡.xlsx", [["姓名", "手机"], ["区美兰", "13800138001"], ["何大文", "13800138009"]])
    after(lambda: take_in([register], how=how, ring=ring))
    after(lambda: take_in([workbook("网格.xlsx", CELLS)], how=how, ring=ring))
    after(lambda: take_in([workbook("企业.xlsx", FIRMS)], how=how, ring=ring))
    after(lambda: take_in([again], how=how, ring=ring))
    after(lambda: take_in([again], how=how, ring=ring), changes=False)
    after(lambda: assess_people(on=ON, area_code="", actor="梁书记员", at=AT), changes=False)
    mei, da = (Person.objects.get(name=name).public_id for name in ("区美兰", "何大文"))
    after(lambda: merge_people(mei, da, reason="同一人", actor="梁书记员", at=AT))
    after(lambda: undo_merge(da, actor="梁书记员", at=AT))
    file = SourceFile.objects.get(name="返乡.xlsx").id
    after(lambda: split_person(mei, files=[(file, 1, 2)], reason="不是一人", actor="梁书记员", at=AT))
    for name in ("返乡.xlsx", "企业.xlsx", "银河户册.xlsx", "网格.xlsx"):
        number = SourceFile.objects.get(name=name).id
        after(lambda number=number: undo_file(number, actor="梁书记员", at=AT))  # type: ignore[misc]
    assert seen[-1] == seen[0]


def test_files_joined_by_a_new_row_and_parted_again_are_counted_once(
    town: str, workbook: Workbook, how: TakeIn, ring: KeyRing
) -> None:
    first = [HEADER[1:4], ["解小兰", LAN, ""], ["解小兰", "", "13800138003"]]
    take_in([workbook("甲.xlsx", first)], how=how, ring=ring)
    before = same()
    take_in([workbook("乙.xlsx", [HEADER[1:4], ["解小兰", LAN, "13800138003"]])], how=how, ring=ring)
    assert Merge.objects.filter(undone_at=None).count() == 1
    assert same() != before
    undo_file(SourceFile.objects.get(name="乙.xlsx").id, actor="梁书记员", at=AT)
    assert same() == before


DAYS = st.integers(0, 3).map(lambda days: ON + timedelta(days))
PLACES = st.sampled_from([TOWN, YINHE, LIANSHA, CELL, CELL + "001", CELL + "0000001", NEXT_CELL])
CELL_CODES = st.sampled_from([CELL, NEXT_CELL])
KNOWN = st.none() | st.integers(0, 9)
WHICH = st.integers(0, 5)


def nth(model: type[Any], which: int) -> Any:
    """Some row of ``model`` as a query, empty where there is none."""
    numbers = list(model.objects.order_by("pk").values_list("pk", flat=True)) or [0]
    return model.objects.filter(pk=numbers[which % len(numbers)])


def household(number: int, place: str, members: int) -> None:
    add_household(members, place, number)


def visit(number: int, which: int, on: date, outcome: str) -> None:
    for home in nth(Household, which):
        Visit.objects.create(area_code=home.area_code, household_id=home.pk, on=on, outcome=outcome)


def visit_corrected(number: int, which: int, on: date) -> None:
    nth(Visit, which).update(on=on, outcome="refused")


def visit_withdrawn(number: int, which: int) -> None:
    nth(Visit, which).delete()


def move(number: int, which: int, place: str) -> None:
    for home in nth(Household, which):
        home.person_set.update(area_code=place)
    nth(Household, which).update(area_code=place)


def leave(number: int, which: int) -> None:
    for home in nth(Household, which):
        home.person_set.all().delete()
    nth(Household, which).delete()


def building(number: int, cell: str, known: int | None) -> None:
    code = f"{cell}{number:07d}"
    Building.objects.create(code=code, area_code=code, name="某栋", households_known=known)


def counted_again(number: int, which: int, known: int | None) -> None:
    nth(Building, which).update(households_known=known)


def cell_total(number: int, cell: str, known: int | None) -> None:
    Area.objects.filter(code=cell).update(households_known=known)


def enterprise(number: int, place: str, headcount: int | None) -> None:
    given = {"public_id": f"E{number}", "name": "某厂", "name_key": "某", "headcount": headcount}
    Enterprise.objects.create(area_code=place, surveyed_on=ON, **given)


def survey(number: int, which: int) -> None:
    nth(Enterprise, which).update(headcount=1)


VISIT = st.tuples(
    st.just(visit), WHICH, DAYS, st.sampled_from(["done", "unreached", "refused", "not_started"])
)
STEPS = st.one_of(
    VISIT,
    VISIT,
    VISIT,
    st.tuples(st.just(household), PLACES, st.integers(1, 2)),
    st.tuples(st.just(visit_corrected), WHICH, DAYS),
    st.tuples(st.just(visit_withdrawn), WHICH),
    st.tuples(st.just(move), WHICH, PLACES),
    st.tuples(st.just(leave), WHICH),
    st.tuples(st.just(building), CELL_CODES, KNOWN),
    st.tuples(st.just(counted_again), WHICH, KNOWN),
    st.tuples(st.just(cell_total), CELL_CODES, KNOWN),
    st.tuples(st.just(enterprise), PLACES, KNOWN),
    st.tuples(st.just(survey), WHICH),
)


@given(st.lists(STEPS, max_size=20))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_sums_are_the_count_whatever_rows_come_change_and_go(areas: None, steps: list[Any]) -> None:
    with transaction.atomic():
        household(100, CELL, 2)
        for number, (step, *values) in enumerate(steps):
            step(number, *values)
            if number % 3 == 0:
                commit()
        for later in range(-1, 5):
            same(ON + timedelta(later))
        transaction.set_rollback(True)


def test_each_day_has_the_sums_that_stood_that_day(areas: None) -> None:
    home = add_household()
    outcomes = ["refused", "unreached", "done", "refused"]
    for later, outcome in enumerate(outcomes):
        place = {"area_code": CELL, "household_id": home.pk}
        Visit.objects.create(on=ON + timedelta(later), outcome=outcome, **place)
    for later, outcome in enumerate(outcomes):
        one = next(iter(same(ON + timedelta(later))))
        states = dict(zip(SUMMED, one, strict=True))
        found = {"done": states["surveyed"], "unreached": states["unreached"], "refused": states["refused"]}
        assert found == dict.fromkeys(found, 0) | {outcome: 1}


def test_the_sums_of_one_area_are_its_own_and_a_neighbour_sees_none(areas: None) -> None:
    add_household(area_code=CELL)
    commit()
    assert [one.households for one in coverage_sums(YINHE, on=ON)] == [1, 1, 0]
    with scope(LIANSHA):
        assert coverage_sums(YINHE, on=ON)[0].households == 0


def test_only_the_database_itself_writes_the_counts(areas: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(WRONG_RIGHTS, {"role": APP_ROLE})
        assert cursor.fetchall() == []
    with pytest.raises(DatabaseError), transaction.atomic():
        CoverageCount.objects.update(persons=7)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT count_cells(ARRAY['440605123018001'])")


@pytest.mark.django_db(transaction=True)
def test_two_acts_at_once_in_one_cell_are_both_counted() -> None:
    set_scope(TOWN)
    Area.objects.create(code=CELL, kind="cell", official_name="甲", short_name="甲")
    with someone_else() as one, someone_else() as other, ThreadPoolExecutor(1) as pool:
        for number, link in enumerate((one, other)):
            given = (f"H{number}", CELL)
            link.execute(
                "INSERT INTO people_household (public_id, area_code, number) VALUES (%s, %s, '')", given
            )
        one.execute("SET CONSTRAINTS ALL IMMEDIATE")  # it has counted, and has not committed yet
        committed = pool.submit(other.commit)
        while not waits(other) and not committed.done():
            pass
        one.commit()
        committed.result()
    assert [one.households for one in coverage_sums(CELL, on=ON)] == [2]


def waits(link: psycopg.Connection[Any]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE pid = %s AND NOT granted)", [link.info.backend_pid]
        )
        return bool(cursor.fetchone()[0])


@contextmanager
def someone_else() -> Iterator[psycopg.Connection[Any]]:
    """Another connection of the application to the tests' register, with a transaction of its own."""
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as link:
        link.execute(f"SET ROLE {APP_ROLE}")
        link.execute("SELECT set_config(%s, %s, false), set_config(%s, %s, false)", (LOW, "4", HIGH, "5"))
        yield link
