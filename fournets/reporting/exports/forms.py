"""Forms handed out: a filled form is asked for by name of its recipient, waits for a second person where it is large, is taken once.

The same acts as on lists of people: `approve` and `refuse` decide on both, both count for the limit of an account.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from fournets.crypto import KeyRing
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.reporting.exports.handing import hand_out
from fournets.reporting.exports.make import ONE_ASKER
from fournets.reporting.exports.request import (
    check_rights,
    checked_words,
    digest_of,
    may_make,
    move,
    note,
)
from fournets.reporting.exports.selectors import count_these_with_handed, export_of
from fournets.reporting.exports.settings import limits
from fournets.reporting.models import Export, FilledCopy, FilledForm


@dataclass(frozen=True, slots=True)
class Taken:
    """A form that was handed out: its content, and how the file may be called."""

    serial: str
    content: bytes

    @property
    def name(self) -> str:
        """Says nothing of anybody."""
        return f"{self.serial}.xlsx"


@transaction.atomic
def ask_form(number: int, recipient: str, purpose: str, *, reader: Reader, at: datetime) -> Export:
    """Asks to hand out a filled form; up to so many people it may be taken at once, above it waits for a second person.

    A `Refusal` when the reader may not, when its file is gone, or when it was asked for before.
    """
    filled = filled_form(number, lock=True)
    check_may_hand_out(reader, filled.area_code, columns_of(filled))
    return open_export(filled, recipient, purpose, login=reader.login, at=at)


def open_export(filled: FilledForm, recipient: str, purpose: str, *, login: str, at: datetime) -> Export:
    """The request itself, in the caller's transaction and in the name of somebody who may."""
    recipient, purpose = checked_words(recipient, purpose)
    if filled.by != login:
        raise Refusal("form_of_another")
    people = copy_of(filled).people
    if Export.objects.filter(serial=filled.serial).exists():
        raise Refusal("form_asked_already", serial=filled.serial)
    export = Export(
        serial=filled.serial,
        kind="form",
        area_code=filled.area_code,
        who=filled.who or "resident",
        on=filled.on,
        columns=columns_of(filled),
        unmasked=True,
        recipient=recipient,
        purpose=purpose,
        count=len(people),
        state="waiting" if _over_the_limit(people, login, at) else "ready",
        asker=login,
        asked_at=at,
    )
    export.save(force_insert=True)
    note(
        "ask_export",
        export,
        actor=login,
        at=at,
        form=filled.template.name,
        state=export.state,
        request=digest_of(export),
    )
    return export


def take_form(number: int, *, reader: Reader, ring: KeyRing, at: datetime) -> Taken:
    """The file of a form that may be handed out, once, for whoever asked for it.

    A `Refusal` when it waits, was refused or taken; when a right for it is gone; or when what was handed out meanwhile puts
    it over the limit: then it waits for a second person from now on.
    """
    taken = _take(number, reader=reader, ring=ring, at=at)
    if taken is None:
        raise Refusal("export_grown", serial=filled_form(number).serial)
    return taken


@transaction.atomic
def _take(number: int, *, reader: Reader, ring: KeyRing, at: datetime) -> Taken | None:
    with connection.cursor() as cursor:
        cursor.execute(ONE_ASKER, [reader.login])
    filled = filled_form(number, lock=True)
    export = export_of(filled.serial, lock=True)
    if export.asker != reader.login:
        raise Refusal("export_not_yours", serial=export.serial)
    check_may_hand_out(reader, export.area_code, export.columns)
    copy = copy_of(filled)
    if export.state == "ready" and _over_the_limit(copy.people, reader.login, at):
        move(export, "waiting")
        export.save(update_fields=["state"])
        note("hold_export", export, actor=reader.login, at=at)
        return None
    move(export, "made")
    content = base64.b64decode(ring.unseal("content", copy.content_sealed))
    export.made_at, export.sha256 = at, hashlib.sha256(content).hexdigest()
    export.save(update_fields=["state", "made_at", "sha256"])
    hand_out(export, copy.people, ring=ring, marked=False, at=at)
    note(
        "make_export",
        export,
        actor=reader.login,
        at=at,
        sha256=export.sha256,
        format="xlsx",
        unmasked=True,
        columns=export.columns,
    )
    return Taken(export.serial, content)


def filled_form(number: int, *, lock: bool = False) -> FilledForm:
    """A form that was filled on the page; a `Refusal` when the scope holds none of that number."""
    forms = FilledForm.objects.select_for_update(of=("self",)) if lock else FilledForm.objects.all()
    found = forms.select_related("template").filter(pk=number, form__isnull=False).first()
    if found is None:
        raise Refusal("form_not_filled")
    return found


def copy_of(filled: FilledForm) -> FilledCopy:
    """Its file; a `Refusal` when it was not filled yet, or its file has been destroyed."""
    copy = FilledCopy.objects.filter(pk=filled.pk).first()
    if copy is None:
        raise Refusal("form_copy_gone")
    return copy


def columns_of(filled: FilledForm) -> list[str]:
    """The fields a filled form has, each once."""
    return list(dict.fromkeys(one["field"] for one in filled.report.get("columns", ()) if one["field"]))


def check_may_hand_out(reader: Reader, area: str, columns: Sequence[str]) -> None:
    """Every condition on handing a form out, asked again when it is taken: a right may have been withdrawn meanwhile."""
    if not may_make(reader, area):
        raise Refusal("export_not_yours_to_make", area=area)
    check_rights(reader, area, columns, unmasked=True)


def _over_the_limit(people: Sequence[int], login: str, at: datetime) -> bool:
    """Of a form without people in it, a grid of sums, nothing is counted."""
    return bool(people) and count_these_with_handed(people, asker=login, at=at) > limits().people
