"""Two files become one and are taken apart again: nothing is lost, and many at once go as one by one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fournets.language import Refusal
from fournets.people.models import Apart, Employment, Fact, Household, Merge, Person, PersonKey
from fournets.people.services import merge_people, split_person, undo_merge, withdraw_file
from fournets.people.services.derive import derive_people
from fournets.people.services.merge import join_files, keep_apart, person_named
from fournets.places.models import Enterprise
from fournets.places.scope import set_scope
from tests.apps.people.rows import COMMUNITY, file, person_row, resident

AT = datetime(2020, 2, 5, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _scope(db: None, _application_role: None) -> Iterator[None]:
    set_scope("")
    yield


def some(count: int, first: int = 1) -> list[Person]:
    """People with one row each, from files of their own; the second of each pair works somewhere."""
    firm = Enterprise.objects.create(public_id=f"E{first}", area_code=COMMUNITY, name="某厂", name_key="某")
    rows = [
        person_row(
            f"某{number}",
            file_id=number,
            id_number=resident(sequence=number),
            enterprise_id=firm.pk if number % 2 else None,
            household_no=f"{number}",
            relation="户主",
        )
        for number in range(first, first + count)
    ]
    people = Person.objects.in_bulk([one["person_id"] for one in file(*rows)])
    return sorted(people.values(), key=lambda one: one.name)


def register() -> dict[str, Any]:
    """All that is known of everybody, without the numbers the database gives."""
    rows = {
        "people": Person.objects.values_list("public_id", "name", "household__public_id", "seen_on"),
        "facts": Fact.objects.values_list("person__public_id", "file_id", "row"),
        "work": Employment.objects.values_list("person__public_id", "fact__file_id"),
        "keys": PersonKey.objects.values_list("person__public_id", "key"),
        "heads": Household.objects.values_list("public_id", "head__public_id"),
        "apart": Apart.objects.values_list("one__public_id", "other__public_id"),
        "merges": Merge.objects.values_list("kept__public_id", "gone_public_id", "facts", "undone_at"),
    }
    return {name: sorted(map(str, found)) for name, found in rows.items()}


def merge(kept: Person, gone: Person) -> None:
    merge_people(kept.public_id, gone.public_id, reason="同一人", actor="某人", at=AT)


def together(*pairs: tuple[Person, Person]) -> None:
    people: list[int | None] = [kept.pk for kept, _ in pairs]
    joined = join_files(
        [(kept.pk, gone.pk, "same_id_number") for kept, gone in pairs],
        file_ids=[90 + at for at in range(len(pairs))],
        people=people,
    )
    derive_people(joined.values())


PAIRS = st.lists(st.tuples(st.integers(0, 1), st.integers(2, 5)), unique_by=lambda pair: pair[1], max_size=4)
ALONE = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=3)


@given(PAIRS, ALONE)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_many_joined_at_once_are_as_when_joined_one_by_one(
    pairs: list[tuple[int, int]], alone: list[tuple[int, int]]
) -> None:
    ends = []
    for at_once in (True, False):
        with transaction.atomic():
            people = some(6)
            for one, other in alone:
                if one != other:
                    keep_apart(people[one].pk, people[other].pk, COMMUNITY, "不是一人")
            chosen = [(people[kept], people[gone]) for kept, gone in pairs]
            if at_once:
                together(*chosen)
            else:
                for pair in chosen:
                    merge(*pair)
            facts = dict(Fact.objects.values_list("id", "file_id"))
            moved = [sorted(facts[one] for one in found.facts) for found in Merge.objects.order_by("id")]
            ends.append((register() | {"merges": []}, moved, Merge.objects.filter(undone_at=None).count()))
            transaction.set_rollback(True)
    assert ends[0] == ends[1]
    assert ends[0][2] == len(pairs)


def test_many_are_joined_and_taken_apart_with_as_many_statements_as_two() -> None:
    counts = []
    for first, count in ((1, 4), (11, 20)):
        people = some(count, first)
        before = register()
        pairs = list(zip(people[::2], people[1::2], strict=True))
        with CaptureQueriesContext(
            connection,
        ) as joining:
            join_files(
                [(kept.pk, gone.pk, "same_id_number") for kept, gone in pairs],
                file_ids=[99] * len(pairs),
                people=[kept.pk for kept, _ in pairs],
            )
        derive_people([kept.pk for kept, _ in pairs])
        assert Person.objects.filter(pk__in=[one.pk for one in people]).count() == count // 2
        with CaptureQueriesContext(connection) as parting:
            withdraw_file(99)
        assert register() | {"merges": []} == before | {"merges": []}
        counts.append((len(joining), len(parting)))
    assert counts[0] == counts[1]
    assert counts[0][0] < 12


def test_a_merge_undone_gives_back_all_and_keeps_the_two_apart() -> None:
    kept, gone = some(2)
    before = register()
    merge(kept, gone)
    assert person_named(gone.public_id) == kept
    assert Fact.objects.filter(person=kept).count() == 2
    undo_merge(gone.public_id, actor="某人", at=AT)
    after = register()
    assert [after[name] for name in ("people", "facts", "work", "keys", "heads")] == [
        before[name] for name in ("people", "facts", "work", "keys", "heads")
    ]
    assert len(after["apart"]) == 1


def test_a_merge_undone_out_of_a_row_of_merges_leaves_the_others_right() -> None:
    first, second, third = some(3)
    merge(second, first)
    merge(third, second)
    assert person_named(first.public_id) == third
    undo_merge(second.public_id, actor="某人", at=AT)
    assert person_named(first.public_id).public_id == second.public_id
    assert Person.objects.get(public_id=third.public_id).name == "某3"
    undo_merge(first.public_id, actor="某人", at=AT)
    facts = Fact.objects.values_list("person__public_id", "file_id").order_by("file_id")
    assert list(facts) == [(first.public_id, 1), (second.public_id, 2), (third.public_id, 3)]
    assert {one.name for one in Person.objects.all()} == {"某1", "某2", "某3"}


def test_the_first_of_two_merges_can_be_undone_first() -> None:
    first, second, third = some(3)
    merge(second, first)
    merge(third, second)
    undo_merge(first.public_id, actor="某人", at=AT)
    undo_merge(second.public_id, actor="某人", at=AT)
    facts = Fact.objects.values_list("person__public_id", "file_id").order_by("file_id")
    assert list(facts) == [(first.public_id, 1), (second.public_id, 2), (third.public_id, 3)]


def test_what_was_split_off_since_stays_where_it_is() -> None:
    kept, gone = some(2)
    merge(kept, gone)
    fresh = split_person(kept.public_id, files=[(2, 1, 2)], reason="另一人", actor="某人", at=AT)
    with pytest.raises(Refusal, match="was not merged"):
        undo_merge(gone.public_id, actor="某人", at=AT)
    assert Fact.objects.get(file_id=2).person == fresh
    assert Employment.objects.filter(person=kept).count() == 1


def test_a_file_goes_back_though_the_rows_it_joined_are_gone() -> None:
    kept, gone = some(2)
    together((kept, gone))
    withdraw_file(2)
    withdraw_file(90)
    assert list(Person.objects.values_list("public_id", flat=True)) == [kept.public_id]


@pytest.mark.parametrize("apart", [[0], [1], [0, 1]], ids=["the kept", "the gone", "both"])
def test_whoever_is_apart_from_one_of_two_is_apart_from_whoever_they_become(apart: list[int]) -> None:
    *pair, other = kept, gone, _ = some(3)
    for one in apart:
        keep_apart(pair[one].pk, other.pk, COMMUNITY, "不是一人")
    merge(kept, gone)
    assert [(one.one_id, one.other_id) for one in Apart.objects.all()] == [(kept.pk, other.pk)]
