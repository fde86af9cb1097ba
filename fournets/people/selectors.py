"""Reads of people's files. Numbers, phones and addresses come masked."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, QuerySet
from django.db.models.functions import JSONObject

from fournets.crypto import KeyRing
from fournets.people.models import Employment, Fact, Merge, Person, ReviewItem
from fournets.people.rules.identity import address_key
from fournets.people.rules.masking import mask_address, mask_id, mask_phone
from fournets.people.rules.matching import distance, one_slip
from fournets.people.rules.names import name_key, sound
from fournets.people.services.merge import person_named

MASKS = {"id_number": mask_id, "phone": mask_phone, "address": mask_address}


def person_file(public_id: str, *, ring: KeyRing) -> dict[str, Any]:
    """One person's whole file: current values, and each fact with the row it came from and why it was filed here."""
    return file_of(whole_person(public_id), ring=ring)


def whole_person(public_id: str) -> Person:
    """The person of that public id with whatever stands in his file beside the facts, for `file_of`; one statement.

    Raises `Refusal` when nobody in the scope has that id.
    """
    his = {"person": OuterRef("pk")}
    members = Person.objects.filter(household=OuterRef("household")).order_by("id")
    merged = Merge.objects.filter(kept=OuterRef("pk"), undone_at=None).order_by("id")
    whole = Person.objects.select_related("household__head").annotate(
        employers=ArraySubquery(Employment.objects.filter(**his).order_by("id").values("enterprise__name")),
        members=ArraySubquery(members.values(said=JSONObject(person="public_id", name="name"))),
        merged=ArraySubquery(
            merged.values(said=JSONObject(gone_public_id="gone_public_id", reason="reason", actor="actor"))
        ),
    )
    return person_named(public_id, among=whole)


def file_of(whole: Person, *, ring: KeyRing) -> dict[str, Any]:
    """The file of a `whole_person`, as `person_file` gives it."""
    return {
        **_current(whole, ring),
        "household": _household(whole),
        "employers": list(dict.fromkeys(whole.employers)),  # type: ignore[attr-defined]
        "facts": [_fact(fact, ring) for fact in Fact.objects.filter(person=whole).order_by("seen_on", "id")],
        "merged": whole.merged,  # type: ignore[attr-defined]
    }


def known_of(public_id: str) -> tuple[str, dict[str, str]] | None:
    """Name and plain values of the person of that public id; None where nobody in the scope has it."""
    return Person.objects.filter(public_id=public_id).values_list("name", "values").first()


@dataclass(frozen=True, slots=True)
class SealedValue:
    """A sensitive value of a person, as it is kept: sealed, or None where nothing is known."""

    public_id: str
    area_code: str
    sealed: bytes | None


def sealed_value(public_id: str, field: str) -> SealedValue:
    """``id_number``, ``phone`` or ``address`` of the person of that public id, still sealed."""
    person = person_named(public_id)
    return SealedValue(person.public_id, person.area_code, getattr(person, f"{field}_sealed"))


def review_queue(*, ring: KeyRing, limit: int = 50, item: int | None = None) -> list[dict[str, Any]]:
    """The rows in doubt, oldest first, or the one ``item``, each beside the files it may belong to."""
    waiting = ReviewItem.objects.filter(decided="", mended_by=None)
    if item is not None:
        waiting = waiting.filter(pk=item)
    items = list(waiting.order_by("id")[:limit])
    wanted = {person for item in items for person in item.candidates}
    people = {person.pk: person for person in Person.objects.filter(pk__in=wanted)}
    return [_review(item, people, ring) for item in items]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A row in doubt beside the people it may be about.

    ``lines``: for each field its name, what the row says (masked), and for each person what he has and how the two compare:
    ``same``, ``near`` (one slip), ``differs``, or empty where one of them says nothing. Compared before masking.
    """

    item: int
    source: tuple[int, int, int]
    reason: str
    area_code: str
    people: list[tuple[str, str]]
    lines: list[tuple[str, Any, list[tuple[Any, str]]]]
    unseen: int  # people it may be about whom the reader's area does not hold, or who have been joined with somebody since


def doubt(*, ring: KeyRing, after: int = 0, item: int | None = None) -> Doubt | None:
    """The oldest waiting row after the item ``after``, or the one ``item``."""
    waiting = ReviewItem.objects.filter(decided="", mended_by=None)
    found = waiting.filter(pk=item) if item is not None else waiting.filter(pk__gt=after)
    first = found.order_by("id").first()
    return _doubt(first, ring) if first else None


def has_doubt(item: int) -> bool:
    """Whether there is such a row in the reader's area, decided or not."""
    return ReviewItem.objects.filter(pk=item).exists()


def doubts_to_decide() -> QuerySet[ReviewItem]:
    """The rows that wait, to be counted."""
    return ReviewItem.objects.filter(decided="", mended_by=None)


def waiting_doubts(most: int) -> int:
    """How many rows wait, counted up to ``most``."""
    return doubts_to_decide()[:most].count()


def _doubt(item: ReviewItem, ring: KeyRing) -> Doubt:
    row = json.loads(ring.unseal("row", item.row_sealed or b""))
    people = list(Person.objects.filter(pk__in=item.candidates).order_by("id"))
    held = [_plain(one, ring) for one in people]
    lines = [
        (
            name,
            _mask(name, row.get(name)),
            [(_mask(name, one[name]), _compared(name, row.get(name), one[name])) for one in held],
        )
        for name in _COMPARED
        if row.get(name) or any(one[name] for one in held)
    ]
    source = (item.file_id, item.sheet, item.row)
    names = [(one.public_id, one.name) for one in people]
    unseen = len(item.candidates) - len(people)
    return Doubt(item.pk, source, item.reason, item.area_code, names, lines, unseen)


_COMPARED = ("name", "sex", "birth_on", "id_number", "phone", "address", "area_code")


def _plain(person: Person, ring: KeyRing) -> dict[str, str]:
    sealed = {name: getattr(person, f"{name}_sealed") for name in MASKS}
    return {
        "name": person.name,
        "sex": person.sex,
        "birth_on": str(person.birth_on or ""),
        "area_code": person.area_code,
        **{name: ring.unseal(name, value) if value is not None else "" for name, value in sealed.items()},
    }


def _a_sign_off(one: str, other: str) -> bool:
    return distance(one, other) == 1


# when two values that differ may still be meant for the same
NEAR: dict[str, Callable[[str, str], bool]] = {
    "id_number": _a_sign_off,
    "phone": _a_sign_off,
    "birth_on": one_slip,
    "name": lambda one, other: sound(one) == sound(other),
}


def _mask(name: str, value: str | None) -> str:
    return MASKS[name](value) if name in MASKS and value else value or ""


def _compared(name: str, one: str | None, other: str | None) -> str:
    if not one or not other:
        return ""
    pairs = [(way, held) for way in _ways(name, one) for held in _ways(name, other)]
    if any(way == held for way, held in pairs):
        return "same"
    if name == "area_code" and (one.startswith(other) or other.startswith(one)):
        return "same"
    near = NEAR.get(name)
    return "near" if near and any(near(way, held) for way, held in pairs) else "differs"


def _ways(name: str, value: str) -> list[str]:
    """What of a value is compared: each of several telephones, an address without its spellings."""
    if name == "phone":
        return value.split("|")
    return [{"address": address_key, "name": name_key}.get(name, str)(value)]


def decided_rows(file_id: int) -> set[tuple[int, int]]:
    """Sheet and row of the doubts of a file that somebody has decided."""
    return set(ReviewItem.objects.filter(file_id=file_id).exclude(decided="").values_list("sheet", "row"))


def doubts_of_file(file_id: int, most: int) -> list[tuple[int, int, int, str]]:
    """The doubts of a file that wait, in its order: number, sheet, row, and the code of the reason."""
    waiting = ReviewItem.objects.filter(file_id=file_id, decided="", mended_by=None)
    return list(waiting.order_by("sheet", "row").values_list("id", "sheet", "row", "reason")[:most])


def decided_by_file(files: Sequence[int]) -> dict[int, int]:
    """How many doubts of each of these files somebody has decided."""
    decided = ReviewItem.objects.filter(file_id__in=files).exclude(decided="")
    return dict(decided.values_list("file_id").annotate(Count("id")))


def _review(item: ReviewItem, people: dict[int, Person], ring: KeyRing) -> dict[str, Any]:
    row = json.loads(ring.unseal("row", item.row_sealed or b""))
    shown = {name: MASKS[name](row[name]) if name in MASKS and row[name] else row[name] for name in _SHOWN}
    return {
        "item": item.pk,
        "file_id": item.file_id,
        "sheet": item.sheet,
        "row": item.row,
        "reason": item.reason,
        "score": item.score,
        "values": {name: value for name, value in shown.items() if value},
        "candidates": [_current(people[person], ring) for person in item.candidates if person in people],
    }


_SHOWN = ("name", "sex", "birth_on", "id_number", "phone", "address", "area_code", "household_no", "relation")


def _current(person: Person, ring: KeyRing) -> dict[str, Any]:
    return {
        "person": person.public_id,
        "name": person.name,
        "sex": person.sex,
        "birth_on": person.birth_on,
        "area_code": person.area_code,
        "id_certainty": person.id_certainty,
        **_masked(person, ring),
        "seen_on": person.seen_on,
        "values": person.values,
    }


def _fact(fact: Fact, ring: KeyRing) -> dict[str, Any]:
    changes = json.loads(ring.unseal("changes", fact.changes_sealed)) if fact.changes_sealed else []
    return {
        "file_id": fact.file_id,
        "sheet": fact.sheet,
        "row": fact.row,
        "kind": fact.kind,
        "seen_on": fact.seen_on,
        "rule": fact.rule or "new_person",
        "score": fact.score,
        "name": fact.name,
        **_masked(fact, ring),
        "values": fact.values,
        "changed_cells": [{"field": change[0], "cell": change[1], "rule": change[3]} for change in changes],
    }


def _masked(row: Person | Fact, ring: KeyRing) -> dict[str, str]:
    sealed = {name: getattr(row, f"{name}_sealed") for name in MASKS}
    return {
        name: MASKS[name](ring.unseal(name, value)) for name, value in sealed.items() if value is not None
    }


def _household(whole: Person) -> dict[str, Any] | None:
    household = whole.household
    if household is None:
        return None
    return {
        "household": household.public_id,
        "number": household.number,
        "head": household.head.public_id if household.head else None,
        "members": whole.members,  # type: ignore[attr-defined]
    }
