"""The invented town as it truly is: places, households, people, enterprises. Nothing here is wrong yet."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count, pairwise
from pathlib import Path

from fournets.town.rates import Region

DIVISIONS = Path(__file__).parents[2] / "examples" / "town" / "divisions.csv"
TOWN = "佛山市南海区丹灶镇"
STREETS = ("西路", "东路", "南路", "北路", "大街", "中兴街", "新村路", "人民路", "文明街", "金沙路", "樵丹路", "桂丹路",
           "建设路", "祠堂巷", "榕树巷", "塘边街", "涌边路", "市场路")  # fmt: skip
ESTATES = ("翰林湖", "金沙湾", "丹桂", "仙湖", "碧翠", "西联", "荷花", "樵山", "花样", "南天")
ESTATE_ENDS = ("花园", "雅苑", "豪庭", "小区", "公寓")
GROUPS = (
    "伏水",
    "东头",
    "西头",
    "上街",
    "下街",
    "大涡",
    "南坊",
    "北坊",
    "新村",
    "塘头",
    "沙边",
    "横基",
    "孔边",
    "赤坎",
)


@dataclass(slots=True, eq=False)
class Building:
    """A building with its known dwellings; ``label`` is how an address names it."""

    code: str
    label: str
    dwellings: list[str]
    households: list[Household] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Group:
    """An economic cooperative of a village, or an estate."""

    name: str
    estate: bool
    buildings: list[Building] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Cell:
    """A grid cell of 300 to 500 households with its worker and her substitute."""

    code: str
    name: str
    worker: tuple[str, str]
    substitute: tuple[str, str]
    groups: list[Group] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Community:
    """A community, village or park."""

    code: str
    official: str
    short: str
    kind: str
    cells: list[Cell] = field(default_factory=list)
    enterprises: list[Enterprise] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    houses: dict[str, int] = field(default_factory=dict)

    @property
    def called(self) -> str:
        """How an address names it: 银河社区, 良登村."""
        return self.short + {"community": "社区", "village": "村"}.get(self.kind, "")

    @property
    def households(self) -> list[Household]:
        """Its households, in the order of cells and buildings."""
        return [
            home
            for cell in self.cells
            for group in cell.groups
            for building in group.buildings
            for home in building.households
        ]


@dataclass(slots=True, eq=False)
class Household:
    """People living behind one door."""

    number: str
    community: Community
    cell: Cell
    group: Group
    building: Building
    door: str
    people: list[Person] = field(default_factory=list)

    @property
    def place(self) -> str:
        """The address below the community."""
        middle = "" if self.group.estate else self.group.name
        return f"{middle}{self.building.label}{self.door}"

    @property
    def address(self) -> str:
        """The whole address."""
        return f"{TOWN}{self.community.called}{self.place}"


@dataclass(slots=True, eq=False)
class Trip:
    """A return to the town in January or February 2020."""

    start: Region
    via: Region | None
    left_on: date
    returned_on: date
    transport: str
    number: str


@dataclass(slots=True, eq=False)
class Person:
    """An invented person; ``other_phone``: the second number of who has two, the same in every list."""

    key: str
    name: str
    sex: str
    birth_on: date
    native: Region
    id_number: str
    phone: str
    other_phone: str = ""
    ethnicity: str = "汉族"
    relation: str = "户主"
    household: Household | None = field(default=None, repr=False)
    employer: Enterprise | None = field(default=None, repr=False)
    job: str = ""
    trip: Trip | None = None

    @property
    def tied(self) -> bool:
        """Whether native place or journey ties the person to the outbreak area."""
        trip = self.trip
        return self.native.outbreak or bool(
            trip and (trip.start.outbreak or (trip.via is not None and trip.via.outbreak))
        )

    @property
    def migrant(self) -> bool:
        """Whether the person is registered outside the district."""
        return self.native.code != "440605"

    @property
    def registered(self) -> str:
        """The registered address (户籍地址)."""
        if not self.migrant and self.household:
            return self.household.address
        return f"{self.native.full}{self.id_number[10:12]}号"


@dataclass(slots=True, eq=False)
class Enterprise:
    """An invented enterprise or sole trader."""

    key: str
    name: str
    brand: str
    uscc: str
    sole_trader: bool
    section: str
    industry: str
    community: Community
    address: str
    contact: tuple[str, str]
    legal_person: str
    high_tech: bool = False
    staff: list[Person] = field(default_factory=list)

    @property
    def tied_staff(self) -> int:
        """How many of its staff are tied to the outbreak area."""
        return sum(person.tied for person in self.staff)


@dataclass(slots=True)
class Town:
    """The whole truth."""

    seed: int
    communities: list[Community]
    people: list[Person] = field(default_factory=list)
    outsiders: list[Person] = field(default_factory=list)
    enterprises: list[Enterprise] = field(default_factory=list)


def read_communities(path: Path = DIVISIONS) -> list[Community]:
    """The public communities, villages and parks."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return [
            Community(row["code"], row["official_name"], row["short_name"], row["kind"])
            for row in csv.DictReader(lines)
        ]


def split(rng: random.Random, total: int, parts: int, *, spread: float = 0.15) -> list[int]:
    """``total`` in ``parts`` nearly equal parts; exact sum."""
    weights = [rng.uniform(1 - spread, 1 + spread) for _ in range(parts)]
    scale = total / sum(weights)
    marks, run = [0], 0.0
    for weight in weights:
        run += weight * scale
        marks.append(round(run))
    marks[-1] = total
    return [after - before for before, after in pairwise(marks)]
