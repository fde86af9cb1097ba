"""Invented people put straight into the register, for tests of what follows from their facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from fournets.people.models import Household, Person
from fournets.screening.models import Assessment, Decision

TOWN = "440605123"
YINHE, LIANSHA = TOWN + "018", TOWN + "008"
CELL, NEXT_CELL = YINHE + "001", YINHE + "002"
ON = date(2020, 2, 3)
AT = datetime(2020, 2, 3, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
HUBEI = {"from_place": "420106", "returned_on": "2020-01-28"}


def add_people(facts: Sequence[dict[str, str]], area_code: str = CELL, first: int = 1) -> list[Person]:
    """One invented person for each set of values."""
    people = [
        Person(
            public_id=f"P{area_code[-6:]}{number:06d}",
            area_code=area_code,
            name=f"某{number}",
            values=values,
            seen_on=ON,
        )
        for number, values in enumerate(facts, first)
    ]
    return Person.objects.bulk_create(people)


def add_household(members: int = 2, area_code: str = CELL, number: int = 1) -> Household:
    """A household with so many invented members."""
    household = Household.objects.create(public_id=f"H{area_code[-6:]}{number:04d}", area_code=area_code)
    people = add_people([{}] * members, area_code, first=number * 100)
    Person.objects.filter(id__in=[one.id for one in people]).update(household=household)
    return household


def decision_of(person: Person) -> Decision:
    """The decision in force for ``person``."""
    return Assessment.objects.select_related("decision").get(person_id=person.id, superseded_on=None).decision
