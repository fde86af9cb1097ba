"""What is handed over: cases, contacts, and the people they are, in whole sets; each person under his row code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from fournets.crypto import KeyRing
from fournets.places.scope import code_range
from fournets.reporting.exports.keys import MarkKey, written_code
from fournets.reporting.exports.make import PERSON_ID
from fournets.reporting.exports.narrow import Narrow
from fournets.reporting.exports.selectors import bindings
from fournets.reporting.forms.meaning import PERSON
from fournets.reporting.forms.selectors import people_rows
from fournets.reporting.forms.settled import LeftOut
from fournets.reporting.forms.values import FilledRows, answers_for
from fournets.reporting.models import Export
from fournets.tracing.selectors.contacts import IN_QUESTION, STAGE

# What is told of a person; a day of birth only to whoever has the right for it.
COLUMNS = ("name", "sex", "birth_on", "id_number", "phone", "address", "community")
CASES = """
SELECT own.person_id, own.number, own.classification, own.onset_on, own.reported_on, own.lab, own.lab_on
FROM tracing_case own WHERE own.person_id = ANY(%(people)s) AND own.area_code >= %(low)s AND own.area_code < %(high)s
    AND own.classification <> 'excluded' ORDER BY own.id
"""
CONTACTS = f"""
SELECT contact.person_id, coalesce(own.number, ''), own.person_id, contact.degree, contact.kind, contact.first_on, contact.last_on,
    contact.place_sealed, contact.source, contact.lab, contact.lab_on, contact.decision, coalesce(held.state, ''), held.from_on,
    held.until_on
FROM tracing_contact contact LEFT JOIN tracing_case own ON own.id = contact.case_id {STAGE}
WHERE contact.person_id = ANY(%(people)s) AND contact.area_code >= %(low)s AND contact.area_code < %(high)s
    AND {IN_QUESTION} ORDER BY contact.case_id, contact.id
"""  # noqa: S608
PEOPLE = f"""
SELECT person_id FROM tracing_case WHERE classification <> 'excluded' AND area_code >= %(low)s AND area_code < %(high)s
    AND (%(case)s = '' OR number = %(case)s)
UNION SELECT contact.person_id FROM tracing_contact contact LEFT JOIN tracing_case own ON own.id = contact.case_id
WHERE {IN_QUESTION} AND contact.area_code >= %(low)s AND contact.area_code < %(high)s
    AND (%(case)s = '' OR own.number = %(case)s)
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Someone:
    """A person of a handover: his row code, and his values by field; what may not be told or is not known is absent."""

    code: str
    number: int
    values: Mapping[str, Any]

    def text(self, field: str) -> str:
        """A value as text, empty where there is none."""
        value = self.values.get(field)
        return "" if value is None or isinstance(value, LeftOut) else str(value).split("|")[0]

    @property
    def born(self) -> date | None:
        """His day of birth."""
        value = self.values.get("birth_on")
        if isinstance(value, date):
            return value
        return date.fromisoformat(value[:10]) if isinstance(value, str) and value else None


@dataclass(frozen=True, slots=True)
class HandedCase:
    """A case."""

    someone: Someone
    number: str
    classification: str
    onset_on: date | None
    reported_on: date
    lab: str
    lab_on: date | None


@dataclass(frozen=True, slots=True)
class HandedContact:
    """A contact; ``case``: the number of the case, ``of``: the case's person, both absent where the area has not got it."""

    someone: Someone
    case: str
    of: Someone | None
    degree: str
    kind: str
    first_on: date | None
    last_on: date
    place: str
    source: str
    lab: str
    lab_on: date | None
    decision: str
    stage: str
    from_on: date | None
    until_on: date | None


@dataclass(frozen=True, slots=True)
class Handover:
    """All of one handover. ``whole``: numbers stand in it as they are; else formats for machines leave them out."""

    serial: str
    at: datetime
    recipient: str
    whole: bool
    people: Sequence[Someone]
    cases: Sequence[HandedCase]
    contacts: Sequence[HandedContact]


def people_to_hand(area: str, case: str = "") -> list[int]:
    """The numbers of the cases and contacts of an area, or of one case and its contacts there."""
    low, high = code_range(area)
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE, {"low": low, "high": high, "case": case})
        return [row[0] for row in cursor.fetchall()]


def handover_of(export: Export, ring: KeyRing, *, at: datetime) -> Handover:
    """What an export hands over: of the people chosen when it was asked for, those who are still cases or contacts."""
    chosen = list(export.chosen or ())
    known = {one.number: one for one in _people(export, chosen, ring)}
    low, high = code_range(export.area_code)
    with connection.cursor() as cursor:
        cursor.execute(CASES, {"people": chosen, "low": low, "high": high})
        cases = [HandedCase(known[row[0]], *row[1:]) for row in cursor.fetchall() if row[0] in known]
        cursor.execute(CONTACTS, {"people": chosen, "low": low, "high": high})
        rows = [row for row in cursor.fetchall() if row[0] in known]
    places = ring.unseal_many("place", [row[7] for row in rows])
    contacts = [
        HandedContact(*(known[row[0]], row[1], known.get(row[2]), *row[3:7], place or "", *row[8:]))
        for row, place in zip(rows, places, strict=True)
    ]
    among = {one.someone.number for one in cases} | {one.someone.number for one in contacts}
    people = [one for one in known.values() if one.number in among]
    return Handover(export.serial, at, export.recipient, export.unmasked, people, cases, contacts)


def _people(export: Export, chosen: Sequence[int], ring: KeyRing) -> list[Someone]:
    narrow = Narrow(chosen=chosen)
    values = bindings(export.area_code, export.on) | narrow.values()
    rows = people_rows("resident", values, narrow=narrow.condition())
    answers = answers_for(PERSON, [*export.columns, PERSON_ID], values, ring)
    key = MarkKey(ring)
    return [
        Someone(written_code(key.code(export.serial, row[PERSON_ID])), row[PERSON_ID], row)
        for row in FilledRows(PERSON, rows, answers)
    ]
