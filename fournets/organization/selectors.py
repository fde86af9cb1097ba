"""Who has what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from fournets.places.scope import code_range

SUMMARY = """
SELECT coalesce(c.worker, ''), left(t.area_code, 15), t.purpose, count(*), min(t.due_at), count(*) FILTER (WHERE t.due_at < %s)
FROM organization_task t LEFT JOIN organization_cover c ON c.id = t.cover_id
WHERE t.closed_at IS NULL AND t.area_code >= %s AND t.area_code < %s
GROUP BY 1, 2, 3 ORDER BY 2, 1, 3
"""

LIST = """
SELECT t.id, t.area_code, coalesce(c.worker, ''), t.purpose, t.reason, t.due_at, p.public_id, p.name
FROM organization_task t
JOIN people_person p ON p.id = t.person_id
LEFT JOIN organization_cover c ON c.id = t.cover_id
WHERE t.closed_at IS NULL AND t.area_code >= %s AND t.area_code < %s AND (t.area_code, t.id) > (%s, %s) AND {only}
ORDER BY t.area_code, t.id LIMIT %s
"""
# what a list may be narrowed to; the moment is that of the list
ONLY = {"": "true", "late": "t.due_at < %s", "uncovered": "t.cover_id IS NULL"}

OF_PERSON = """
SELECT t.purpose, coalesce(c.worker, ''), t.due_at, t.reason
FROM organization_task t LEFT JOIN organization_cover c ON c.id = t.cover_id
WHERE t.person_id = %s AND t.closed_at IS NULL ORDER BY t.due_at, t.id
"""


@dataclass(frozen=True, slots=True)
class TaskSum:
    """How many open tasks of a purpose a worker has in a cell; ``worker`` is empty where nobody covers it."""

    worker: str
    area_code: str
    purpose: str
    open: int
    first_due_at: datetime
    late: int


@dataclass(frozen=True, slots=True)
class OpenTask:
    """One open task as its worker's list shows it."""

    id: int
    area_code: str
    worker: str
    purpose: str
    reason: str
    due_at: datetime
    person: str
    name: str


def task_sums(area_code: str, *, at: datetime) -> list[TaskSum]:
    """Open tasks below ``area_code`` by cell, worker and purpose; late ones are due before ``at``."""
    with connection.cursor() as cursor:
        cursor.execute(SUMMARY, [at, *code_range(area_code)])
        return [TaskSum(*row) for row in cursor.fetchall()]


def open_tasks_below(
    area_code: str,
    *,
    after: tuple[str, int] = ("", 0),
    limit: int = 1000,
    only: str = "",
    at: datetime | None = None,
) -> Sequence[OpenTask]:
    """The open tasks below ``area_code`` in the order of their areas, ``limit`` at a time after (area code, task).

    ``only``: those that are ``late`` at a moment, or that nobody covers (``uncovered``).
    """
    moment = [at] if only == "late" else []
    with connection.cursor() as cursor:
        cursor.execute(LIST.format(only=ONLY[only]), [*code_range(area_code), *after, *moment, limit])
        return [OpenTask(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class PersonTask:
    """One open task about a person; ``worker`` is empty where nobody covers the area."""

    purpose: str
    worker: str
    due_at: datetime
    reason: str


def person_tasks(person: int) -> list[PersonTask]:
    """The open tasks about the person of that number, the first due first."""
    with connection.cursor() as cursor:
        cursor.execute(OF_PERSON, [person])
        return [PersonTask(*row) for row in cursor.fetchall()]
