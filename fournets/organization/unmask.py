"""One sensitive value of one person shown whole: for a reason, on record, and only so often an hour."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from django.db import connection

from fournets.audit.services import record
from fournets.crypto import KeyRing
from fournets.language import Refusal
from fournets.organization.access import Reader, opened
from fournets.organization.models import Unmasking
from fournets.people.selectors import sealed_value
from fournets.places.selectors import enterprise_of

RIGHT, CALL = "people.unmask", "enterprises.call"
FIELDS, CONTACT = ("id_number", "phone", "address"), "contact_phone"
HOUR, KEPT = timedelta(hours=1), timedelta(days=1)
LOCK = "SELECT pg_advisory_xact_lock(hashtext('unmask'), %s)"  # one account's looks are counted one after the other
NUMBER, LONGEST = re.compile(r"\d{5,}"), 200


@dataclass(frozen=True, slots=True)
class Limits:
    """What ``limits.toml`` says of unmasking."""

    per_hour: int
    reason_letters: int


@cache
def limits() -> Limits:
    """The limits in force."""
    text = Path(__file__).with_name("limits.toml").read_text(encoding="utf-8")
    return Limits(**tomllib.loads(text)["unmask"])


def unmask(reader: Reader, person: str, field: str, *, reason: str, ring: KeyRing, at: datetime) -> str:
    """One of `FIELDS` of the person with this public id, whole.

    A `Refusal` when the reader's role has not the right, when nobody in his area has that id, when the reason says
    nothing, when there is no such value, or when he has seen as many as he may in an hour. Each look and each refusal
    over the limit is in the audit: who, whose, which field and why, never the value. Inside a transaction of the
    caller's the last `Refusal` has to be caught before it ends that one, or its line goes with it.
    """
    if field not in FIELDS and reader.may(RIGHT):
        raise Refusal("unmask_field", field=field, fields=", ".join(FIELDS))
    said = _checked(reader, RIGHT, reason)
    with opened(reader):
        found = sealed_value(person, field)
        details = {"person": found.public_id, "field": field, "reason": said}
        value = _shown(reader, RIGHT, found.area_code, (field, found.sealed), details, ring=ring, at=at)
    return _within_limit(value)


def unmask_contact(reader: Reader, enterprise: str, *, reason: str, ring: KeyRing, at: datetime) -> str:
    """The telephone of an enterprise's contact, whole; refused and on record as a person's (`unmask`)."""
    said = _checked(reader, CALL, reason)
    with opened(reader):
        found = enterprise_of(enterprise)
        details = {"enterprise": enterprise, "field": CONTACT, "reason": said}
        sealed = bytes(found.contact_phone_sealed) if found.contact_phone_sealed else None
        value = _shown(reader, CALL, found.area_code, (CONTACT, sealed), details, ring=ring, at=at)
    return _within_limit(value)


def _shown(
    reader: Reader,
    right: str,
    area_code: str,
    value: tuple[str, bytes | None],
    details: dict[str, str],
    *,
    ring: KeyRing,
    at: datetime,
) -> str | None:
    """Puts the look on record, then opens the value; None when he has seen as many as he may in an hour."""
    if not reader.may_in(right, area_code):
        raise Refusal("unmask_right_missing")
    field, sealed = value
    if sealed is None:
        raise Refusal("unmask_nothing")
    allowed = _take(reader, at)
    act = "field_unmasked" if allowed else "unmask_refused"
    record(act=act, actor=reader.login, area_code=area_code, at=at, details=details)
    return ring.unseal(field, sealed) if allowed else None


def _within_limit(value: str | None) -> str:
    """Raised only after the transaction that holds the line of the refusal."""
    if value is None:
        raise Refusal("unmask_limit", limit=limits().per_hour)
    return value


def _checked(reader: Reader, right: str, reason: str) -> str:
    """The reason as it is kept: without long numbers, for it may not repeat the value."""
    if not reader.may(right):
        raise Refusal("unmask_right_missing")
    letters = [sign for sign in reason if sign.isalpha()]
    if len(letters) < limits().reason_letters or len(set(letters)) < 3:
        raise Refusal("unmask_reason", least=limits().reason_letters)
    return NUMBER.sub("…", " ".join(reason.split()))[:LONGEST]


def _take(reader: Reader, at: datetime) -> bool:
    """Counts one more look of the account, unless it has had as many as it may in the hour before ``at``."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [reader.user_id])
    mine = Unmasking.objects.filter(user_id=reader.user_id)
    if mine.filter(at__gt=at - HOUR).count() >= limits().per_hour:
        return False
    mine.filter(at__lte=at - KEPT).delete()
    Unmasking.objects.create(user_id=reader.user_id, at=at)
    return True
