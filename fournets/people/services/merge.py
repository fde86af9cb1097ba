"""Two files of one person become one, and can be taken apart again with nothing lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from fournets.audit.services import record
from fournets.language import Refusal
from fournets.people.models import Apart, Fact, Household, Merge, Person
from fournets.people.services.derive import derive_people

MATCHING = "matching"
MOVE = ("people_fact", "id", "people_employment", "fact_id")


def merge_people(kept_id: str, gone_id: str, *, reason: str, actor: str, at: datetime) -> Merge:
    """Makes one file of two (public ids): every fact of ``gone_id`` goes over to ``kept_id``."""
    with transaction.atomic():
        kept, gone = person_named(kept_id), person_named(gone_id)
        if kept.pk == gone.pk:
            raise Refusal("merge_of_one", person=kept_id)
        merge = _join(kept, gone, reason=reason, actor=actor, at=at)
        derive_people([kept.pk])
        details = {"kept": kept.public_id, "gone": gone.public_id, "reason": reason}
        record(act="merge_people", actor=actor, area_code=kept.area_code, at=at, details=details)
        return merge


def undo_merge(public_id: str, *, actor: str, at: datetime) -> Person:
    """Gives the person who went by ``public_id`` their own file back, with the facts they had; the two stay apart."""
    with transaction.atomic():
        merge = Merge.objects.filter(gone_public_id=public_id, undone_at=None).order_by("-id").first()
        if merge is None:
            raise Refusal("merge_unknown", person=public_id)
        person = _take_apart(merge, at)
        keep_apart(merge.kept_id, person.pk, merge.area_code, "undo_merge")
        details = {"kept": merge.kept.public_id, "back": public_id}
        record(act="undo_merge", actor=actor, area_code=merge.area_code, at=at, details=details)
        return person


def declare_apart(one_id: str, other_id: str, *, reason: str, actor: str, at: datetime) -> None:
    """Says that two people (public ids) are two: no rule joins them, and no figure is in doubt because of them."""
    with transaction.atomic():
        one, other = person_named(one_id), person_named(other_id)
        if one.pk == other.pk:
            raise Refusal("apart_of_one", person=one_id)
        keep_apart(one.pk, other.pk, one.area_code, reason)
        details = {"one": one.public_id, "other": other.public_id, "reason": reason}
        record(act="declare_apart", actor=actor, area_code=one.area_code, at=at, details=details)


def split_person(
    public_id: str, *, files: Sequence[tuple[int, int, int]], reason: str, actor: str, at: datetime
) -> Person:
    """Takes the facts of the rows ``files`` (file, sheet, row) out of a person's file into one of their own."""
    with transaction.atomic():
        person = person_named(public_id)
        facts = [
            fact
            for fact in Fact.objects.filter(person=person)
            if (fact.file_id, fact.sheet, fact.row) in set(files)
        ]
        if not facts or len(facts) == Fact.objects.filter(person=person).count():
            raise Refusal("split_of_nothing", person=public_id)
        fresh = _new_person(facts[0], f"{public_id}/{min(fact.origin for fact in facts)}")
        _move([fact.pk for fact in facts], fresh.pk)
        derive_people([person.pk, fresh.pk])
        keep_apart(person.pk, fresh.pk, person.area_code, reason)
        details = {"person": public_id, "new": fresh.public_id, "rows": len(facts), "reason": reason}
        record(act="split_person", actor=actor, area_code=person.area_code, at=at, details=details)
        fresh.refresh_from_db()
        return fresh


def join_files(
    merges: Iterable[tuple[int, int, str]],
    *,
    file_ids: Sequence[int],
    begins: Sequence[int],
    people: Sequence[int | None],
) -> dict[int, int]:
    """Joins people a new row has shown to be one; gone number -> kept number. The file is noted, to be undone with it."""
    joined: dict[int, int] = {}
    first: dict[int | None, int] = {}  # the first file of the batch that names each person
    for file_id, person in zip(file_ids, people, strict=True):
        first.setdefault(person, file_id)
    for kept_id, gone_id, rule in merges:
        kept, gone = Person.objects.get(pk=kept_id), Person.objects.get(pk=gone_id)
        _join(kept, gone, reason=rule, actor=MATCHING, at=timezone.now(), file_id=first.get(kept_id))
        joined[gone_id] = kept_id
    return joined


def take_apart_merges_of(file_id: int, at: datetime) -> None:
    """Undoes the joins a withdrawn file had caused, the last first."""
    for merge in Merge.objects.filter(file_id=file_id, undone_at=None).order_by("-id"):
        _take_apart(merge, at)


def person_named(public_id: str) -> Person:
    """The person of that public id; merged ones by the name they went by."""
    found = Person.objects.filter(public_id=public_id).first()
    if found is None:
        merge = Merge.objects.filter(gone_public_id=public_id, undone_at=None).order_by("-id").first()
        if merge is None:
            raise Refusal("person_unknown", person=public_id)
        return merge.kept
    return found


def _join(
    kept: Person, gone: Person, *, reason: str, actor: str, at: datetime, file_id: int | None = None
) -> Merge:
    facts = list(Fact.objects.filter(person=gone).values_list("id", flat=True))
    _move(facts, kept.pk)
    Merge.objects.filter(kept=gone).update(kept=kept)
    Household.objects.filter(head=gone).update(head=kept)
    Apart.objects.filter(one=gone).exclude(other=kept).update(one=kept)
    Apart.objects.filter(other=gone).exclude(one=kept).update(other=kept)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_personkey WHERE person_id = %s", [gone.pk])
        cursor.execute("DELETE FROM people_apart WHERE %s IN (one_id, other_id)", [gone.pk])
        cursor.execute("DELETE FROM people_person WHERE id = %s", [gone.pk])
    return Merge.objects.create(
        area_code=kept.area_code,
        kept=kept,
        gone_id=gone.pk,
        gone_public_id=gone.public_id,
        facts=facts,
        reason=reason,
        actor=actor,
        at=at,
        file_id=file_id,
    )


def _take_apart(merge: Merge, at: datetime) -> Person:
    facts = list(Fact.objects.filter(pk__in=merge.facts).values_list("id", flat=True))
    merge.undone_at = at
    merge.save(update_fields=["undone_at"])
    if facts:
        _move(facts, merge.gone_id)
        derive_people([merge.kept_id, merge.gone_id], public_ids={merge.gone_id: merge.gone_public_id})
    return Person.objects.get(pk=merge.gone_id)


def _new_person(fact: Fact, text: str) -> Person:
    from fournets.people.services.file import public_id

    return Person.objects.create(
        public_id=public_id(text), area_code=fact.area_code, name=fact.name, seen_on=fact.seen_on
    )


def _move(facts: Sequence[int], person: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_fact SET person_id = %s WHERE id = ANY(%s)", [person, list(facts)])
        cursor.execute(
            "UPDATE people_employment SET person_id = %s WHERE fact_id = ANY(%s)", [person, list(facts)]
        )


def keep_apart(one: int, other: int, area_code: str, reason: str) -> None:
    """Declares two people different: no rule joins them from now on."""
    first, second = sorted((one, other))
    Apart.objects.get_or_create(
        one_id=first, other_id=second, defaults={"area_code": area_code, "reason": reason}
    )
