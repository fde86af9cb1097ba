"""The numbers at which a person may be found, the best first."""

from __future__ import annotations

from collections.abc import Iterator

from fournets.calls.models import WrongNumber
from fournets.calls.rules import Number, best_first, parts_of
from fournets.calls.rules.numbers import EARLIER, HOUSEHOLD, OWN
from fournets.crypto import KeyRing
from fournets.people.models import Fact, Person

PHONE = "phone"  # what phones are sealed for
MARK = "call.number"  # what their blind index here is for
FACTS, MEMBERS = 20, 12  # of so many lists, and of so many people he lives with


def numbers_of(person: Person, ring: KeyRing) -> list[tuple[Number, int]]:
    """The numbers of a person that are not known to be wrong, each with its mark."""
    wrong = set(WrongNumber.objects.filter(person_id=person.pk).values_list("mark", flat=True))
    found = [(one, ring.index(MARK, one.text)) for one in best_first(_numbers(person, ring))]
    return [(one, mark) for one, mark in found if mark not in wrong]


def _numbers(person: Person, ring: KeyRing) -> Iterator[Number]:
    yield from _of(person.phone_sealed, ring, OWN)
    told = Fact.objects.filter(person_id=person.pk, phone_sealed__isnull=False).order_by("-seen_on", "-id")
    for sealed in told.values_list("phone_sealed", flat=True)[:FACTS]:
        yield from _of(sealed, ring, EARLIER)
    if person.household_id is not None:
        others = Person.objects.filter(household_id=person.household_id, phone_sealed__isnull=False)
        rows = others.exclude(pk=person.pk).order_by("id").values_list("phone_sealed", "name")
        for sealed, name in rows[:MEMBERS]:
            yield from _of(sealed, ring, HOUSEHOLD, name)


def _of(sealed: bytes | memoryview | None, ring: KeyRing, whose: str, name: str = "") -> Iterator[Number]:
    for text in parts_of(ring.unseal(PHONE, sealed) if sealed else ""):
        yield Number(text, whose, name)
