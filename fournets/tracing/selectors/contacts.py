"""Contacts as pages show them: a list that goes on, one of them, and the sums of an area."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from fournets.crypto import KeyRing
from fournets.places.scope import code_range
from fournets.tracing.models import Contact

PAGE = 100
ONLY = ("", "unordered", "open", "positive", "over")
SORTS = {"-last": "contact.last_on DESC, contact.id DESC", "last": "contact.last_on, contact.id"}
AFTER = {
    "-last": "(contact.last_on, contact.id) < (SELECT last_on, id FROM tracing_contact WHERE id = %(after)s)",
    "last": "(contact.last_on, contact.id) > (SELECT last_on, id FROM tracing_contact WHERE id = %(after)s)",
}
# How far the observation of a contact is: of his orders the one in force, else the last.
STAGE = """
LEFT JOIN LATERAL (SELECT held.number, held.state, held.from_on, held.until_on FROM isolation_order held
    WHERE held.person_id = contact.person_id AND held.state <> 'withdrawn'
    ORDER BY held.state IN ('home', 'point', 'site', 'hospital') DESC, held.id DESC LIMIT 1) held ON true
"""
# Neither he nor his case was excluded. Needs the case as ``own``; one the reader may not see is taken for one.
IN_QUESTION = "contact.decision <> 'excluded' AND coalesce(own.classification, '') <> 'excluded'"
OF = {
    "": IN_QUESTION,
    "unordered": f"{IN_QUESTION} AND held.state IS NULL",
    "open": f"{IN_QUESTION} AND contact.decision = 'open'",
    "positive": f"{IN_QUESTION} AND contact.lab = 'positive'",
    "over": f"NOT ({IN_QUESTION}) OR held.state = 'released'",
}
LINE = f"""
SELECT contact.id, person.public_id, person.name, contact.area_code, own.number, contact.degree, contact.kind,
    contact.first_on, contact.last_on, contact.lab, contact.decision, coalesce(held.state, ''), held.number, held.until_on
FROM tracing_contact contact JOIN people_person person ON person.id = contact.person_id
LEFT JOIN tracing_case own ON own.id = contact.case_id {STAGE}
"""  # noqa: S608
INSIDE = "contact.area_code >= %(low)s AND contact.area_code < %(high)s"
SUMS = f"""
SELECT contact.degree, contact.kind, coalesce(held.state, ''), contact.lab,
    CASE WHEN {IN_QUESTION} THEN contact.decision ELSE 'excluded' END, count(*)
FROM tracing_contact contact LEFT JOIN tracing_case own ON own.id = contact.case_id {STAGE}
WHERE {INSIDE} GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class ContactLine:
    """One contact of a list; ``case`` None where the case is not of the reader's area; ``stage``: the state of his order."""

    number: int
    person: str
    name: str
    area_code: str
    case: str | None
    degree: str
    kind: str
    first_on: date | None
    last_on: date
    lab: str
    decision: str
    stage: str
    order: str | None
    until_on: date | None


@dataclass(frozen=True, slots=True)
class Contacts:
    """Which contacts a list is of: below an area, of one case or any, and what else is asked of them."""

    area_code: str
    only: str = ""
    case: str = ""
    sort: str = "-last"

    def values(self) -> dict[str, Any]:
        """What the statements are run with."""
        low, high = code_range(self.area_code)
        return {"low": low, "high": high, "case": self.case}


@dataclass(frozen=True, slots=True)
class Sums:
    """How many contacts an area has, and of them by degree, kind, stage of the observation, laboratory state, decision."""

    contacts: int
    by: dict[str, Counter[str]]


GROUPS = ("degree", "kind", "stage", "lab", "decision")


def contacts_of(wish: Contacts, *, after: int | None = None, limit: int) -> list[ContactLine]:
    """The lines of a list behind the contact ``after``."""
    conditions = [INSIDE, f"({OF[wish.only]})"]
    conditions += ["own.number = %(case)s"] if wish.case else []
    conditions += [AFTER[wish.sort]] if after is not None else []
    sql = f"{LINE} WHERE {' AND '.join(conditions)} ORDER BY {SORTS[wish.sort]} LIMIT %(limit)s"
    with connection.cursor() as cursor:
        cursor.execute(sql, {**wish.values(), "after": after, "limit": limit})
        return [ContactLine(*row) for row in cursor.fetchall()]


def contact_line(number: int) -> ContactLine | None:
    """One contact; None where the scope has none of that number."""
    with connection.cursor() as cursor:
        cursor.execute(f"{LINE} WHERE contact.id = %s", [number])
        row = cursor.fetchone()
    return ContactLine(*row) if row else None


def contacts_of_person(public_id: str) -> list[ContactLine]:
    """Whose contact somebody is."""
    with connection.cursor() as cursor:
        cursor.execute(f"{LINE} WHERE person.public_id = %s ORDER BY contact.id DESC LIMIT 20", [public_id])
        return [ContactLine(*row) for row in cursor.fetchall()]


def whole_contact(number: int, *, ring: KeyRing) -> tuple[Contact, str]:
    """A contact and where it was, in words."""
    found = Contact.objects.get(pk=number)
    return found, ring.unseal("place", found.place_sealed) if found.place_sealed else ""


def sums_of(area_code: str) -> Sums:
    """The sums of an area: contacts that were excluded, or whose case was, count as excluded alone."""
    low, high = code_range(area_code)
    by = {name: Counter[str]() for name in GROUPS}
    with connection.cursor() as cursor:
        cursor.execute(SUMS, {"low": low, "high": high})
        for *said, count in cursor.fetchall():
            for name, value in zip(GROUPS, said, strict=True):
                if name == "decision" or said[-1] != "excluded":
                    by[name][value] += count
    return Sums(by["degree"].total(), by)
