"""Households and the people in them, their journeys and their numbers."""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import cache
from itertools import accumulate

from fournets.town import names, numbers
from fournets.town.rates import Region, rates, regions
from fournets.town.world import Household, Person, Trip

TODAY = date(2020, 2, 10)
SIZES, SIZE_WEIGHTS = (1, 2, 3, 4, 5, 6), (22, 24, 22, 17, 10, 5)
TRANSPORTS = ("火车", "高铁", "大巴", "自驾", "飞机")
ETHNICITY = {"53": "彝族", "45": "壮族", "52": "苗族", "43": "土家族", "42": "土家族"}


def household_sizes(rng: random.Random, people: int) -> list[int]:
    """Sizes of households that hold exactly ``people``."""
    sizes: list[int] = []
    left = people
    while left:
        size = min(left, rng.choices(SIZES, SIZE_WEIGHTS)[0])
        sizes.append(size)
        left -= size
    return sizes


@cache
def _choices() -> tuple[tuple[Region, ...], tuple[Region, ...], Region]:
    every = regions()
    local = next(region for region in every if region.code == "440605")
    outbreak = tuple(region for region in every if region.outbreak)
    return outbreak, tuple(region for region in every if not region.outbreak and region is not local), local


def pick_region(rng: random.Random, *, outbreak: float, local: float = 0.0) -> Region:
    """A native place: outbreak area, the district itself, or elsewhere."""
    areas, others, here = _choices()
    draw = rng.random()
    if draw < outbreak:
        return rng.choice(areas)
    return here if draw < outbreak + local else rng.choice(others)


class Orders:
    """Hands out the three order digits of resident IDs so that no two people share a number."""

    def __init__(self) -> None:
        self._next: dict[tuple[str, date, str], int] = {}

    def id_number(self, region: Region, birth_on: date, sex: str) -> str:
        """A new valid resident ID."""
        key = (region.code, birth_on, sex)
        first = (birth_on.toordinal() * 7919 + int(region.code)) % 499
        step = self._next.get(key, 0)
        self._next[key] = step + 1
        order = (first + step) % 499 * 2 + (1 if sex == "male" else 2)
        return numbers.resident_id(region.code, birth_on, order)


def fill_household(
    rng: random.Random, home: Household, size: int, first: int, orders: Orders
) -> list[Person]:
    """Puts ``size`` people into ``home``; keys count on from ``first``."""
    share = rates()["world"]
    native = pick_region(rng, outbreak=share["outbreak_native"], local=share["local_native"])
    home.people = [
        _person(rng, home, native, place, f"P{first + place:07d}", orders) for place in range(size)
    ]
    _share_phones(rng, home.people)
    return home.people


def _person(
    rng: random.Random, home: Household, native: Region, place: int, key: str, orders: Orders
) -> Person:
    head = home.people[0] if place and home.people else None
    relation, sex, years = _role(rng, place)
    birth_on = TODAY - timedelta(days=int(years * 365.25) + rng.randrange(365))
    name = new_name(rng, sex, native, head)
    person = Person(
        key, name, sex, birth_on, native, orders.id_number(native, birth_on, sex), numbers.mobile(rng)
    )
    person.relation, person.household = relation, home
    if native.code[:2] in ETHNICITY and rng.random() < 0.2:
        person.ethnicity = ETHNICITY[native.code[:2]]
    return person


def new_name(rng: random.Random, sex: str, native: Region, head: Person | None = None) -> str:
    """A new name; people of one household often share the surname."""
    share = rates()["world"]
    if native.code[:2] in ("65", "54", "51") and rng.random() < (0.9 if native.code[0] != "5" else 0.02):
        return names.minority(rng)
    surname = head.name[0] if head and "·" not in head.name and rng.random() < 0.7 else names.surname(rng)
    return surname + names.given(rng, sex, share["rare_character"])


def _role(rng: random.Random, place: int) -> tuple[str, str, float]:
    if place == 0:
        return "户主", "male" if rng.random() < 0.66 else "female", rng.triangular(19, 78, 34)
    if place == 1:
        return "配偶", "female" if rng.random() < 0.66 else "male", rng.triangular(20, 76, 33)
    if place in (2, 3):
        sex = rng.choice(("male", "female"))
        return ("儿子" if sex == "male" else "女儿"), sex, rng.triangular(0, 30, 9)
    sex = rng.choice(("male", "female"))
    return ("父亲" if sex == "male" else "母亲"), sex, rng.triangular(52, 92, 66)


def _share_phones(rng: random.Random, people: list[Person]) -> None:
    share = rates()["world"]
    for person in people[1:]:
        years = age(person)
        often = (
            share["child_or_old_shares_phone"]
            if years < 14 or years > 75
            else share["household_phone_shared"]
        )
        if rng.random() < often:
            person.phone = people[0].phone
    for person in people:
        if rng.random() < share["no_phone"]:
            person.phone = ""


def age(person: Person, on: date = TODAY) -> int:
    """Full years on a day."""
    born = person.birth_on
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def send_travelling(rng: random.Random, people: list[Person]) -> None:
    """Gives journeys home for the new year, and back, to some."""
    share = rates()["world"]
    for person in people:
        draw = rng.random()
        if person.native.outbreak:
            goes = draw < share["returned_of_outbreak_natives"]
        elif person.migrant:
            goes = draw < share["returned_of_other_migrants"]
        else:
            goes = draw < share["visited_outbreak_area"]
        if goes:
            person.trip = _trip(rng, person)


def _trip(rng: random.Random, person: Person) -> Trip:
    areas, _, _ = _choices()
    start = person.native if person.migrant else rng.choice(areas)
    via = rng.choice(areas) if not start.outbreak and rng.random() < 0.03 else None
    returned_on = date(2020, 1, 16) + timedelta(days=min(29, int(rng.triangular(0, 30, 14))))
    left_on = returned_on - timedelta(days=rng.choice((0, 0, 0, 1, 1, 2)))
    transport = rng.choice(TRANSPORTS)
    number = {"火车": f"K{rng.randint(100, 999)}", "高铁": f"G{rng.randint(1000, 1999)}",
              "飞机": f"CZ{rng.randint(3000, 3999)}"}.get(transport, "")  # fmt: skip
    return Trip(start, via, left_on, returned_on, transport, number)


def make_outsiders(rng: random.Random, count: int, orders: Orders) -> list[Person]:
    """People whom lists name though they never lived in the town."""
    found: list[Person] = []
    for order in range(1, count + 1):
        native = pick_region(rng, outbreak=0.1)
        sex = rng.choice(("male", "female"))
        birth_on = TODAY - timedelta(days=rng.randint(18 * 366, 70 * 365))
        number = orders.id_number(native, birth_on, sex)
        found.append(
            Person(
                f"X{order:07d}",
                new_name(rng, sex, native),
                sex,
                birth_on,
                native,
                number,
                numbers.mobile(rng),
            )
        )
    return found


def give_second_phones(people: list[Person]) -> None:
    """Gives some a second number: an old one, or that of their home province beside the local one.

    Each draw has a stream of its own, so that the rest of the town does not depend on it.
    """
    for person in people:
        rng = random.Random(f"second phone:{person.id_number}")
        if person.phone and rng.random() < rates()["world"]["two_phones"]:
            person.other_phone = numbers.mobile(rng)


def starts(sizes: list[int]) -> list[int]:
    """The number of the first person of every household, from 1."""
    return [1, *(1 + total for total in accumulate(sizes[:-1]))]
