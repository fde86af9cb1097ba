"""People found or listed, as a reader's post shows them: in words, numbers masked; looking is on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from fournets.audit.services import record_read
from fournets.crypto import KeyRing
from fournets.language import Lang, say
from fournets.organization.access import Reader
from fournets.people.rules.masking import mask_id, mask_phone
from fournets.people.rules.tokens import public_id_in, search_terms
from fournets.people.search import MOST, find_people
from fournets.people.services import index_people
from fournets.people.services.canary import touched
from fournets.people.services.search import WHILE_WAITING
from fournets.people.words import text_of
from fournets.places.selectors import short_names_of
from fournets.screening.selectors.people import PAGE, People, PersonLine, people_named, people_of
from fournets.screening.services.person import class_words

NAMED = (9, 12, 15)  # digits of the codes of towns, communities and cells


@dataclass(frozen=True, slots=True)
class Shown:
    """One person of a list in words; ``tone`` is one of the four states of the screens."""

    number: int
    person: str
    name: str
    sex: str
    age: str
    id_number: str
    phone: str
    area: str
    seen_on: date
    state: str
    tone: str
    until: date | None
    residence_type: str
    from_place: str
    returned_on: str
    employer: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a search or a list shows; ``more`` says that there are others, ``unused`` which words nobody is found by."""

    people: list[Shown]
    more: bool
    unused: list[str]


def search_people(text: str, reader: Reader, *, lang: Lang, ring: KeyRing, at: datetime) -> Found:
    """The people of the reader's area whom every word of ``text`` names. Neither the text nor who was found is kept."""
    index_people(WHILE_WAITING, ring=ring)
    terms, unused = search_terms(text)
    numbers = find_people(text, area_code=reader.area_code, ring=ring)
    lines = people_named(numbers[:MOST])
    kinds = {"public_id"} if public_id_in(text) else {term.kind for term in terms}
    term = kinds.pop() if len(kinds) == 1 else "mixed"
    _note("people_searched", lines, reader, ring, at, term=term, found=len(lines))
    return Found(people_in_words(lines, reader, lang, ring, at), len(numbers) > MOST, unused)


def list_people(
    wish: People, reader: Reader, *, after: str, lang: Lang, ring: KeyRing, at: datetime
) -> Found:
    """A page of the people wished for, behind the one with the public id ``after``."""
    lines = people_of(wish, after=after)
    asked = {
        "class": wish.risk_class,
        "since": str(wish.seen_since or ""),
        "no_phone": wish.no_phone,
        "enterprise": wish.enterprise,
    }
    filters = {name: value for name, value in asked.items() if value}
    _note("list_shown", lines[:PAGE], reader, ring, at, area=wish.area_code, list="people", filters=filters, shown=len(lines[:PAGE]))  # fmt: skip
    return Found(people_in_words(lines[:PAGE], reader, lang, ring, at), len(lines) > PAGE, [])


def _note(
    kind: str, lines: Sequence[PersonLine], reader: Reader, ring: KeyRing, at: datetime, *, area: str = "", **details: Any
) -> None:  # fmt: skip
    """Whoever finds is on record; a canary counts when it was all there was to find."""
    record_read(kind, actor=reader.login, area_code=area or reader.area_code, at=at, **details)
    touched([one.public_id for one in lines], how="searched", ring=ring, actor=reader.login, at=at)


def people_in_words(
    lines: Sequence[PersonLine], reader: Reader, lang: Lang, ring: KeyRing, at: datetime
) -> list[Shown]:
    """Each of these people in words, numbers masked; putting on record that they are shown is the caller's."""
    today = timezone.localdate(at)
    areas = short_names_of({one.area_code[:size] for one in lines for size in NAMED})
    classes = dict(class_words(reader.area_code, lang, on=today))
    numbers = ring.unseal_many("id_number", [one.id_number_sealed for one in lines])
    phones = ring.unseal_many("phone", [one.phone_sealed for one in lines])
    return [
        Shown(
            number=one.number,
            person=one.public_id,
            name=one.name,
            sex=text_of("sex", one.sex, lang),
            age=one.age(today),
            id_number=mask_id(number) if number else "",
            phone=mask_phone(phone) if phone else "",
            area=place_words(one.area_code, areas),
            seen_on=one.seen_on,
            state=classes.get(one.risk_class, one.risk_class) or say("person_not_assessed_short", lang),
            tone=tone_of(one.action) if one.risk_class else "todo",
            until=one.until_on,
            residence_type=text_of("residence_type", one.residence_type, lang),
            from_place=text_of("from_place", one.from_place, lang),
            returned_on=one.returned_on[:10],
            employer=one.employer,
        )
        for one, number, phone in zip(lines, numbers, phones, strict=True)
    ]


def place_words(code: str, areas: dict[str, str]) -> str:
    """An area by the names people use for it, community and cell; by its code where it has none."""
    named = [areas[code[:size]] for size in NAMED if len(code) >= size and code[:size] in areas]
    return " ".join(named[-2:] if len(named) > 2 else named[-1:]) or code


def tone_of(action: str) -> str:
    """Which of the four states of the screens an action of the rules is shown in."""
    if action == "none":
        return "good"
    return "danger" if action == "hospital" or action.startswith("isolate") else "late"
