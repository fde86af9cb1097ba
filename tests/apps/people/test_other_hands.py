"""What other processes make of rows and people is what this one makes of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fournets.people.models import Employment, Fact, Person, PersonKey, SearchToken, ToSearch
from fournets.people.services import batch, index_people, search, withdraw_file
from fournets.people.services.batch import read_batch
from fournets.places.scope import scope
from tests.apps.people.rows import RING, file, person_row, resident, table

pytestmark = pytest.mark.django_db
MANY = 24
ROWS = [
    person_row(
        f"某{'甲乙丙丁'[at % 4]}{at}",
        row=at + 2,
        id_number=resident(sequence=100 + at),
        phone=f"1380013{at:04}",
        address=f"银河社区西路{at}号2栋501",
        values='{"employer":"顺达\\\\厂"}' if at % 3 else "{}",
        household_no=str(at // 3),
    )
    for at in range(MANY)
]
ODD = "甲\\N\t乙\\n丙\n丁\r"


@pytest.fixture(autouse=True)
def _whole_town() -> Iterator[None]:
    with scope(""):
        yield


def told() -> tuple[list[object], ...]:
    facts = Fact.objects.order_by("row").values_list(
        "row", "name", "values", "keys", "digest", "birth_on", "sex", "person__public_id"
    )
    opened = [
        RING.unseal("phone", one)
        for one in Fact.objects.order_by("row").values_list("phone_sealed", flat=True)
    ]  # type: ignore[arg-type]
    keys = PersonKey.objects.order_by("key", "person__public_id").values_list("key", "person__public_id")
    tokens = SearchToken.objects.order_by("token", "person__public_id").values_list(
        "token", "person__public_id"
    )
    return list(facts), list(opened), list(keys), list(tokens)


def test_many_rows_come_out_alike_whoever_makes_them_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    file(*ROWS)
    index_people(ring=RING)
    alone = told()
    withdraw_file(1)
    assert not Person.objects.exists()
    monkeypatch.setattr(batch, "SHARE", 5)
    monkeypatch.setattr(search, "SHARE", 2)
    monkeypatch.setattr(search, "BATCH", 10)
    file(*ROWS)
    index_people(ring=RING)
    assert told() == alone and len(alone[0]) == MANY
    assert not ToSearch.objects.exists()


def test_the_identities_of_rows_are_those_they_are_matched_by(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = read_batch(table(ROWS), RING).identities
    monkeypatch.setattr(batch, "SHARE", 4)
    assert read_batch(table(ROWS), RING).identities == alone
    assert alone[0].phones == ("13800130000",) and alone[0].name == "某甲0"


def test_signs_that_mean_something_to_the_database_stay_signs() -> None:
    file(person_row(ODD, phone=ODD, values='{"employer":"a\\\\b\\tc\\n"}', household_no="\\."))
    fact = Fact.objects.get()
    assert fact.name == ODD and RING.unseal("phone", fact.phone_sealed or b"") == ODD
    assert fact.values == {"employer": "a\\b\tc\n", "household_no": "\\."}
    assert not Employment.objects.exists()
