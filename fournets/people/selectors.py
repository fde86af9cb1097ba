"""Reads of people's files. Numbers, phones and addresses come masked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from fournets.crypto import KeyRing
from fournets.people.models import Employment, Fact, Merge, Person, ReviewItem
from fournets.people.rules.masking import mask_address, mask_id, mask_phone
from fournets.people.services.merge import person_named

MASKS = {"id_number": mask_id, "phone": mask_phone, "address": mask_address}


def person_file(public_id: str, *, ring: KeyRing) -> dict[str, Any]:
    """One person's whole file: current values, and each fact with the row it came from and why it was filed here."""
    person = person_named(public_id)
    return {
        **_current(person, ring),
        "household": _household(person),
        "employers": list(
            Employment.objects.filter(person=person)
            .order_by("id")
            .values_list("enterprise__name", flat=True)
            .distinct()
        ),
        "facts": [_fact(fact, ring) for fact in Fact.objects.filter(person=person).order_by("seen_on", "id")],
        "merged": list(
            Merge.objects.filter(kept=person, undone_at=None).values("gone_public_id", "reason", "actor")
        ),
    }


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


def decided_rows(file_id: int) -> set[tuple[int, int]]:
    """Sheet and row of the doubts of a file that somebody has decided."""
    return set(ReviewItem.objects.filter(file_id=file_id).exclude(decided="").values_list("sheet", "row"))


def decided_by_file(files: Sequence[int]) -> dict[int, int]:
    """How many doubts of each of these files somebody has decided."""
    decided = ReviewItem.objects.filter(file_id__in=files).exclude(decided="")
    return dict(decided.values_list("file_id").annotate(Count("id")))


def _review(item: ReviewItem, people: dict[int, Person], ring: KeyRing) -> dict[str, Any]:
    row = json.loads(ring.unseal("row", item.row_sealed))
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


def _household(person: Person) -> dict[str, Any] | None:
    household = person.household
    if household is None:
        return None
    members = Person.objects.filter(household=household).order_by("id")
    return {
        "household": household.public_id,
        "number": household.number,
        "head": household.head.public_id if household.head else None,
        "members": [{"person": one.public_id, "name": one.name} for one in members],
    }
