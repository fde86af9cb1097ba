"""What was kept aside: which questions it answers otherwise than what counts, and somebody's decision about it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element

from django.db import connection, transaction
from django.db.models import QuerySet

from fournets.audit.services import record
from fournets.crypto import KeyRing
from fournets.interop.models import COUNTED, LEFT, FieldForm, KeptAside, Submission
from fournets.interop.payload import (
    CONTENT,
    FILES,
    GENERATED,
    META,
    Attached,
    Filled,
    local,
    packed,
    read_filled,
    tree_of,
    unpacked,
)
from fournets.interop.services.submissions import Sender, attach
from fournets.language import Refusal

MOST = 100  # shown at once


@dataclass(frozen=True, slots=True)
class Aside:
    """One payload: who sent it when, why it was kept aside, and the labels of the questions it answers otherwise.

    ``differs`` is None where there is nothing to compare it with.
    """

    number: int
    form: str
    reason: str
    sent_by: str
    area_code: str
    received_at: datetime
    files: bool
    differs: list[str] | None


def asides(*, ring: KeyRing) -> list[Aside]:
    """What waits for a decision within the scope, the oldest first; labels alone, no answers."""
    waiting = KeptAside.objects.filter(decided="", content_sealed__isnull=False)
    found = list(waiting.order_by("id")[:MOST])
    filled = [_filled(one, ring) for one in found]
    counting = _counting(list(zip(found, filled, strict=True)))
    forms = {one.form_id: one for one in _forms({one.form_id_text for one in found})}
    return [
        _shown(one, payload, counting.get(one.pk), forms.get(one.form_id_text), ring)
        for one, payload in zip(found, filled, strict=True)
    ]


@transaction.atomic
def decide_aside(number: int, *, count: bool, actor: str, at: datetime, ring: KeyRing) -> None:
    """Has a payload count in the place of what it contradicts, or leaves it aside for good; once.

    A `Refusal` when nobody in the scope sent it, or it was decided before.
    """
    one = KeptAside.objects.select_for_update().filter(pk=number, decided="").first()
    if one is None or one.content_sealed is None:
        raise Refusal("field_aside_unknown")
    if count:
        _count(one, ring)
    one.decided, one.decided_by, one.decided_at = COUNTED if count else LEFT, actor, at
    one.save(update_fields=["decided", "decided_by", "decided_at"])
    details = {"form": one.form_id_text, "decision": one.decided}
    record(act="field_aside_decided", actor=actor, area_code=one.area_code, at=at, details=details)


def _count(one: KeptAside, ring: KeyRing) -> None:
    """Makes a submission of it, under an id of its own where its id is taken, which corrects the one that counts."""
    filled = _filled(one, ring)
    before = _counting([(one, filled)]).get(one.pk)
    form = FieldForm.objects.filter(form_id=one.form_id_text, version=filled.version).first()
    if form is None:
        raise Refusal("submission_version_unknown", form=one.form_id_text, version=filled.version)
    free = not Submission.objects.filter(form_id_text=one.form_id_text, instance_id=one.instance_id).exists()
    added = Submission.objects.create(
        form=form,
        form_id_text=one.form_id_text,
        instance_id=one.instance_id if free else GENERATED + filled.digest.hex(),
        area_code=one.area_code,
        digest=one.digest,
        content_sealed=ring.seal(CONTENT, packed(filled.content)),
        deprecated_id=before.instance_id if before else "",
        sent_by=one.sent_by,
        device=one.device,
        received_at=one.received_at,
    )
    if before:
        before.replaced_by = added.instance_id
        before.save(update_fields=["replaced_by"])
    along = json.loads(ring.unseal(FILES, one.files_sealed)) if one.files_sealed else []
    files = [Attached(name, kind, unpacked(content)) for name, kind, content in along]
    with connection.cursor() as cursor:
        attach(cursor, added.pk, files, Sender(one.sent_by, one.area_code), one.received_at, ring)


def _counting(pairs: Sequence[tuple[KeptAside, Filled]]) -> dict[int, Submission]:
    """By the number of each payload the submission that counts where it would: of its id or of the one it corrects, after
    every correction. One statement a step of the longest chain of corrections.
    """
    known: dict[tuple[str, str], Submission] = {}
    asked: set[str] = set()
    wanted = {name for one, filled in pairs for name in (one.instance_id, filled.deprecated_id) if name}
    while fresh := wanted - asked:
        asked |= fresh
        for sent in Submission.objects.filter(instance_id__in=fresh):
            known[sent.form_id_text, sent.instance_id] = sent
        wanted = {sent.replaced_by for sent in known.values() if sent.replaced_by}
    found = {}
    for one, filled in pairs:
        names = (one.instance_id, filled.deprecated_id)
        start = next(
            (known[one.form_id_text, name] for name in names if (one.form_id_text, name) in known), None
        )
        if start:
            found[one.pk] = _last(start, known)
    return found


def _last(start: Submission, known: dict[tuple[str, str], Submission]) -> Submission:
    """The end of a chain of corrections; one that leads back into itself ends where it began."""
    one, seen = start, {start.pk}
    while following := known.get((one.form_id_text, one.replaced_by)) if one.replaced_by else None:
        if following.pk in seen:
            return start
        seen.add(following.pk)
        one = following
    return one


def _forms(form_ids: set[str]) -> QuerySet[FieldForm]:
    """Every version of these forms, the newest last."""
    return FieldForm.objects.filter(form_id__in=form_ids).defer("xform", "workbook").order_by("id")


def _shown(
    one: KeptAside, filled: Filled, before: Submission | None, form: FieldForm | None, ring: KeyRing
) -> Aside:
    differs = None
    if before and before.content_sealed is not None:
        held = unpacked(ring.unseal(CONTENT, before.content_sealed))
        differs = _differing(form.questions if form else [], tree_of(filled.content), tree_of(held))
    return Aside(
        number=one.pk,
        form=form.title if form else one.form_id_text,
        reason=one.reason,
        sent_by=one.sent_by,
        area_code=one.area_code,
        received_at=one.received_at,
        files=one.files_sealed is not None,
        differs=differs,
    )


def _differing(questions: list[dict[str, Any]], one: Element, other: Element) -> list[str]:
    """The labels of the questions whose answers are not the same, in the form's order; others by their names."""
    labels = {tuple(question["path"]): question["label"] for question in questions}
    mine, theirs = list(_answers(one)), list(_answers(other))
    paths = {path for path, _ in set(mine) ^ set(theirs)}
    if not paths and mine != theirs:
        paths = {path for path, _ in mine}
    known = [label for path, label in labels.items() if path in paths]
    return known + sorted("/".join(path) for path in paths - labels.keys())


def _answers(node: Element, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    for child in node:
        here = (*path, local(child.tag))
        if here == (META,):
            continue
        if len(child):
            yield from _answers(child, here)
        else:
            yield here, " ".join((child.text or "").split())


def _filled(one: KeptAside, ring: KeyRing) -> Filled:
    return read_filled(unpacked(ring.unseal(CONTENT, one.content_sealed or b"")))
