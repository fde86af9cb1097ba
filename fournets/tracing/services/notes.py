"""Cases and contacts: noted one by one or from a list that was taken in, changed, taken back."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from fournets.audit.services import record
from fournets.crypto import KeyRing
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.people.models import Person
from fournets.people.services.merge import person_named
from fournets.places.scope import code_range
from fournets.tracing.models import AnswerLine, Case, Contact
from fournets.tracing.rules import CASE_CLASSES, DEGREES, KINDS, LABS, NO_CONTACT, OPEN, SOURCES, TO_CASE

NOTE = "contacts.note"
PLACE = "place"  # what is sealed, and for what
LONGEST = 100  # characters of a place
# Everybody a file's rows were filed with, who is not the case himself and not among its contacts yet.
OF_LIST = """
INSERT INTO tracing_contact (case_id, person_id, origin_id, area_code, degree, kind, first_on, last_on, place_sealed, source,
    lab, decision, noted_by, noted_at)
SELECT DISTINCT ON (person.id) %(case)s, person.id, person.id, person.area_code, %(degree)s, %(kind)s, %(first_on)s, %(last_on)s,
    %(place)s, 'list', 'none', 'open', %(by)s, %(at)s
FROM people_fact fact JOIN people_person person ON person.id = fact.person_id
WHERE fact.file_id = %(file)s AND person.id <> %(person)s AND person.area_code >= %(low)s AND person.area_code < %(high)s
ON CONFLICT DO NOTHING
"""
# Whoever was excluded, and by the list met the case after that, is to be decided on again.
AGAIN = """
UPDATE tracing_contact SET last_on = %(last_on)s, decision = 'open', decided_on = NULL
WHERE case_id = %(case)s AND decision = 'excluded' AND last_on < %(last_on)s AND area_code >= %(low)s AND area_code < %(high)s
    AND person_id IN (SELECT person_id FROM people_fact WHERE file_id = %(file)s)
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """How somebody was in contact with a case, as it is noted; ``place`` in words, empty where nobody knows."""

    degree: str
    kind: str
    last_on: date
    first_on: date | None = None
    place: str = ""
    source: str = "survey"


@transaction.atomic
def note_case(
    reader: Reader,
    person: str,
    classification: str,
    *,
    onset_on: date | None,
    reported_on: date,
    lab: str = "none",
    on: date,
    at: datetime,
) -> Case:
    """Notes the person of this public id as a case; a `Refusal` where he is one already, or a day has not come."""
    found = person_named(person)
    _check_right(reader, found.area_code)
    if classification not in CASE_CLASSES or lab not in LABS:
        raise Refusal("tracing_unknown")
    _check_days(on, onset_on, reported_on)
    case = Case(
        number=_number(), person_id=found.pk, origin_id=found.pk, area_code=found.area_code, classification=classification,
        onset_on=onset_on, reported_on=reported_on, lab=lab, lab_on=None if lab == "none" else reported_on,
        noted_by=reader.login, noted_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError:
        raise Refusal("tracing_case_twice", name=found.name) from None
    _record("case_noted", reader, found.area_code, at, case=case.number, state=classification)
    return case


@transaction.atomic
def change_case(
    reader: Reader, number: str, *, classification: str, lab: str, on: date, at: datetime
) -> Case:
    """Gives a case another class or laboratory state; excluded, nobody is a contact of it any more."""
    case = _case(reader, number)
    if classification not in CASE_CLASSES or lab not in LABS:
        raise Refusal("tracing_unknown")
    if lab != case.lab:
        case.lab, case.lab_on = lab, None if lab == "none" else on
    case.classification = classification
    try:
        with transaction.atomic():
            case.save(update_fields=["classification", "lab", "lab_on"])
    except IntegrityError:
        raise Refusal("tracing_case_again") from None
    _record("case_changed", reader, case.area_code, at, case=number, state=classification)
    return case


@transaction.atomic
def note_contact(
    reader: Reader, person: str, number: str, seen: Seen, *, on: date, at: datetime, ring: KeyRing
) -> Contact:
    """Notes the person of this public id as a contact of the case of that number.

    Noted again, what is said last counts; whoever was excluded, or met the case later than the centre knew, is to be
    decided on again. A `Refusal` for the case himself, and for days that cannot be.
    """
    found, case = person_named(person), _case_of(number)
    _check_right(reader, found.area_code)
    check_seen(seen, on)
    if found.pk == case.person_id:
        raise Refusal("tracing_himself")
    said: dict[str, Any] = {
        "degree": seen.degree,
        "kind": seen.kind,
        "first_on": seen.first_on,
        "last_on": seen.last_on,
        "place_sealed": place_sealed(seen, ring),
        "source": seen.source,
        "noted_by": reader.login,
        "noted_at": at,
    }
    new = {**said, "origin_id": found.pk, "area_code": found.area_code}
    known = Contact.objects.select_for_update().filter(case=case, person_id=found.pk).first()
    if known and (
        known.decision == NO_CONTACT or (known.decision != TO_CASE and seen.last_on > known.last_on)
    ):
        said |= {"decision": OPEN, "decided_on": None}
    contact, _ = Contact.objects.update_or_create(
        case=case, person_id=found.pk, defaults=said, create_defaults=new
    )
    _record("contact_noted", reader, found.area_code, at, case=number, contact=contact.pk, degree=seen.degree)
    return contact


@transaction.atomic
def note_list(
    reader: Reader, number: str, file: int, seen: Seen, *, on: date, at: datetime, ring: KeyRing
) -> int:
    """Notes everybody on a list that was taken in, of the reader's area, as contacts of a case; gives how many are new.

    Whoever is its contact already stays as he was noted, unless he was excluded and has met the case later.
    """
    case = _case_of(number)
    _check_right(reader, reader.area_code)
    check_seen(seen, on)
    low, high = code_range(reader.area_code)
    given: dict[str, Any] = {
        "case": case.pk, "person": case.person_id, "file": file, "degree": seen.degree, "kind": seen.kind,
        "first_on": seen.first_on, "last_on": seen.last_on, "place": place_sealed(seen, ring), "by": reader.login, "at": at,
        "low": low, "high": high,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(AGAIN, given)
        count: int = cursor.rowcount
        cursor.execute(OF_LIST, given)
        count += cursor.rowcount
    if not count:
        raise Refusal("tracing_list_nobody")
    _record("contacts_of_list", reader, reader.area_code, at, case=number, file=file, people=count)
    return count


@transaction.atomic
def set_lab(reader: Reader, contact: int, lab: str, *, tested_on: date, on: date, at: datetime) -> Contact:
    """Notes how the test of a contact stands, and since which day."""
    found = _contact(reader, contact)
    if lab not in LABS:
        raise Refusal("tracing_unknown")
    _check_days(on, tested_on)
    found.lab, found.lab_on = lab, None if lab == "none" else tested_on
    found.save(update_fields=["lab", "lab_on"])
    _record("contact_tested", reader, found.area_code, at, contact=found.pk, state=lab)
    return found


@transaction.atomic
def drop_contact(reader: Reader, contact: int, *, at: datetime) -> None:
    """Takes back a contact that was noted by mistake; one the centre has answered about stays."""
    found = _contact(reader, contact)
    if found.decision != "open" or AnswerLine.objects.filter(contact=found, answer__state="looked").exists():
        raise Refusal("tracing_answered")
    number = found.pk
    found.delete()
    _record("contact_dropped", reader, found.area_code, at, contact=number)


def check_seen(seen: Seen, on: date) -> None:
    """A `Refusal` where what is said of a contact cannot be."""
    if seen.degree not in DEGREES or seen.kind not in KINDS or seen.source not in SOURCES:
        raise Refusal("tracing_unknown")
    if len(seen.place) > LONGEST:
        raise Refusal("tracing_place_long", most=LONGEST)
    _check_days(on, seen.first_on, seen.last_on)
    if seen.first_on is not None and seen.first_on > seen.last_on:
        raise Refusal("tracing_order_of_days")


def place_sealed(seen: Seen, ring: KeyRing) -> bytes | None:
    """The place of a contact as it is kept."""
    place = " ".join(seen.place.split())
    return ring.seal(PLACE, place) if place else None


def new_case(reader: Reader, person: Person, *, on: date, at: datetime) -> Case:
    """A confirmed case of somebody of whom an answer says so."""
    return note_case(
        reader, person.public_id, "confirmed", onset_on=None, reported_on=on, lab="positive", on=on, at=at
    )


def _case(reader: Reader, number: str) -> Case:
    found = Case.objects.select_for_update().filter(number=number).first()
    if found is None:
        raise Refusal("tracing_case_unknown")
    _check_right(reader, found.area_code)
    return found


def _case_of(number: str) -> Case:
    found = Case.objects.filter(number=number).first()
    if found is None:
        raise Refusal("tracing_case_unknown")
    if found.classification == "excluded":
        raise Refusal("tracing_case_excluded")
    return found


def _contact(reader: Reader, number: int) -> Contact:
    found = Contact.objects.select_for_update().filter(pk=number).first()
    if found is None:
        raise Refusal("tracing_contact_unknown")
    _check_right(reader, found.area_code)
    return found


def _check_right(reader: Reader, area_code: str) -> None:
    if not reader.may_in(NOTE, area_code):
        raise Refusal("tracing_right")


def _check_days(on: date, *days: date | None) -> None:
    late = [one for one in days if one is not None and one > on]
    if late:
        raise Refusal("tracing_future", day=max(late))


def _number() -> str:
    """A number nobody can guess, and few letters to read out."""
    return "C" + base64.b32encode(secrets.token_bytes(5)).decode()


def _record(act: str, reader: Reader, area_code: str, at: datetime, **details: object) -> None:
    record(act=act, actor=reader.login, area_code=area_code, at=at, details=details)
