"""Somebody decides whom a row in doubt is about."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime

import pyarrow as pa
from django.db import connection, transaction
from django.db.models import Q

from fournets.audit.services import record
from fournets.crypto import KeyRing
from fournets.language import Refusal
from fournets.people.models import Apart, Employment, Fact, Household, Person, ReviewItem
from fournets.people.services.batch import COLUMNS, Batch, read_batch
from fournets.people.services.derive import derive_people
from fournets.people.services.file import file_matched
from fournets.people.services.forgotten import NAMED, forgotten_as
from fournets.people.services.match import Matches
from fournets.people.services.merge import keep_apart, person_named
from fournets.people.services.stage import stage_batch

NEW = "new"
DECIDED = "decided"  # the rule of a fact somebody gave to its person
REASON = "decide_review"  # why two are kept apart
ANSWERED = """
UPDATE people_reviewitem AS item SET mended_by = mended.by
FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::int[]) AS mended (by, file_id, sheet, "row")
WHERE item.file_id = mended.file_id AND item.sheet = mended.sheet AND item."row" = mended."row" AND item.decided = ''
"""


def decide_review(item_id: int, decision: str, *, actor: str, at: datetime, ring: KeyRing) -> Person:
    """Files the row with the person ``decision`` names, or as a ``new`` one, who then stays apart from the candidates."""
    with transaction.atomic():
        item = ReviewItem.objects.select_for_update().filter(pk=item_id, decided="", mended_by=None).first()
        if item is None:
            raise Refusal("review_unknown", item=item_id)
        check_not_forgotten(item, ring)
        person = _file(item, None if decision == NEW else _chosen(item, decision), ring)
        if decision == NEW:
            for other in Person.objects.filter(pk__in=item.candidates):
                keep_apart(person.pk, other.pk, person.area_code, REASON)
        item.decided, item.decided_at = person.public_id, at
        item.save(update_fields=["decided", "decided_at"])
        details = {"item": item.pk, "person": person.public_id, "new": decision == NEW}
        record(act="decide_review", actor=actor, area_code=item.area_code, at=at, details=details)
        return person


def undo_review(item_id: int, *, actor: str, at: datetime) -> ReviewItem:
    """Takes a decision back: the row waits again, and whoever only it knew is gone."""
    with transaction.atomic():
        item = ReviewItem.objects.select_for_update().filter(pk=item_id).exclude(decided="").first()
        if item is None:
            raise Refusal("review_not_decided", item=item_id)
        fact = Fact.objects.filter(origin=item.origin, file_id=item.file_id, rule=DECIDED).first()
        if fact is None:
            raise Refusal("review_not_decided", item=item_id)
        person = fact.person_id
        _take_back(fact)
        Apart.objects.filter(_between(person, item.candidates), reason=REASON).delete()
        derive_people([person])
        item.decided, item.decided_at = "", None
        item.save(update_fields=["decided", "decided_at"])
        record(act="undo_review", actor=actor, area_code=item.area_code, at=at, details={"item": item.pk})
        return item


def _take_back(fact: Fact) -> None:
    """The fact, the work it told of, and its household when nobody else is in it."""
    household = fact.household_id
    Employment.objects.filter(fact=fact).delete()
    fact.delete()
    if household and not Fact.objects.filter(household=household).exists():
        Household.objects.filter(pk=household).delete()


def _between(person: int, others: Sequence[int]) -> Q:
    return Q(one_id=person, other_id__in=others) | Q(other_id=person, one_id__in=others)


def answer_reviews(rows: Sequence[tuple[int, int, int, int]]) -> None:
    """Rows (the file they returned in, then file, sheet and row of the doubt) came back mended: nobody need decide them."""
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(ANSWERED, [list(column) for column in zip(*rows, strict=True)])


def reopen_reviews(mended_by: int) -> None:
    """The doubts that ``mended_by`` had answered wait again."""
    ReviewItem.objects.filter(mended_by=mended_by).update(mended_by=None)


def _chosen(item: ReviewItem, public_id: str) -> Person:
    person = person_named(public_id)
    if person.pk not in item.candidates:
        names = Person.objects.filter(pk__in=item.candidates).values_list("public_id", flat=True)
        raise Refusal("review_not_a_candidate", person=public_id, item=item.pk, candidates=", ".join(names))
    return person


def check_not_forgotten(item: ReviewItem, ring: KeyRing) -> None:
    """A `Refusal` when the row names somebody who is to stay forgotten until he is remembered."""
    if item.reason == NAMED and (names := forgotten_as(rows_of([item], ring).identities, ring)):
        raise Refusal("review_forgotten", item=item.pk, person=", ".join(names))


def rows_of(items: Sequence[ReviewItem], ring: KeyRing) -> Batch:
    """The rows of items that still have theirs, as they were to be filed."""
    return read_batch(_table_of(items, ring), ring)


def _table_of(items: Sequence[ReviewItem], ring: KeyRing) -> pa.Table:
    rows = [json.loads(ring.unseal("row", item.row_sealed or b"")) for item in items]
    for row in rows:
        row["seen_on"] = date.fromisoformat(row["seen_on"])
    return pa.table({name: [row[name] for row in rows] for name in COLUMNS})


def _file(item: ReviewItem, person: Person | None, ring: KeyRing) -> Person:
    batch = stage_batch(_table_of([item], ring), ring)
    matches = Matches([person.pk if person else None], [0], [DECIDED], [None])
    filed = file_matched(batch, matches, [], ring).to_pylist()[0]
    return Person.objects.get(pk=filed["person_id"])
