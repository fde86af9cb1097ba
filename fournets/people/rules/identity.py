"""What identifies a person in one row, in the form in which rows are compared.

A verified resident number carries a day of birth and a sex; they count for more than the columns beside it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache

from fournets.people.rules.names import name_key, sound
from fournets.places.rules.enterprises import name_key as firm_key
from fournets.places.rules.regions import find_region

FULL, START = 18, 15
COMMUNITY = 12
_DOOR = re.compile(r"\d")
_MARKS = re.compile(r"[\s,，.。;；:：、\-—_()（）#]+")
_SHORTEST_ADDRESS = 6
# What divisions down to the town end with; 社区, 小区, 市场 and the like are within one.
_DIVISION = re.compile(r".*(?:[省州盟旗镇乡]|市(?!场)|县|街道|(?<![社小园厂校景片库新院矿林])区)")
_LOCALITY = re.compile(
    r"[\u3400-\u9fff](?:[路街巷村庄屯寨社组队坊里弄坑围塘岗湾桥苑园城厦楼院站场居厂]|(?<!街)道|胡同|社区|小区|新区|园区|厂区|花园|公寓|广场|家园|大厦|宿舍)$"
)
_STREET = 3
COUNTY = 6
LOCALITY = 2  # characters of the shortest name of a street, village or estate
AWAY = ("from_place", "returned_on")


@dataclass(frozen=True, slots=True)
class Identity:
    """The comparable part of a row. Empty text: not known.

    ``number`` proves identity (checked, or as another document says); ``given_number`` is any number as written,
    perhaps cut short or mistyped; ``number_start`` is its first 15 digits. ``doors``: where the row says the
    person lives or is registered; ``works``: employers by number and by name; ``native``: the division (6 or 4
    digits) the person comes from; ``home`` and ``room``: the community and door somebody lives at;
    ``away``: came back from a journey; ``born``: the year of birth, give or take one where only an age is written.
    """

    name: str = ""
    sound: str = ""
    number: str = ""
    given_number: str = ""
    number_start: str = ""
    phones: tuple[str, ...] = ()
    sex: str = ""
    birth_on: str = ""
    community: str = ""
    address: str = ""
    doors: tuple[str, ...] = ()
    works: tuple[str, ...] = ()
    native: str = ""
    home: str = ""
    room: str = ""
    away: str = ""
    born: str = ""
    household: str = ""


COLUMNS = tuple(field.name for field in fields(Identity))


def identity(
    *,
    name: str | None = None,
    id_number: str | None = None,
    id_certainty: str | None = None,
    phone: str | None = None,
    sex: str | None = None,
    birth_on: str | None = None,
    area_code: str = "",
    address: str | None = None,
    dwelling: int | None = None,
    employer: int | None = None,
    household_no: str | None = None,
    values: Mapping[str, str] | None = None,
    seen_on: date | None = None,
) -> Identity:
    """The identity in a cleaned row; ``values`` are its other fields, of which some tell people apart."""
    other = values or {}
    registered = other.get("registered_address") or ""
    key = name_key(name or "")
    written, lives = address_key(address or ""), door_key(address or "")
    given = id_number or ""
    number = given if id_certainty == "verified" else ""
    start = given[:START] if _is_resident(given) else ""
    community = area_code[:COMMUNITY] if len(area_code) >= COMMUNITY else ""
    return Identity(
        name=key,
        sound=sound(key),
        number=number,
        given_number=given,
        number_start=start,
        phones=tuple(phone.split("|")) if phone else (),
        sex=sex_in(number) or sex or "",
        birth_on=birth_in(number) or birth_on or birth_in(start),
        community=community,
        address=_dwelling(dwelling) or written,
        doors=_doors(lives, door_key(registered), dwelling),
        works=_works(employer, other.get("employer") or ""),
        native=_native(given, registered, other.get("native_place") or ""),
        home=community if len(area_code) > COMMUNITY else "",
        born=_born(birth_on or birth_in(start), other.get("age"), seen_on),
        room=_room(community, lives, dwelling) if len(area_code) > COMMUNITY else "",
        away="yes" if any(other.get(name) for name in AWAY) else "",
        household=f"{community}/{household_no}" if household_no and community else "",
    )


def entry_keys(one: Identity) -> Iterator[tuple[str, str]]:
    """The (purpose, text) pairs by which a row and the people it may be find each other.

    They only fetch candidates; whether two are the same person is for `matching` to say.
    """
    if one.number_start:
        yield "person.number", one.number_start
    elif one.given_number:
        yield "person.number", one.given_number
    for phone in one.phones:
        yield "person.phone", phone
    if one.sound:
        yield "person.name", one.sound


def own_marks(one: Identity) -> Iterator[str]:
    """What is taken for this person alone, should a list name him again: a whole number, or his name with a phone or a door."""
    if one.number or len(one.given_number) >= START:
        yield f"number/{one.number or one.given_number}"
    if one.name:
        yield from (f"phone/{one.name}/{phone}" for phone in one.phones)
        yield from (f"door/{one.name}/{door}" for door in one.doors)


def _doors(address: str, registered: str, dwelling: int | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (address, registered, _dwelling(dwelling)))))


def _dwelling(dwelling: int | None) -> str:
    return f"#{dwelling}" if dwelling is not None else ""


def _room(community: str, address: str, dwelling: int | None) -> str:
    return f"{community}/{address}" if address else _dwelling(dwelling)


def _works(employer: int | None, called: str) -> tuple[str, ...]:
    found = [f"#{employer}" if employer is not None else "", firm_key(called)]
    return tuple(filter(None, found))


def _born(birth_on: str, age: str | None, seen_on: date | None) -> str:
    if birth_on:
        return birth_on[:4]
    return str(seen_on.year - int(age)) if age and age.isdigit() and seen_on else ""


def _native(number: str, registered: str, native_place: str) -> str:
    """The county in a number's first digits or in the registered address, else the native place as written."""
    if (
        number[:COUNTY].isdigit()
        and len(number) >= COUNTY
        and (len(number) == COUNTY or _is_resident(number))
    ):
        return number[:COUNTY]
    return max(find_region(registered) or "", native_place[:COUNTY], key=len)


def _is_resident(number: str) -> bool:
    return len(number) in (START, START + 2, FULL) and number[:START].isdigit()


@lru_cache(maxsize=500_000)
def birth_in(number: str) -> str:
    """The day of birth inside a resident number of 15 first digits or more, ISO; empty when it is no day."""
    if not _is_resident(number):
        return ""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14])).isoformat()
    except ValueError:
        return ""


def sex_in(number: str) -> str:
    """The sex inside a whole resident number: the 17th digit is odd for men."""
    if len(number) != FULL or not number[:17].isdigit():
        return ""
    return "male" if int(number[16]) % 2 else "female"


@lru_cache(maxsize=500_000)
def address_key(address: str) -> str:
    """A door-level address without marks and spaces; empty when the text names no door."""
    text = _MARKS.sub("", unicodedata.normalize("NFKC", address)).upper()
    return text if len(text) >= _SHORTEST_ADDRESS and _DOOR.search(text) else ""


def door_key(address: str) -> str:
    """Street and door of an address; empty when the text names no door, or no street, village or estate before it.

    Lists differ in how much they write before the street: only the last characters before the first digit count.
    A number right after a county or town (喀什市11号) is no door: many people are registered at as much.
    """
    text = address_key(address)
    door = _DOOR.search(text)
    if not door or not _names_locality(text[: door.start()]):
        return ""
    return text[max(0, door.start() - _STREET) :]


@lru_cache(maxsize=200_000)
def _names_locality(before: str) -> bool:
    """Whether what stands before a number names more than divisions: two characters after them, or a street's kind."""
    rest = _DIVISION.sub("", before)
    return len(rest) >= LOCALITY or _LOCALITY.search(before) is not None
