"""What goes wrong when a person is written down: the error model, by the table of rates."""

from __future__ import annotations

import random
from datetime import date, timedelta

from fournets.town import names
from fournets.town.people import TODAY, age
from fournets.town.rates import Shares, rates
from fournets.town.sheets import Cell, Entry, Values
from fournets.town.world import Person

WIDE = str.maketrans("0123456789", "0123456789")
SPACES = (" ", "\u00a0", "\u3000")


def person_values(person: Person) -> Values:
    """Every field of a person as it truly is."""
    home, firm, trip = person.household, person.employer, person.trip
    values: Values = {
        "name": person.name, "id_number": person.id_number, "id_kind": "居民身份证", "phone": person.phone,
        "sex": person.sex, "birth_on": person.birth_on, "age": age(person), "ethnicity": person.ethnicity,
        "native_place": person.native.province + person.native.city, "registered_address": person.registered,
        "relation": person.relation, "residence_type": "流动人口" if person.migrant else "户籍人口",
        "employer": firm.name if firm else None, "job": person.job or None, "been_to_outbreak_area": person.tied and trip is not None,
        "contact_history": False,
    }  # fmt: skip
    if home:
        values |= {
            "address": home.address, "household_no": home.number, "head_name": home.people[0].name,
            "community": home.community.called, "cell_name": home.cell.name, "group_name": home.group.name,
            "building_name": home.building.label, "door": home.door or None,
        }  # fmt: skip
    if trip:
        values |= {
            "returned_on": trip.returned_on, "left_on": trip.left_on, "from_place": trip.start.province + (trip.start.city or trip.start.county),
            "via_place": trip.via.province + (trip.via.city or trip.via.county) if trip.via else None,
            "transport": trip.transport, "transport_no": trip.number or None,
        }  # fmt: skip
    return values


def write_down(rng: random.Random, person: Person, share: Shares) -> Entry:
    """The person as one sender writes them down."""
    entry = Entry(person.key, person_values(person), home=person.household)
    _spoil_name(rng, entry, share)
    _spoil_id(rng, entry, share)
    _spoil_phone(rng, entry, person, share)
    _spoil_dates(rng, entry, share)
    return entry


def _spoil_name(rng: random.Random, entry: Entry, share: Shares) -> None:
    name = str(entry.values["name"])
    draw = rng.random()
    if draw < share["name_homophone"]:
        other, note = names.homophone(rng, name), "name_homophone"
    elif draw < share["name_homophone"] + share["name_wrong"]:
        other, note = names.wrong(rng, name), "name_wrong"
    elif rng.random() < share["name_spaced"]:
        other, note = rng.choice(SPACES).join((name[0], name[1:])), "name_spaced"
    else:
        return
    if other != name:
        entry.values["name"] = other
        entry.notes.append(note)


def _spoil_id(rng: random.Random, entry: Entry, share: Shares) -> None:
    number = str(entry.values["id_number"])
    draw = rng.random()
    for note, spoil in (
        ("id_missing", lambda: None), ("id_15_digits", lambda: _fifteen(number)), ("id_wrong_digit", lambda: _wrong_digit(rng, number)),
        ("id_swapped", lambda: _swapped(rng, number)), ("id_spaced", lambda: _spaced_id(rng, number)),
    ):  # fmt: skip
        if draw < share[note]:
            other = spoil()
            if other != number:
                entry.values["id_number"] = other
                entry.notes.append(note)
            return
        draw -= share[note]


def _fifteen(number: str) -> str:
    return number[:6] + number[8:17] if number[6:8] == "19" else number


def _wrong_digit(rng: random.Random, number: str) -> str:
    spot = rng.randrange(17)
    return number[:spot] + rng.choice("0123456789".replace(number[spot], "")) + number[spot + 1 :]


def _swapped(rng: random.Random, number: str) -> str:
    spot = rng.randrange(6, 16)
    return number[:spot] + number[spot + 1] + number[spot] + number[spot + 2 :]


def _spaced_id(rng: random.Random, number: str) -> str:
    if number.endswith("X") and rng.random() < 0.5:
        return number.lower()
    return rng.choice(
        (f"{number} ", f" {number}", f"{number[:6]} {number[6:14]} {number[14:]}", f"'{number}")
    )


def _spoil_phone(rng: random.Random, entry: Entry, person: Person, share: Shares) -> None:
    phone = str(entry.values["phone"])
    if not phone:
        entry.values["phone"] = None
        return
    draw = rng.random()
    if draw < share["phone_missing"]:
        other, note = None, "phone_missing"
    elif draw < share["phone_missing"] + _second(share["phone_changed"], person):
        other, note = person.other_phone, "phone_changed"
    elif rng.random() < share["phone_mistyped"]:
        other, note = _mistyped(rng, phone), "phone_mistyped"
    elif rng.random() < _second(share["phone_several"], person):
        other, note = phone + rng.choice(("/", "、", " ", ",", ";")) + person.other_phone, "phone_several"
    else:
        return
    entry.values["phone"] = other
    entry.notes.append(note)


def _second(share: float, person: Person) -> float:
    """How often a list has the second number of this person, when it has that of ``share`` of all."""
    return share / rates()["world"]["two_phones"] if person.other_phone else 0.0


def _mistyped(rng: random.Random, phone: str) -> str:
    spot = rng.randrange(3, len(phone))
    if rng.random() < 0.3:
        return phone[:spot] + phone[spot + 1 :]
    return phone[:spot] + rng.choice("0123456789".replace(phone[spot], "")) + phone[spot + 1 :]


def _spoil_dates(rng: random.Random, entry: Entry, share: Shares) -> None:
    born = entry.values["birth_on"]
    if isinstance(born, date) and rng.random() < share["birth_wrong"]:
        entry.values["birth_on"] = born + timedelta(days=rng.choice((-365, -31, -30, -10, 10, 30, 31, 365)))
        entry.notes.append("birth_wrong")
    for name in ("returned_on", "visited_on"):
        if entry.values.get(name) and rng.random() < share["date_impossible"]:
            entry.values[name] = rng.choice(("2020年2月30日", "2020.2.31", "2月30日"))
            entry.notes.append("date_impossible")


def widen(rng: random.Random, text: str) -> str:
    """The text with full-width digits, or with a space of some kind after it."""
    return text.translate(WIDE) if rng.random() < 0.6 else text + rng.choice(SPACES)


ONES = "一二三四五六七八九十"
DAY_NAMES = (
    *(f"初{one}" for one in ONES),
    *(f"十{one}" for one in ONES[:9]),
    "二十",
    *(f"廿{one}" for one in ONES[:9]),
)
NEW_YEAR = date(2020, 1, 25)


def lunar(day: date) -> str | None:
    """The day as 正月初十; none before the new year of 2020 or after its first month."""
    order = (day - NEW_YEAR).days
    return f"正月{DAY_NAMES[order]}" if 0 <= order < len(DAY_NAMES) else None


def date_cell(rng: random.Random, day: date, way: str) -> Cell:
    """A day as a layout writes it; ``mixed`` is every way at once."""
    if way == "mixed":
        way = rng.choice(("dot", "chinese", "month_day", "lunar", "serial", "slash", "iso"))
    recent = abs((day - TODAY).days) < 60
    if way in ("month_day", "lunar") and not recent:
        way = "chinese"
    texts = {
        "iso": f"{day:%Y-%m-%d}", "dot": f"{day.year}.{day.month}.{day.day}", "slash": f"{day.year}/{day.month}/{day.day}",
        "chinese": f"{day.year}年{day.month}月{day.day}日", "month_day": f"{day.month}月{day.day}日", "compact": f"{day:%Y%m%d}",
        "lunar": lunar(day) or f"{day.month}月{day.day}日",
    }  # fmt: skip
    return day if way == "serial" else texts[way]
