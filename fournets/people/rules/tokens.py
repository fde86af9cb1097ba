"""By what somebody is found: the tokens of a person's values, and those of what somebody types in a search.

Both sides go through the same functions. What of a number can be searched by its end is what its mask shows anyway.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from fournets.people.rules.names import name_key, sound, syllable
from fournets.workbooks.evidence import HAN

Token = tuple[str, str]  # purpose of the blind index, and text
NAME, PART, PINYIN, INITIALS = "search.name", "search.part", "search.pinyin", "search.initials"
ID, PHONE, ID_END, PHONE_END = "search.id", "search.phone", "search.id_end", "search.phone_end"
STREET, DOOR = "search.street", "search.door"
RESIDENT, MOBILE, END = 18, 11, 4
WHOLE = (MOBILE, RESIDENT - 3, RESIDENT)  # digits of a number that may be typed in pieces
LONGEST, MOST_WORDS = 60, 6  # signs of what is typed, and words of it that count
STREETS = (4, 2)  # signs before a house number by which a street is known, the surer first
NUMBERS = 6  # of an address that count
_HAN = re.compile(f"[{HAN}]+")
_LATIN = re.compile(r"[a-zü]+")
_DIGITS = re.compile(r"\d+x?")
_LANDLINE = re.compile(r"0\d{2,3}-\d{7,8}")
_DOCUMENT = re.compile(r"[a-z]{1,3}\d{6,}")
_PUBLIC = re.compile(r"p[a-z2-7]{16}")
_NUMBER = re.compile(r"[A-Z]?\d+[A-Z]?|[A-Z](?=[座栋幢区])")
_MARKS = re.compile(r"[\s,，.。;；:：、_()（）]+")


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a search: of which kind, and the ways to find it, the surer first; a way holds when all its tokens do."""

    kind: str
    ways: tuple[tuple[Token, ...], ...]
    sure: int = 1  # how many of the ways are tried before the others are


def person_tokens(
    *, name: str = "", id_number: str | None = None, phone: str | None = None, address: str | None = None
) -> set[Token]:
    """Every token of a person's values; ``phone`` may be several, parted by ``|``."""
    found = set(_name_tokens(name))
    found.update(_id_tokens(id_number or ""))
    for one in filter(None, (phone or "").split("|")):
        found.add((PHONE, one.replace("-", "")))
        if len(one) >= MOBILE:
            found.add((PHONE_END, one[-END:]))
    found.update(_address_tokens(address or ""))
    return found


def search_terms(text: str) -> tuple[list[Term], list[str]]:
    """The terms in what somebody typed, all of which have to hold, and the words nobody can be found by."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).lower()
    words = _together(_MARKS.sub(" ", plain).split())[:MOST_WORDS]
    terms = [(word, _term(word)) for word in words]
    return [term for _, term in terms if term], [word for word, term in terms if not term]


def public_id_in(text: str) -> str:
    """The public id somebody typed; empty when it is none."""
    word = text.strip().lower()
    return word.upper() if _PUBLIC.fullmatch(word) else ""


def _together(words: list[str]) -> list[str]:
    """Syllables typed apart are one word, ``ou mei lan``; so is one long number, ``138 0013 8001``."""
    number = "".join(words).replace("-", "")
    if _DIGITS.fullmatch(number) and len(number) in WHOLE:
        return [number]
    latin = "".join(word for word in words if _LATIN.fullmatch(word))
    return ([latin] if latin else []) + [word for word in words if not _LATIN.fullmatch(word)]


def _term(word: str) -> Term | None:
    if _DIGITS.fullmatch(word) or _LANDLINE.fullmatch(word):
        return _digits(word.replace("-", "").upper())
    if _DOCUMENT.fullmatch(word):
        return Term("id_number", (((ID, word.upper()),),))
    if any(sign.isdigit() for sign in word):
        return _address_term(word)
    if _LATIN.fullmatch(word):
        return _latin(word)
    return _name_term(word)


def _digits(word: str) -> Term | None:
    if len(word) == END:
        return Term("mixed", (((ID_END, word),), ((PHONE_END, word),)), sure=2)
    if len(word) in WHOLE[1:] or word.endswith("X"):
        return Term("id_number", (((ID, word),),))
    if len(word) > END:
        return Term("phone", (((PHONE, word),), ((ID, word),)), sure=2)
    return None


def _latin(word: str) -> Term | None:
    if len(word) < 2:
        return None
    plain = word.replace("ü", "v")
    return Term("name", (((PINYIN, plain),), ((INITIALS, plain),), ((NAME, name_key(word)),)), sure=3)


def _name_term(word: str) -> Term | None:
    key = name_key(word)
    parts = tuple((PART, part) for part in _neighbours(key))
    if not parts:
        return None
    return Term("name", (((NAME, key),), parts))


def _address_term(word: str) -> Term | None:
    streets, doors = _address(word)
    if not (streets or doors):
        return None
    ways = [(*((STREET, street),), *((DOOR, door) for door in doors)) for street in streets]
    return Term("address", tuple(ways) or (tuple((DOOR, door) for door in doors),))


@lru_cache(maxsize=100_000)
def _name_tokens(name: str) -> tuple[Token, ...]:
    key = name_key(name)
    if not key:
        return ()
    found = [(NAME, key), *((PART, part) for part in _neighbours(key))]
    if _HAN.match(key):
        for syllables in _readings(key):
            found.append((PINYIN, "".join(syllables)))
            found.append((INITIALS, "".join(one[:1] for one in syllables)))
    elif key.isascii():
        found += [(PINYIN, part.lower()) for part in (key, *name.split())]
    return tuple(dict.fromkeys(found))


def _readings(key: str) -> Iterator[list[str]]:
    """The syllables of a name: with its surname read as a surname, and as the character is read elsewhere."""
    yield sound(key).split()
    yield [syllable(sign) for sign in key]


def _neighbours(key: str) -> list[str]:
    """Every two neighbouring characters of the parts of a name written in Chinese."""
    return [one + other for part in _HAN.findall(key) for one, other in pairwise(part)]


def _id_tokens(number: str) -> Iterator[Token]:
    if number:
        yield ID, number.upper()
    if len(number) == RESIDENT:
        yield ID_END, number[-END:].upper()


def _address_tokens(address: str) -> Iterator[Token]:
    streets, doors = _address(address)
    yield from ((STREET, street) for street in streets)
    yield from ((DOOR, door) for door in doors)


@lru_cache(maxsize=100_000)
def _address(address: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Street and house number, by so many signs before it; and building and door: two numbers one after the other."""
    text = _MARKS.sub("", unicodedata.normalize("NFKC", address)).upper()
    numbers = list(_NUMBER.finditer(text))[:NUMBERS]
    if not numbers:
        return (), ()
    before, first = _HAN.findall(text[: numbers[0].start()]), numbers[0].group()
    signs = before[-1] if before else ""
    streets = [signs[-length:] + first for length in STREETS if len(signs) >= 2]
    said = [one.group() for one in numbers]
    doors = [f"{one}-{other}" for one, other in pairwise(said)]
    return tuple(dict.fromkeys(streets)), tuple(dict.fromkeys(doors))
