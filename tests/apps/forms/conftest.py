"""A few invented people, their households and an enterprise, in the town of the reference case."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from fournets.crypto import KeyRing, new_ring
from fournets.people.models import Employment, Fact, Household, Person
from fournets.places.models import Area, Enterprise
from fournets.places.scope import scope

TOWN, GALAXY, GOLDEN = "440605123", "440605123019", "440605123020"


def person(
    ring: KeyRing, number: int, name: str, area: str, household: Household | None, **values: str
) -> Person:
    identity = values.pop("id_number", "")
    address = values.pop("address", "")
    one = Person.objects.create(
        public_id=f"P{number}",
        area_code=area,
        name=name,
        sex=values.pop("sex", ""),
        birth_on=values.pop("birth_on", None),
        household=household,
        id_number_sealed=ring.seal("id_number", identity) if identity else None,
        id_certainty=values.pop("id_certainty", "verified") if identity else "",
        phone_sealed=ring.seal("phone", f"1380000{number:04}|0757-86123456"),
        address_sealed=ring.seal("address", address) if address else None,
        values=values,
        seen_on=date(2020, 2, 1),
    )
    tell(one, number, kind="household_register")
    return one


def tell(person: Person, row: int, *, kind: str, file: int = 1, **more: Any) -> Fact:
    """One row of a file that speaks of somebody."""
    return Fact.objects.create(
        person=person,
        area_code=person.area_code,
        file_id=file,
        sheet=1,
        row=row,
        kind=kind,
        seen_on=date(2020, 2, 3),
        digest=row,
        origin=row,
        **more,
    )


@pytest.fixture
def ring() -> KeyRing:
    return new_ring()


@pytest.fixture
def town(db: None, ring: KeyRing) -> Iterator[Household]:
    """Two households of three people; two of them came back from Wuhan, one is in isolation."""
    for code, official, short in (
        (TOWN, "丹灶镇", "丹灶"),
        (GALAXY, "银河社区居委会", "银河"),
        (GOLDEN, "金宁社区居委会", "金宁"),
    ):
        Area.objects.update_or_create(
            code=code,
            defaults={
                "kind": "town" if code == TOWN else "community",
                "official_name": official,
                "short_name": short,
            },
        )
    with scope(TOWN):
        house = Household.objects.create(public_id="H1", area_code=GALAXY)
        other = Household.objects.create(public_id="H2", area_code=GOLDEN)
        head = person(
            ring, 1, "甲某", GALAXY, house, sex="male", birth_on="1980-02-03", id_number="440682198002030011", relation="户主",
            returned_on="2020-01-25", from_place="420106", been_to_outbreak_area="yes", temperature="36.5", address="银河社区西路3号",
            isolation_from="2020-01-25", isolation_until="2020-02-08",
        )  # fmt: skip
        person(
            ring,
            2,
            "乙某",
            GALAXY,
            house,
            id_number="440682198505060022",
            relation="妻",
            returned_on="2020-01-26",
            from_place="3303",
            been_to_outbreak_area="no",
        )
        third = person(ring, 3, "=HYPERLINK(丙)", GOLDEN, other, sex="female", birth_on="2010-12-31")
        Household.objects.filter(pk=house.pk).update(head=head)
        Household.objects.filter(pk=other.pk).update(head=third)
        firm = Enterprise.objects.create(
            public_id="E1", area_code=GOLDEN, uscc="91440605MA4W0000XX", name="某某五金厂", name_key="某某五金", headcount=45,
            resume_on=date(2020, 2, 10), contact_phone_sealed=ring.seal("contact_phone", "13900000001"),
            values={"contact_name": "丁某", "resumed": "yes"},
        )  # fmt: skip
        fact = Fact.objects.get(person=head)
        Employment.objects.create(person=head, enterprise=firm, area_code=GALAXY, fact=fact)
        yield house
