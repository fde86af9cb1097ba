"""People as a list shows them: each with the decision in force; page after page without counting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from fournets.places.scope import code_range

PAGE = 50
# each has an index; "-" before a word: the other way round
SORTS = {
    "area": "p.area_code, p.id",
    "-area": "p.area_code DESC, p.id DESC",
    "name": "p.name, p.id",
    "-name": "p.name DESC, p.id DESC",
    "newest": "p.id DESC",
}
# behind the person a page ended with, whom the address names by his public id alone
LAST = "(SELECT {columns} FROM people_person WHERE public_id = %(after)s)"
AFTER = {
    "area": f"(p.area_code, p.id) > {LAST.format(columns='area_code, id')}",
    "-area": f"(p.area_code, p.id) < {LAST.format(columns='area_code, id')}",
    "name": f"(p.name, p.id) > {LAST.format(columns='name, id')}",
    "-name": f"(p.name, p.id) < {LAST.format(columns='name, id')}",
    "newest": f"p.id < {LAST.format(columns='id')}",
}
LINE = """
SELECT p.id, p.public_id, p.name, p.sex, p.birth_on, coalesce(p.values ->> 'age', ''), p.id_number_sealed, p.phone_sealed,
    p.area_code, p.seen_on, coalesce(d.risk_class, ''), coalesce(d.action, ''), d.until_on,
    coalesce(p.values ->> 'residence_type', ''), coalesce(p.values ->> 'from_place', ''),
    coalesce(p.values ->> 'returned_on', ''), coalesce(p.values ->> 'employer', '')
FROM people_person p LEFT JOIN screening_assessment a ON a.person_id = p.id AND a.superseded_on IS NULL
LEFT JOIN screening_decision d ON d.id = a.decision_id
"""
NAMED = LINE + "WHERE p.id = ANY(%s) ORDER BY array_position(%s::bigint[], p.id)"
WORKS_AT = """SELECT w.person_id FROM people_employment w JOIN places_enterprise e ON e.id = w.enterprise_id
    WHERE e.public_id = %(enterprise)s"""
NOT_ASSESSED = "not_assessed"
CHANGED = """
FROM screening_assessment c WHERE c.was <> '' AND c.at >= %(changed)s AND c.superseded_on IS NULL
"""
CHANGES = f"""
SELECT count(*) FROM (SELECT {CHANGED} AND c.area_code >= %(low)s AND c.area_code < %(high)s LIMIT %(most)s) AS counted
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person of a list; numbers are sealed. ``risk_class`` is empty where nobody has assessed him."""

    number: int
    public_id: str
    name: str
    sex: str
    birth_on: date | None
    age_written: str
    id_number_sealed: bytes | None
    phone_sealed: bytes | None
    area_code: str
    seen_on: date
    risk_class: str
    action: str
    until_on: date | None
    residence_type: str
    from_place: str
    returned_on: str
    employer: str

    def age(self, on: date) -> str:
        """Whole years on a day; as a list wrote it where the day of birth is not known."""
        return age_on(self.birth_on, on) or self.age_written


def age_on(birth_on: date | None, on: date) -> str:
    """Whole years on a day; empty where the day of birth is not known."""
    if birth_on is None:
        return ""
    return str(on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day)))


@dataclass(frozen=True, slots=True)
class People:
    """Which people a list is of: below an area, and what else is asked of them."""

    area_code: str
    risk_class: str = ""  # or `NOT_ASSESSED`
    seen_since: date | None = None
    no_phone: bool = False
    enterprise: str = ""  # the public id of the one they work for
    changed_since: datetime | None = None  # their class became another one
    sort: str = "area"


def people_named(numbers: Sequence[int]) -> list[PersonLine]:
    """The people of these numbers, in their order."""
    with connection.cursor() as cursor:
        cursor.execute(NAMED, [list(numbers), list(numbers)])
        return [PersonLine(*row) for row in cursor.fetchall()]


def people_of(wish: People, *, after: str = "", limit: int = PAGE + 1) -> list[PersonLine]:
    """The people wished for, ``limit`` at most, behind the one with the public id ``after``."""
    with connection.cursor() as cursor:
        cursor.execute(*_asked(wish, after, limit))
        return [PersonLine(*row) for row in cursor.fetchall()]


def numbers_of(wish: People, *, limit: int) -> list[int]:
    """The numbers of the people wished for, ``limit`` at most."""
    sql, given = _asked(wish, "", limit)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM ({sql}) AS found", given)  # noqa: S608  # nosec B608
        return [row[0] for row in cursor.fetchall()]


def changes_since(area_code: str, since: datetime, *, most: int) -> int:
    """Of how many people below an area the class became another one since a moment, counted as far as ``most``."""
    low, high = code_range(area_code)
    with connection.cursor() as cursor:
        cursor.execute(CHANGES, {"changed": since, "low": low, "high": high, "most": most})
        return int(cursor.fetchone()[0])


def numbers_named(public_ids: Sequence[str]) -> list[int]:
    """The numbers of the people of these public ids, as far as they are in the scope."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM people_person WHERE public_id = ANY(%s) ORDER BY id", [list(public_ids)]
        )
        return [row[0] for row in cursor.fetchall()]


def _asked(wish: People, after: str, limit: int) -> tuple[str, dict[str, Any]]:
    low, high = code_range(wish.area_code)
    given: dict[str, Any] = {"low": low, "high": high, "after": after, "class": wish.risk_class, "since": wish.seen_since, "enterprise": wish.enterprise, "changed": wish.changed_since, "limit": limit}  # fmt: skip
    wanted = ["p.area_code >= %(low)s AND p.area_code < %(high)s"]
    if wish.risk_class:
        wanted.append("d.id IS NULL" if wish.risk_class == NOT_ASSESSED else "d.risk_class = %(class)s")
    if wish.seen_since:
        wanted.append("p.seen_on >= %(since)s")
    if wish.no_phone:
        wanted.append("p.phone_sealed IS NULL")
    if wish.enterprise:
        wanted.append(f"p.id IN ({WORKS_AT})")
    if wish.changed_since:
        wanted.append(f"p.id IN (SELECT c.person_id {CHANGED})")
    if after:
        wanted.append(AFTER[wish.sort])
    return f"{LINE} WHERE {' AND '.join(wanted)} ORDER BY {SORTS[wish.sort]} LIMIT %(limit)s", given
