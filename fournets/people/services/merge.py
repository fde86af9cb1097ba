"""Two files of one person become one, and can be taken apart again with nothing lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from fournets.audit.services import record
from fournets.language import Refusal
from fournets.people.models import Apart, Fact, Merge, Person
from fournets.people.services.derive import derive_people

MATCHING = "matching"
JOINED = """
WITH joined AS (
    SELECT * FROM unnest(%(kept)s::bigint[], %(gone)s::bigint[], %(reason)s::text[], %(file)s::bigint[])
        WITH ORDINALITY AS one (kept_id, gone_id, reason, file_id, place)
)
"""
# In this order: what the one who goes had is noted before it moves. None is kept in one pair and gone in another.
JOIN = (
    """
INSERT INTO people_merge (area_code, kept_id, gone_id, gone_public_id, facts, reason, actor, at, file_id)
SELECT kept.area_code, kept.id, gone.id, gone.public_id,
    ARRAY (SELECT id FROM people_fact WHERE person_id = gone.id ORDER BY id), reason, %(actor)s, %(at)s, file_id
FROM joined JOIN people_person AS kept ON kept.id = kept_id JOIN people_person AS gone ON gone.id = joined.gone_id
ORDER BY place
""",
    "UPDATE people_fact SET person_id = kept_id FROM joined WHERE person_id = gone_id",
    "UPDATE people_employment SET person_id = kept_id FROM joined WHERE person_id = gone_id",
    "UPDATE people_merge AS merge SET kept_id = joined.kept_id FROM joined WHERE merge.kept_id = joined.gone_id",
    "UPDATE people_household SET head_id = kept_id FROM joined WHERE head_id = gone_id",
    """
INSERT INTO people_apart (area_code, one_id, other_id, reason)
SELECT area_code, least(one, other), greatest(one, other), min(reason) FROM (
    SELECT apart.area_code, apart.reason, coalesce(first.kept_id, one_id) AS one, coalesce(second.kept_id, other_id) AS other
    FROM people_apart AS apart LEFT JOIN joined AS first ON first.gone_id = one_id
    LEFT JOIN joined AS second ON second.gone_id = other_id
    WHERE first.gone_id IS NOT NULL OR second.gone_id IS NOT NULL
) AS now WHERE one <> other GROUP BY 1, 2, 3 ON CONFLICT DO NOTHING
""",
    "DELETE FROM people_apart USING joined WHERE gone_id IN (one_id, other_id)",
    "DELETE FROM people_personkey USING joined WHERE person_id = gone_id",
    "DELETE FROM people_searchtoken USING joined WHERE person_id = gone_id",
    "DELETE FROM people_person USING joined WHERE id = gone_id",
)
# Only what the holder still has: facts may have gone on to somebody else since.
GIVE_BACK = """
WITH given AS (
    SELECT fact.id, holder, owner FROM unnest(%(facts)s::bigint[], %(holders)s::bigint[], %(owners)s::bigint[])
        AS one (fact_id, holder, owner) JOIN people_fact AS fact ON fact.id = fact_id AND fact.person_id = holder
), work AS (UPDATE people_employment AS work SET person_id = owner FROM given WHERE work.fact_id = given.id)
UPDATE people_fact AS fact SET person_id = owner FROM given WHERE fact.id = given.id RETURNING holder, owner
"""
# Whoever had been joined to somebody who now gets his own file back goes along with him.
GO_ALONG = """
UPDATE people_merge AS merge SET kept_id = back.gone_id
FROM (
    SELECT DISTINCT ON (before.id) before.id, undone.gone_id
    FROM people_merge AS undone JOIN people_merge AS before ON before.kept_id = undone.kept_id AND before.id < undone.id
    WHERE undone.id = ANY(%s) AND before.undone_at IS NULL AND before.facts <> '{}' AND before.facts <@ undone.facts
    ORDER BY before.id, undone.id
) AS back
WHERE merge.id = back.id
"""


@dataclass(frozen=True, slots=True)
class Join:
    """One person to become part of another: numbers, why, and the file that showed it."""

    kept: int
    gone: int
    reason: str
    file: int | None = None


def merge_people(kept_id: str, gone_id: str, *, reason: str, actor: str, at: datetime) -> Merge:
    """Makes one file of two (public ids): every fact of ``gone_id`` goes over to ``kept_id``."""
    with transaction.atomic():
        kept, gone = person_named(kept_id), person_named(gone_id)
        if kept.pk == gone.pk:
            raise Refusal("merge_of_one", person=kept_id)
        _join([Join(kept.pk, gone.pk, reason)], actor=actor, at=at)
        derive_people([kept.pk])
        details = {"kept": kept.public_id, "gone": gone.public_id, "reason": reason}
        record(act="merge_people", actor=actor, area_code=kept.area_code, at=at, details=details)
        return Merge.objects.filter(gone_id=gone.pk).latest("id")


def undo_merge(public_id: str, *, actor: str, at: datetime) -> Person:
    """Gives the person who went by ``public_id`` their own file back, with the facts they had; the two stay apart."""
    with transaction.atomic():
        merge = Merge.objects.filter(gone_public_id=public_id, undone_at=None).order_by("-id").first()
        if merge is None:
            raise Refusal("merge_unknown", person=public_id)
        kept = merge.kept
        _take_apart([merge], at)
        person = Person.objects.filter(pk=merge.gone_id).first()
        if person is None:  # the files that told of him have been taken back since
            raise Refusal("merge_unknown", person=public_id)
        if Person.objects.filter(pk=kept.pk).exists():
            keep_apart(kept.pk, person.pk, merge.area_code, "undo_merge")
        details = {"kept": kept.public_id, "back": public_id}
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
        moved = [fact.pk for fact in facts]
        _give(dict.fromkeys(moved, (person.pk, fresh.pk)))
        derive_people([person.pk, fresh.pk])
        keep_apart(person.pk, fresh.pk, person.area_code, reason)
        details = {"person": public_id, "new": fresh.public_id, "rows": len(facts), "reason": reason}
        record(act="split_person", actor=actor, area_code=person.area_code, at=at, details=details)
        fresh.refresh_from_db()
        return fresh


def join_files(
    merges: Iterable[tuple[int, int, str]], *, file_ids: Sequence[int], people: Sequence[int | None]
) -> dict[int, int]:
    """Joins people new rows have shown to be one; gone number -> kept number. The file is noted, to be undone with it.

    ``merges``: (kept, gone, rule); nobody kept in one is gone in another. ``file_ids`` and ``people``: file and person of
    each row of the batch.
    """
    first: dict[int | None, int] = {}  # the first file of the batch that names each person
    for file_id, person in zip(file_ids, people, strict=True):
        first.setdefault(person, file_id)
    joins = [Join(kept, gone, rule, first.get(kept)) for kept, gone, rule in merges]
    _join(joins, actor=MATCHING, at=timezone.now())
    return {one.gone: one.kept for one in joins}


def take_apart_merges_of(file_id: int, at: datetime) -> None:
    """Undoes the joins a withdrawn file had caused."""
    _take_apart(list(Merge.objects.filter(file_id=file_id, undone_at=None)), at)


def person_named(public_id: str, *, among: QuerySet[Person] | None = None) -> Person:
    """The person of that public id, ``among`` those of a query; merged ones by the name they went by."""
    people = Person.objects.all() if among is None else among
    found = people.filter(public_id=public_id).first()
    if found is None:
        merge = Merge.objects.filter(gone_public_id=public_id, undone_at=None).order_by("-id").first()
        if merge is None:
            raise Refusal("person_unknown", person=public_id)
        return people.get(pk=merge.kept_id)
    return found


def _join(joins: Sequence[Join], *, actor: str, at: datetime) -> None:
    if not joins:
        return
    given: dict[str, Any] = {
        "kept": [one.kept for one in joins],
        "gone": [one.gone for one in joins],
        "reason": [one.reason for one in joins],
        "file": [one.file for one in joins],
        "actor": actor,
        "at": at,
    }
    with connection.cursor() as cursor:
        for statement in JOIN:
            cursor.execute(JOINED + statement, given)


def _take_apart(merges: Sequence[Merge], at: datetime) -> None:
    """Gives everybody who went in ``merges`` the facts back that they had then."""
    if not merges:
        return
    whose: dict[int, tuple[int, int]] = {}
    for merge in sorted(
        merges, key=lambda one: one.pk, reverse=True
    ):  # what went twice goes back all the way
        whose |= dict.fromkeys(merge.facts, (merge.kept_id, merge.gone_id))
    numbers = [merge.pk for merge in merges]
    with connection.cursor() as cursor:
        cursor.execute(GO_ALONG, [numbers])
    touched = _give(whose)
    Merge.objects.filter(pk__in=numbers).update(undone_at=at)
    names = {merge.gone_id: merge.gone_public_id for merge in merges if merge.gone_id in touched}
    derive_people(touched, public_ids=names)


def _give(whose: Mapping[int, tuple[int, int]]) -> set[int]:
    """Moves facts, each from its holder to its owner; everybody who had or has one of those that moved."""
    holders, owners = [one for one, _ in whose.values()], [other for _, other in whose.values()]
    with connection.cursor() as cursor:
        cursor.execute(GIVE_BACK, {"facts": list(whose), "holders": holders, "owners": owners})
        return {person for moved in cursor.fetchall() for person in moved}


def _new_person(fact: Fact, text: str) -> Person:
    from fournets.people.services.file import public_id

    return Person.objects.create(
        public_id=public_id(text), area_code=fact.area_code, name=fact.name, seen_on=fact.seen_on
    )


def keep_apart(one: int, other: int, area_code: str, reason: str) -> None:
    """Declares two people different: no rule joins them from now on."""
    first, second = sorted((one, other))
    Apart.objects.get_or_create(
        one_id=first, other_id=second, defaults={"area_code": area_code, "reason": reason}
    )
