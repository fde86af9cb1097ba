"""A grid worker's day as her phone keeps it: where to go, who lives there as far as her post shows; on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from fournets.audit.services import record_read
from fournets.crypto import KeyRing
from fournets.fieldwork.limits import limits
from fournets.fieldwork.selectors.stops import Stop, Task, stops
from fournets.language import Lang, say
from fournets.organization.access import Reader
from fournets.people.services.canary import touched
from fournets.places.selectors import short_names_of
from fournets.screening.selectors.people import people_named
from fournets.screening.services.people import NAMED, Shown, people_in_words, place_words

LIST = "field_day"


@dataclass(frozen=True, slots=True)
class ToVisit:
    """What there is to do about a person: the task, its day, whether it is late, how often tried, the last visit in words."""

    task: int
    due_on: date
    late: bool
    tried: int
    last: str


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody who lives at a stop, in words, numbers masked; ``visit`` is None where nothing is to be done."""

    person: str
    name: str
    sex: str
    age: str
    id_number: str
    phone: str
    state: str
    tone: str
    until: date | None
    from_place: str
    returned_on: str
    visit: ToVisit | None


@dataclass(frozen=True, slots=True)
class Door:
    """A stop of the walk. ``address``: where no door of a known building is; ``floor`` None: the door does not say."""

    key: str
    area: str
    building: str
    floor: int | None
    door: str
    address: str
    people: list[Resident]


@dataclass(frozen=True, slots=True)
class Day:
    """The walk, and whether more visits are open than a phone holds."""

    doors: list[Door]
    more: bool


def day_of(reader: Reader, *, lang: Lang, ring: KeyRing, at: datetime) -> Day:
    """The open visits of the reader's area in the order of a walk, with the households they belong to."""
    found, more = stops(reader.area_code, most=limits()["phone"]["visits"], ring=ring)
    most = limits()["phone"]["people"]
    numbers = [number for one in found for number in _first(one, most)]
    lines = people_named(numbers)
    shown = people_in_words(lines, reader, lang, ring, at)
    words = {line.number: one for line, one in zip(lines, shown, strict=True)}
    record_read(
        "list_shown", actor=reader.login, area_code=reader.area_code, at=at, list=LIST, shown=len(lines)
    )
    touched([one.public_id for one in lines], how="opened", ring=ring, actor=reader.login, at=at)
    areas = short_names_of({one.area_code[:size] for one in found for size in NAMED})
    return Day([_door(one, words, areas, most, lang, at) for one in found], more)


def _first(stop: Stop, most: int) -> list[int]:
    """Of a stop with many people those first to whom a visit is to be made."""
    return sorted(stop.people, key=lambda number: stop.people[number] is None)[:most]


def _door(
    stop: Stop, words: dict[int, Shown], areas: dict[str, str], most: int, lang: Lang, at: datetime
) -> Door:
    people = [
        _resident(words[number], stop.people[number], lang, at)
        for number in _first(stop, most)
        if number in words
    ]
    area = place_words(stop.area_code, areas)
    return Door(stop.key, area, stop.building, stop.floor, stop.door, stop.address, people)


def _resident(one: Shown, task: Task | None, lang: Lang, at: datetime) -> Resident:
    visit = None
    if task:
        last = f"{task.last_on:%Y-%m-%d} {say(f'visit_{task.last}', lang)}" if task.last_on else ""
        due = timezone.localdate(task.due_at)
        visit = ToVisit(task.number, due, task.due_at < at, task.tried, last)
    return Resident(
        one.person,
        one.name,
        one.sex,
        one.age,
        one.id_number,
        one.phone,
        one.state,
        one.tone,
        one.until,
        one.from_place,
        one.returned_on,
        visit,
    )
