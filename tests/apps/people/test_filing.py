"""Rows are filed with the person they are about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from fournets.people.models import Fact, Household, Person, PersonKey, ReviewItem
from fournets.people.services import withdraw_file
from fournets.places.scope import scope
from tests.apps.people.rows import file, person_row, resident

pytestmark = pytest.mark.django_db
PHONE = "13800138000"


@pytest.fixture(autouse=True)
def _whole_town() -> Iterator[None]:
    with scope(""):
        yield


def test_a_household_with_one_phone_stays_three_people() -> None:
    done = file(
        person_row("陈伟强", 2, phone=PHONE, household_no="7", relation="户主"),
        person_row("李秀兰", 3, phone=PHONE, household_no="7", relation="妻"),
        person_row("陈小红", 4, phone=PHONE, household_no="7", relation="女"),
    )
    assert [one["outcome"] for one in done] == ["created"] * 3
    assert Person.objects.count() == 3
    household = Household.objects.get()
    assert household.head is not None
    assert household.head.name == "陈伟强"
    assert Person.objects.filter(household=household).count() == 3


def test_twins_with_one_phone_and_one_birthday_stay_two() -> None:
    file(
        person_row("梁家俊", 2, phone=PHONE, id_number=resident("20100506", 121)),
        person_row("梁家骏", 3, phone=PHONE, id_number=resident("20100506", 141)),
    )
    assert Person.objects.count() == 2


def test_a_homophone_with_the_same_phone_and_birthday_is_the_same_person() -> None:
    done = file(
        person_row("单伟芳", 2, phone=PHONE, birth_on="1980-03-04"),
        person_row("善伟芳", 3, phone=PHONE, birth_on="1980-03-04"),
        person_row("单纬芳", 4, phone=PHONE, birth_on="1980-03-04"),
    )
    assert done[2]["rule"] == "same_sound_phone_and_birth"
    assert Person.objects.count() == 1


def test_a_number_that_lost_its_end_finds_its_person_by_name() -> None:
    number = resident()
    file(person_row("陈伟强", id_number=number))
    done = file(
        person_row("陈伟强", file_id=2, kind="staff_roster", id_number=number[:15], id_certainty="partial")
    )
    assert done[0]["rule"] == "same_number_start_and_name"
    assert Person.objects.get().id_certainty == "verified"


def test_two_proven_numbers_never_join() -> None:
    file(person_row("陈伟强", id_number=resident("19700101", 123), phone=PHONE))
    file(person_row("陈伟强", file_id=2, id_number=resident("19800101", 123), phone=PHONE))
    assert Person.objects.count() == 2


def test_a_row_that_may_be_either_of_two_waits_for_somebody_to_decide() -> None:
    file(person_row("陈伟强", 2, id_number=resident("19700101", 123), phone=PHONE))
    file(person_row("陈伟强", 3, file_id=2, id_number=resident("19800101", 123), phone=PHONE))
    done = file(person_row("陈伟强", 4, file_id=3, phone=PHONE))
    assert done[0]["outcome"] == "review"
    assert done[0]["person_id"] is None
    assert sorted(ReviewItem.objects.get().candidates) == sorted(Person.objects.values_list("id", flat=True))


def test_the_head_s_number_written_for_the_whole_family_is_not_one_person() -> None:
    done = file(person_row("陈伟强", 2, id_number=resident()), person_row("李秀兰", 3, id_number=resident()))
    assert [one["outcome"] for one in done] == ["created", "review"]
    assert done[1]["reason"] == "number_of_another"


def test_filing_the_same_rows_again_changes_nothing() -> None:
    rows = [person_row("陈伟强", 2, id_number=resident(), phone=PHONE), person_row("李秀兰", 3, phone=PHONE)]
    first = file(*rows)
    before = snapshot()
    again = file(*rows)
    assert snapshot() == before
    assert [one["outcome"] for one in again] == ["unchanged", "unchanged"]
    assert [one["public_id"] for one in again] == [one["public_id"] for one in first]


def test_what_a_row_adds_is_an_update_and_what_it_repeats_is_not() -> None:
    number = resident()
    file(person_row("陈伟强", id_number=number, phone=PHONE))
    later = date(2020, 2, 5)
    added = file(
        person_row("陈伟强", file_id=2, seen_on=later, id_number=number, values='{"symptoms":"咳嗽"}')
    )
    repeated = file(person_row("陈伟强", file_id=3, kind="pushed_list", seen_on=later, id_number=number))
    assert [added[0]["outcome"], repeated[0]["outcome"]] == ["updated", "matched"]
    assert Person.objects.get().values == {"symptoms": "咳嗽"}


def test_withdrawing_a_file_restores_the_register_exactly() -> None:
    number = resident()
    file(person_row("陈伟强", id_number=number), person_row("陈伟强", 3, phone=PHONE, area_code="440605123"))
    before = snapshot()
    file(
        person_row(
            "陈伟强", file_id=2, id_number=number, phone=PHONE, household_no="7", values='{"job":"焊工"}'
        ),
        person_row("黄大文", 3, file_id=2, phone="13900139000"),
    )
    assert Person.objects.filter(name="陈伟强").count() == 1
    withdraw_file(2)
    assert snapshot() == before


def test_one_batch_of_many_files_makes_the_same_people_as_file_by_file() -> None:
    number = resident()
    rows = [
        person_row("陈伟强", 2, file_id=1, id_number=number),
        person_row("陈伟强", 3, file_id=2, phone=PHONE, area_code="440605123"),
        person_row("李秀兰", 4, file_id=2, phone=PHONE),
        person_row("陈伟强", 5, file_id=3, id_number=number, phone=PHONE),
    ]
    one_by_one = [file(row)[0]["public_id"] for row in rows]
    joined = {
        one: Person.objects.get(fact__row=row["row"]).public_id
        for one, row in zip(one_by_one, rows, strict=True)
    }
    for number_of_file in (3, 2, 1):
        withdraw_file(number_of_file)
    assert Person.objects.count() == 0
    together = [one["public_id"] for one in file(*rows)]
    assert together == [joined[one] for one in one_by_one]


def test_people_of_another_community_are_out_of_sight() -> None:
    file(
        person_row("陈伟强", 2, phone=PHONE),
        person_row("黄大文", 3, phone="13900139000", area_code="440605123019"),
    )
    with scope("440605123019"):
        assert [person.name for person in Person.objects.all()] == ["黄大文"]
        assert Fact.objects.count() == 1


def snapshot() -> dict[str, list[tuple]]:
    """Everything the register says, without the numbers of its rows and the sealed bytes."""
    people = Person.objects.order_by("public_id").values_list(
        "public_id",
        "area_code",
        "name",
        "sex",
        "birth_on",
        "id_certainty",
        "values",
        "seen_on",
        "household__public_id",
    )
    facts = Fact.objects.order_by("origin").values_list(
        "origin", "digest", "keys", "person__public_id", "rule"
    )
    keys = PersonKey.objects.order_by("key", "person__public_id").values_list(
        "key", "person__public_id", "area_code"
    )
    households = Household.objects.order_by("public_id").values_list("public_id", "head__public_id")
    return {"people": list(people), "facts": list(facts), "keys": list(keys), "households": list(households)}
