"""Somebody's forgetting asked for on a page, approved by another account, and done once nothing is going on about him."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction

from fournets.audit.services import record
from fournets.crypto import KeyRing
from fournets.keeping.due import free
from fournets.keeping.forget import Forgot, check_free, forget_person, kept_reason
from fournets.keeping.models import Forgetting
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.people.models import Person

ASK, DECIDE = "forgetting.ask", "forgetting.decide"
SEAL = "reason"
OPEN = ("asked", "approved")
# Approved, of somebody who is still there, and nothing is going on about him.
READY = f"""
SELECT row.id FROM keeping_forgetting AS row JOIN people_person AS person ON person.id = row.person_id
WHERE row.state = 'approved' AND {free("row.person_id")} ORDER BY row.id
"""  # noqa: S608


@transaction.atomic
def ask_forgetting(
    reader: Reader, public_id: str, reason: str, *, on: date, at: datetime, ring: KeyRing
) -> Forgetting:
    """Asks for the person with this public id to be forgotten; nothing of him is touched yet.

    A `Refusal` when he is not in the reader's area, while something is going on about him, without a reason, or when it
    is asked for already.
    """
    person = Person.objects.filter(public_id=public_id).select_for_update().first()
    if person is None:
        raise Refusal("forgetting_person")
    _check_right(reader, ASK, person.area_code)
    said = kept_reason(reason)
    check_free(person.pk, person.public_id, on)
    try:
        with transaction.atomic():
            one = Forgetting.objects.create(
                person_id=person.pk,
                area_code=person.area_code,
                reason_sealed=ring.seal(SEAL, said),
                asked_by=reader.login,
                asked_at=at,
            )
    except IntegrityError:
        raise Refusal("forgetting_twice") from None
    _record("forgetting_asked", one, person.public_id, reader, at)
    return one


@transaction.atomic
def decide_forgetting(reader: Reader, number: int, approve: bool, *, at: datetime) -> Forgetting:
    """Approves or refuses what another account has asked for; approved, `forget_approved` does it."""
    one = Forgetting.objects.select_for_update().filter(pk=number, state="asked").first()
    person = Person.objects.filter(pk=one.person_id).first() if one else None
    if one is None or person is None:
        raise Refusal("forgetting_unknown")
    _check_right(reader, DECIDE, one.area_code)
    if reader.login == one.asked_by:
        raise Refusal("forgetting_two_people")
    one.state = "approved" if approve else "refused"
    one.decided_by, one.decided_at = reader.login, at
    one.save(update_fields=["state", "decided_by", "decided_at"])
    _record("forgetting_approved" if approve else "forgetting_refused", one, person.public_id, reader, at)
    return one


def ready_to_forget(on: date) -> list[int]:
    """The numbers of what is approved and can be done on a day."""
    with connection.cursor() as cursor:
        cursor.execute(READY, {"on": on})
        return [number for (number,) in cursor.fetchall()]


def forget_approved(*, on: date, at: datetime, ring: KeyRing) -> Iterator[Forgot]:
    """Forgets everybody it is approved for and about whom nothing is going on, one after the other.

    With the owner's rights, as `forget_person`; whoever approved it is its actor. Interrupted, it is run again.
    """
    for number in ready_to_forget(on):
        one = Forgetting.objects.filter(pk=number).first()
        if one and (done := _forget(one, on, at, ring)):
            yield done


def _forget(one: Forgetting, on: date, at: datetime, ring: KeyRing) -> Forgot | None:
    """None where another process was first, or something has begun about him just now: the next run sees to it."""
    person = Person.objects.filter(pk=one.person_id).first()
    if person is None:
        return None
    with suppress(Refusal):
        return forget_person(
            person.public_id,
            reason=ring.unseal(SEAL, one.reason_sealed),
            on=on,
            at=at,
            actor=one.decided_by,
            asked_by=one.asked_by,
            ring=ring,
        )
    return None


def _check_right(reader: Reader, right: str, area_code: str) -> None:
    if not reader.may_in(right, area_code):
        raise Refusal("forgetting_right")


def _record(act: str, one: Forgetting, public_id: str, reader: Reader, at: datetime) -> None:
    details = {"number": one.pk, "person": public_id}
    record(act=act, actor=reader.login, area_code=one.area_code[:12], at=at, details=details)
