"""What is covered, what is not, since when and by whom; and which enterprises have staff from the outbreak area."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime

import msgspec
import pyarrow as pa
import pytest

from fournets.audit.models import AuditLine
from fournets.crypto import new_ring
from fournets.organization.models import Cover
from fournets.people.models import Employment, Fact, Household, Person
from fournets.places.models import Area, Building, Enterprise, EnterpriseFact
from fournets.places.scope import scope, set_scope
from fournets.screening.selectors import AreaCoverage, coverage, missing, outbreak_enterprises
from fournets.screening.services import record_visits, trace_outbreak_staff, withdraw_visits
from tests.apps.screening.people import CELL, LIANSHA, NEXT_CELL, ON, TOWN, YINHE, add_household, add_people

BUILDING = CELL + "0000001"
AT = datetime(2020, 2, 5, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _town(db: None, _application_role: None) -> Iterator[None]:
    set_scope(TOWN)
    areas = [
        (TOWN, "town"),
        (YINHE, "community"),
        (LIANSHA, "community"),
        (CELL, "cell"),
        (NEXT_CELL, "cell"),
    ]
    Area.objects.bulk_create(
        [Area(code=code, kind=kind, official_name=code[-3:], short_name=code[-3:]) for code, kind in areas]
    )
    yield


def visit(household: Household, state: str | None = None, on: date = ON, file_id: int = 1) -> None:
    person = Person.objects.filter(household=household).order_by("id").first()
    assert person
    row = {
        "file_id": file_id,
        "row": 2,
        "seen_on": on,
        "area_code": household.area_code,
        "person_id": person.id,
        "visit_state": state,
        "visited_on": None,
        "visited_by": "某走访人",
    }
    record_visits(pa.Table.from_pylist([row]))


def line(area_code: str, on: date = ON) -> AreaCoverage:
    return next(one for one in coverage(on=on) if one.area_code == area_code)


def enterprise(number: int, **more: object) -> Enterprise:
    fixed = {"public_id": f"E{number}", "name": f"某{number}厂", "name_key": f"某{number}"}
    return Enterprise.objects.create(**({"area_code": YINHE} | fixed | more))


def employ(person: Person, firm: Enterprise, row: int) -> None:
    fact = Fact.objects.create(
        person=person,
        area_code=person.area_code,
        file_id=9,
        sheet=1,
        row=row,
        seen_on=ON,
        origin=row,
        digest=row,
    )
    Employment.objects.create(person=person, enterprise=firm, area_code=person.area_code, fact=fact)


def test_households_known_only_to_the_building_register_are_not_started() -> None:
    Building.objects.create(
        code=BUILDING, area_code=BUILDING, name="某栋", households_known=5, persons_known=12
    )
    visit(add_household(area_code=BUILDING))
    for area in (TOWN, YINHE, CELL, BUILDING):
        one = line(area)
        assert (one.households, one.surveyed, one.not_started, one.households_from) == (5, 1, 4, "register")
        assert one.persons == 12
    gap = [one for one in missing(on=ON) if one.kind == "building"]
    assert [(one.area_code, one.count) for one in gap] == [(BUILDING, 4)]


def test_every_count_of_the_ledger_is_a_json_number() -> None:
    Building.objects.create(
        code=BUILDING,
        area_code=BUILDING,
        name="某栋",
        dwellings_known=4,
        households_known=5,
        persons_known=12,
    )
    visit(add_household(area_code=BUILDING))
    enterprise(1, surveyed_on=ON, headcount=0)
    for one in json.loads(msgspec.json.encode([one.as_json() for one in coverage(on=ON)])):
        counts = {**one["dwellings"], **one["households"], **one["persons"], **one["enterprises"]}
        del counts["known_from"]
        assert {type(count) for count in counts.values()} == {int}, one["area"]


def test_without_a_register_what_intake_knows_is_the_total_and_it_says_so() -> None:
    visit(add_household())
    assert (line(CELL).households, line(CELL).households_from) == (1, "intake")
    assert line(CELL).complete


def test_an_area_nothing_is_known_of_is_not_complete_and_is_missing() -> None:
    assert not line(LIANSHA).complete
    assert LIANSHA in [one.area_code for one in missing(on=ON) if one.kind == "community"]


def test_a_cells_own_total_counts_where_its_buildings_state_none() -> None:
    Area.objects.filter(code=CELL).update(households_known=3)
    visit(add_household())
    assert (line(YINHE).households, line(YINHE).not_started) == (3, 2)
    assert [(one.area_code, one.count) for one in missing(CELL, on=ON) if one.kind == "cell"] == [(CELL, 2)]


@pytest.mark.parametrize("state", ["unreached", "refused"])
def test_a_household_not_reached_stands_on_the_list_with_a_name_and_a_day(state: str) -> None:
    Cover.objects.create(area_code=CELL, worker="某网格员", from_on=date(2020, 1, 20))
    household = add_household()
    visit(household, state, date(2020, 2, 1))
    (row,) = [one for one in missing(CELL, on=ON) if one.kind == "household"]
    assert (row.id, row.state, row.since) == (household.public_id, state, date(2020, 2, 1))
    assert row.responsible == "某网格员"
    assert getattr(line(CELL), state) == 1


def test_a_later_visit_replaces_the_result_of_an_earlier_one() -> None:
    household = add_household()
    visit(household, "unreached", date(2020, 2, 1))
    visit(household, "done", date(2020, 2, 2))
    assert (line(CELL).surveyed, line(CELL).unreached) == (1, 0)
    assert line(CELL, date(2020, 2, 1)).unreached == 1


def test_a_household_on_a_list_without_a_visit_is_not_started() -> None:
    add_household()
    assert (line(CELL).surveyed, line(CELL).not_started) == (0, 1)
    assert [one.state for one in missing(CELL, on=ON)] == ["not_started"]


def test_a_file_taken_back_takes_its_visits_back() -> None:
    visit(add_household(), file_id=7)
    withdraw_visits(7)
    assert line(CELL).surveyed == 0


def test_an_enterprise_counts_as_surveyed_with_a_headcount_only() -> None:
    enterprise(1, surveyed_on=ON, headcount=0)
    enterprise(2, surveyed_on=ON)
    enterprise(3)
    assert (line(YINHE).enterprises, line(YINHE).enterprises_surveyed) == (3, 1)
    assert [one.id for one in missing(on=ON) if one.kind == "enterprise"] == ["E2", "E3"]


def test_an_enterprise_with_staff_and_no_roster_stands_on_the_list() -> None:
    enterprise(1, surveyed_on=ON, headcount=12)
    firm = enterprise(2, surveyed_on=ON, headcount=1)
    employ(add_people([{}])[0], firm, 2)
    assert [one.id for one in missing(on=ON) if one.kind == "roster"] == ["E1"]


def test_staff_from_the_outbreak_area_are_found_by_survey_and_by_roster() -> None:
    enterprise(1, values={"outbreak_headcount": "3"})
    by_roster, none = enterprise(2), enterprise(3, values={"outbreak_headcount": "0"})
    hubei, wenzhou, local = add_people(
        [{"native_place": "420106"}, {"via_place": "44|3303"}, {"native_place": "440605"}]
    )
    employ(hubei, by_roster, 5)
    employ(wenzhou, none, 6)
    employ(local, none, 7)
    found = outbreak_enterprises(on=ON)
    assert [(one.public_id, one.stated, one.on_roster) for one in found] == [("E1", 3, 0), ("E2", 0, 1)]
    assert found[1].rows == ((9, 1, 5),)


def test_staff_a_survey_states_are_traced_to_the_roster_rows_of_those_registered_there() -> None:
    ring = new_ring()
    firm, other = enterprise(1, values={"outbreak_headcount": "2"}), enterprise(2)
    staff = add_people([{"from_place": "420106"}, {}, {}, {}])
    numbers = [None, "420106198805011234", "440605198805011234", "420106199005011234"]
    for row, (person, number) in enumerate(zip(staff, numbers, strict=True), 5):
        person.id_number_sealed = ring.seal_many("id_number", [number])[0]
        person.save()
        employ(person, other if row == 8 else firm, row)
    (found,) = trace_outbreak_staff(on=ON, ring=ring, actor="某人", at=AT)
    assert (found.stated, found.on_roster, found.registered) == (2, 1, 1)
    assert found.rows == ((9, 1, 5), (9, 1, 6))
    line = AuditLine.objects.get()
    assert (line.act, line.details["opened"]) == ("trace_outbreak_staff", ["id_number", "registered_address"])


def test_without_the_keys_the_enterprises_come_untraced() -> None:
    firm = enterprise(1, values={"outbreak_headcount": "2"})
    (person,) = add_people([{}])
    person.id_number_sealed = new_ring().seal("id_number", "420106198805011234")
    person.save()
    employ(person, firm, 5)
    (found,) = trace_outbreak_staff(on=ON, ring=new_ring(), actor="某人", at=AT)
    assert (found.stated, found.rows) == (2, ())


def test_the_survey_row_that_states_the_number_stands_behind_it() -> None:
    firm = enterprise(1, values={"outbreak_headcount": "2"})
    for row, stated in ((3, "0"), (4, "2")):
        EnterpriseFact.objects.create(
            enterprise=firm,
            area_code=YINHE,
            file_id=1,
            sheet=1,
            row=row,
            seen_on=ON,
            digest=row,
            values={"outbreak_headcount": stated},
        )
    assert outbreak_enterprises(on=ON)[0].survey == ((1, 1, 4),)


def test_before_the_area_is_listed_no_roster_points_to_it() -> None:
    firm = enterprise(1)
    employ(add_people([{"from_place": "3303"}])[0], firm, 2)
    assert outbreak_enterprises(on=date(2020, 1, 28)) == []
    assert [one.public_id for one in outbreak_enterprises(on=date(2020, 1, 29))] == ["E1"]


def test_a_neighbour_sees_no_household_of_this_cell() -> None:
    add_household()
    with scope(LIANSHA):
        assert line(YINHE).households == 0
        assert [one for one in missing(on=ON) if one.kind == "household"] == []
