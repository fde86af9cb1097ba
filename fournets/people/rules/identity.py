"""What identifies a person in one row, in the form in which rows are compared.

A verified resident number carries a day of birth and a sex; they count for more than the columns beside it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache

from fournets.people.rules.names import name_key, sound

FULL, START = 18, 15
COMMUNITY = 12
_DOOR = re.compile(r"\d")
_MARKS = re.compile(r"[\s,，.。;；:：、\-—_()（）#]+")
_SHORTEST_ADDRESS = 6


@dataclass(frozen=True, slots=True)
class Identity:
    """The comparable part of a row. Empty text: not known.

    ``number`` proves identity (checked, or as another document says); ``given_number`` is any number as written,
    perhaps cut short or mistyped; ``number_start`` is its first 15 digits.
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
    employer: str = ""
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
) -> Identity:
    """The identity in a cleaned row."""
    key = name_key(name or "")
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
        address=f"#{dwelling}" if dwelling is not None else address_key(address or ""),
        employer=str(employer) if employer is not None else "",
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
    if one.sound and one.birth_on:
        yield "person.birth", f"{one.sound}/{one.birth_on}"
    if one.sound and one.community:
        yield "person.place", f"{one.sound}/{one.community}"
    if one.name and one.employer:
        yield "person.work", f"{one.name}/{one.employer}"


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
