"""The act of receiving what a device sent: accepted once, repeated without harm, or kept aside; never dropped.

The row says who sent it, with what and when: a line of the audit for each would say the same again and is written for
corrections and for what is kept aside alone.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from fournets.audit.services import record
from fournets.crypto import KeyRing
from fournets.interop.models import CLOSED, EDITED_BEFORE, OTHER_BYTES, FieldForm
from fournets.interop.payload import CONTENT, FILES, Attached, Filled, packed
from fournets.language import Refusal

# Into an open form of an area that covers the device's, unless the instance is there; one statement, whoever else sends.
ADD = """
INSERT INTO interop_submission (form_id, form_id_text, instance_id, area_code, digest, content_sealed, deprecated_id,
    replaced_by, sent_by, device, received_at)
SELECT id, form_id, %(instance)s, %(area)s, %(digest)s, %(content)s, %(deprecated)s, '', %(by)s, %(device)s, %(at)s
FROM interop_fieldform
WHERE form_id = %(form)s AND version = %(version)s AND closed_at IS NULL AND starts_with(%(area)s, area_code)
ON CONFLICT (form_id_text, instance_id) DO NOTHING RETURNING id
"""
BEFORE = """
SELECT replaced_by FROM interop_submission WHERE form_id_text = %s AND instance_id = %s FOR NO KEY UPDATE
"""
REPLACE = "UPDATE interop_submission SET replaced_by = %s WHERE form_id_text = %s AND instance_id = %s"
KNOWN = "SELECT id, digest FROM interop_submission WHERE form_id_text = %s AND instance_id = %s"
ATTACH = """
INSERT INTO interop_submissionfile (submission_id, area_code, name, media_type, size, digest, content_sealed, received_at)
SELECT %s, %s, name, kind, size, digest, content, %s FROM unnest(%s::text[], %s::text[], %s::int[], %s::bytea[], %s::bytea[])
    AS file (name, kind, size, digest, content)
ON CONFLICT (submission_id, name, digest) DO NOTHING
"""
ASIDE = """
INSERT INTO interop_keptaside (form_id_text, instance_id, area_code, reason, digest, content_sealed, files_sealed, sent_by,
    device, received_at, decided, decided_by) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '', '')
ON CONFLICT (form_id_text, instance_id, digest) DO NOTHING RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent something: the login, the area of the post, and what the device says it is."""

    login: str
    area_code: str
    device: str = ""


class NotThere(Refusal):
    """A form, a version of it or the instance to be corrected is not known; nothing was kept, and the device still has it."""


NEW, REPEATED = "new", "repeated"


def receive_submission(
    filled: Filled, files: Sequence[Attached], *, sender: Sender, at: datetime, ring: KeyRing
) -> str:
    """Takes in one filled form with its files: `NEW`, `REPEATED` for the same bytes again, else why it was kept aside.

    Within the sender's scope and the caller's transaction, which has to be committed whatever is answered. Raises
    `NotThere`, having changed nothing.
    """
    with connection.cursor() as cursor:
        before = _before(cursor, filled)
        number = _added(cursor, filled, sender, at, ring) if before in (None, "") else None
        if number is None:
            return _known(cursor, filled, files, before, sender=sender, at=at, ring=ring)
        if before is not None:
            cursor.execute(REPLACE, [filled.instance_id, filled.form_id, filled.deprecated_id])
            _record("field_submission_corrected", filled, sender, at)
        attach(cursor, number, files, sender, at, ring)
        return NEW


def _before(cursor: Any, filled: Filled) -> str | None:
    """By which instance the one that is to be corrected was corrected before, empty: by none; None: it corrects nothing.

    The row stays locked: of two corrections at once the second sees the first.
    """
    if not filled.deprecated_id:
        return None
    cursor.execute(BEFORE, [filled.form_id, filled.deprecated_id])
    row = cursor.fetchone()
    if row is None:
        raise NotThere("submission_none_to_correct")
    return str(row[0])


def _added(cursor: Any, filled: Filled, sender: Sender, at: datetime, ring: KeyRing) -> int | None:
    """The number of the row, None where nothing was added."""
    given = {
        "form": filled.form_id,
        "version": filled.version,
        "instance": filled.instance_id,
        "deprecated": filled.deprecated_id,
        "area": sender.area_code,
        "digest": filled.digest,
        "content": ring.seal(CONTENT, packed(filled.content)),
        "by": sender.login,
        "device": sender.device,
        "at": at,
    }
    cursor.execute(ADD, given)
    row = cursor.fetchone()
    return int(row[0]) if row else None


def _known(
    cursor: Any,
    filled: Filled,
    files: Sequence[Attached],
    before: str | None,
    *,
    sender: Sender,
    at: datetime,
    ring: KeyRing,
) -> str:
    """What is to be said of an instance that was not added: it is here already, or its form takes no more."""
    cursor.execute(KNOWN, [filled.form_id, filled.instance_id])
    row = cursor.fetchone()
    if row and bytes(row[1]) == filled.digest:
        attach(cursor, row[0], files, sender, at, ring)
        return REPEATED
    if not row and not before and _closed(filled, sender):
        reason = CLOSED
    else:
        reason = EDITED_BEFORE if before else OTHER_BYTES
    _keep_aside(cursor, filled, files, reason, sender=sender, at=at, ring=ring)
    return reason


def _closed(filled: Filled, sender: Sender) -> bool:
    """Whether the form takes no more; `NotThere` when there is none such for the sender."""
    forms = [
        one
        for one in FieldForm.objects.filter(form_id=filled.form_id).only("version", "area_code", "closed_at")
        if sender.area_code.startswith(one.area_code)
    ]
    if not forms:
        raise NotThere("submission_form_unknown", form=filled.form_id)
    version = next((one for one in forms if one.version == filled.version), None)
    if version is None:
        raise NotThere("submission_version_unknown", form=filled.form_id, version=filled.version)
    return version.closed_at is not None


def attach(
    cursor: Any, number: int, files: Sequence[Attached], sender: Sender, at: datetime, ring: KeyRing
) -> None:
    """Keeps the files of a submission, each content under each name once."""
    if not files:
        return
    columns = (
        [one.name for one in files],
        [one.media_type for one in files],
        [len(one.content) for one in files],
        [one.digest for one in files],
        ring.seal_many(CONTENT, [packed(one.content) for one in files]),
    )
    cursor.execute(ATTACH, [number, sender.area_code, at, *columns])


def _keep_aside(
    cursor: Any,
    filled: Filled,
    files: Sequence[Attached],
    reason: str,
    *,
    sender: Sender,
    at: datetime,
    ring: KeyRing,
) -> None:
    """Once, however often it comes; with what came along the first time."""
    along = json.dumps([[one.name, one.media_type, packed(one.content)] for one in files]) if files else ""
    content = ring.seal(CONTENT, packed(filled.content))
    sealed = ring.seal(FILES, along) if along else None
    words = [filled.form_id, filled.instance_id, sender.area_code, reason, filled.digest, content, sealed]
    cursor.execute(ASIDE, [*words, sender.login, sender.device, at])
    if cursor.fetchone():
        _record("field_submission_kept_aside", filled, sender, at, reason=reason)


def _record(act: str, filled: Filled, sender: Sender, at: datetime, **more: str) -> None:
    """The form's id alone: what a device calls an instance may hold anything."""
    details = {"form": filled.form_id, **more}
    record(act=act, actor=sender.login, area_code=sender.area_code, at=at, details=details)
