"""Canaries: invented people in the register. Whoever touches one is told to those who audit, and learns nothing of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Literal

from django.db import connection, transaction

from fournets.audit.services import CELL, record
from fournets.crypto import KeyRing
from fournets.language import Refusal
from fournets.people.models import Canary, Person
from fournets.people.services.merge import person_named

PURPOSE = "canary"
How = Literal["opened", "unmasked", "exported", "searched"]


@transaction.atomic
def add_canary(public_id: str, *, ring: KeyRing, actor: str, at: datetime) -> None:
    """Makes a person of the register a canary; a `Refusal` when there is no such person. The audit does not say who."""
    public_id = person_named(public_id).public_id
    sealed = ring.seal(PURPOSE, public_id)
    with _seen():
        Canary.objects.bulk_create(
            [Canary(mark=ring.index(PURPOSE, public_id), person_sealed=sealed, added_at=at, added_by=actor)],
            ignore_conflicts=True,
        )
    record(act="canary_added", actor=actor, area_code="", at=at, details={})


@transaction.atomic
def remove_canary(public_id: str, *, ring: KeyRing, actor: str, at: datetime) -> None:
    """Makes a canary an ordinary person again; a `Refusal` when it is none."""
    with _seen():
        gone, _ = Canary.objects.filter(mark=ring.index(PURPOSE, public_id)).delete()
    if not gone:
        raise Refusal("canary_unknown", person=public_id)
    record(act="canary_removed", actor=actor, area_code="", at=at, details={})


def forget_canaries(persons: Sequence[str], *, ring: KeyRing) -> None:
    """Those among ``persons`` (public ids) who are canaries are none any more: they leave the register."""
    with transaction.atomic(), _seen():
        Canary.objects.filter(mark__in=ring.index_many(PURPOSE, persons)).delete()


def canaries(*, ring: KeyRing) -> list[tuple[str, datetime, str]]:
    """Public id, since when and by whom, of every canary, the oldest first."""
    with transaction.atomic(), _seen():
        rows = list(Canary.objects.order_by("added_at", "mark"))
    return [(ring.unseal(PURPOSE, bytes(one.person_sealed)), one.added_at, one.added_by) for one in rows]


def touched(persons: Sequence[str], *, how: How, ring: KeyRing, actor: str, at: datetime) -> int:
    """Puts on record each canary among ``persons`` (public ids) that somebody has touched; gives how many.

    To be called by whatever opens, unmasks or exports people, in its transaction, with all of them; and with what a search
    found: that counts when it found exactly one. The reader is never told. One statement, whatever the number.
    """
    if how == "searched" and len(persons) != 1:
        return 0
    marks = dict(zip(ring.index_many(PURPOSE, persons), persons, strict=True))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT canaries_among(%s::bigint[])", [[one for one in marks if one is not None]])
        hit = [mark for (mark,) in cursor.fetchall()]
        found = [marks[mark] for mark in hit]
        areas = dict(Person.objects.filter(public_id__in=found).values_list("public_id", "area_code"))
        for person in found:
            details = {"person": person, "how": how}
            record(
                act="canary_touched",
                actor=actor,
                area_code=areas.get(person, "")[:CELL],
                at=at,
                details=details,
            )
    return len(found)


def among(people: Sequence[int], *, ring: KeyRing) -> list[str]:
    """The public ids of the canaries among ``people`` (numbers of the register)."""
    known = [person for person, _, _ in canaries(ring=ring)]
    numbers = dict(Person.objects.filter(public_id__in=known).values_list("id", "public_id")) if known else {}
    return [numbers[one] for one in numbers.keys() & set(people)]


@contextmanager
def _seen() -> Iterator[None]:
    """Inside a transaction: the table can be read and written; not any more afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('fournets.canary', 'on', true)")
        yield
        cursor.execute("SELECT set_config('fournets.canary', '', true)")
