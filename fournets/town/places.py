"""Cells, groups, buildings and doors for a number of households."""

from __future__ import annotations

import random

from fournets.town import names, numbers
from fournets.town.rates import rates
from fournets.town.world import (
    ESTATE_ENDS,
    ESTATES,
    GROUPS,
    STREETS,
    Building,
    Cell,
    Community,
    Group,
    Household,
    split,
)

HOUSEHOLDS_A_CELL = 400
ORDINALS = "一二三四五六七八九十"


def build_places(rng: random.Random, communities: list[Community], households: int) -> list[Household]:
    """Builds every community for ``households`` in all and gives the empty households in order."""
    cells = _share_cells(rng, communities, households)
    sizes = split(rng, households, sum(cells), spread=0.12)
    homes: list[Household] = []
    for community, count in zip(communities, cells, strict=True):
        for number in range(1, count + 1):
            homes += _build_cell(rng, community, number, sizes.pop())
    return homes


def _share_cells(rng: random.Random, communities: list[Community], households: int) -> list[int]:
    total = max(len(communities), round(households / HOUSEHOLDS_A_CELL))
    shares = [1] * len(communities)
    weights = [
        rng.uniform(0.4, 1.8) * (0.3 if place.kind == "industrial park" else 1) for place in communities
    ]
    for spot in rng.choices(range(len(communities)), weights, k=total - len(communities)):
        shares[spot] += 1
    return shares


def ordinal(number: int) -> str:
    """A number up to 99 in Chinese: 十二."""
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else ORDINALS[tens - 1]) + "十" if tens else ""
    return head + (ORDINALS[ones - 1] if ones else "")


def _build_cell(rng: random.Random, community: Community, number: int, households: int) -> list[Household]:
    code = f"{community.code}W{number:03d}"
    cell = Cell(code, f"{community.short}第{ordinal(number)}网格", _worker(rng), _worker(rng))
    community.cells.append(cell)
    sizes = split(rng, households, max(1, min(6, households // 60)), spread=0.4)
    homes: list[Household] = []
    for spot, size in enumerate(sizes):
        group = _group(rng, community, number * 6 + spot)
        cell.groups.append(group)
        homes += _fill_group(rng, community, cell, group, size)
    return homes


def _worker(rng: random.Random) -> tuple[str, str]:
    sex = rng.choice(("male", "female"))
    return names.surname(rng) + names.given(rng, sex, 0), numbers.mobile(rng)


def _group(rng: random.Random, community: Community, order: int) -> Group:
    if community.kind != "village" and rng.random() < 0.4:
        return Group(f"{ESTATES[order % 10]}{ESTATE_ENDS[order // 10 % 5]}{_more(order // 50)}", estate=True)
    return Group(f"{GROUPS[order % 14]}{_more(order // 14)}经济社", estate=False)


def _more(times: int) -> str:
    return ordinal(times + 1) if times else ""


def _fill_group(
    rng: random.Random, community: Community, cell: Cell, group: Group, households: int
) -> list[Household]:
    homes: list[Household] = []
    while len(homes) < households:
        building = _building(rng, community, cell, group)
        doors = [door for door in building.dwellings if rng.random() >= rates()["world"]["dwelling_empty"]]
        for door in doors[: households - len(homes)]:
            number = f"{community.code[-3:]}{next(community.numbers):05d}"
            home = Household(number, community, cell, group, building, door)
            building.households.append(home)
            homes.append(home)
    return homes


def _building(rng: random.Random, community: Community, cell: Cell, group: Group) -> Building:
    order = sum(len(one.buildings) for one in cell.groups) + 1
    code = f"{cell.code}B{order:03d}"
    if group.estate:
        number = len(group.buildings) + 1
        building = Building(code, f"{group.name}{number}栋", _doors(rng.randint(5, 11), rng.randint(2, 4)))
    else:
        street = STREETS[(order // 40 + int(cell.code[-3:]) * 3) % len(STREETS)]
        house = community.houses[street] = community.houses.get(street, 0) + 1
        building = Building(code, f"{street}{house}号", _house_doors(rng))
    group.buildings.append(building)
    return building


def _doors(floors: int, each: int) -> list[str]:
    return [f"{floor}{door:02d}" for floor in range(1, floors + 1) for door in range(1, each + 1)]


def _house_doors(rng: random.Random) -> list[str]:
    floors = rng.choices((1, 2, 3, 6), (55, 22, 13, 10))[0]
    return [""] if floors == 1 else [f"{floor}01" for floor in range(1, floors + 1)]
