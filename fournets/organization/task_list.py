"""The open tasks of an area as a list of the pages shows them, in an order that has an index, page after page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from fournets.organization.selectors import ONLY
from fournets.organization.services import TRANSFER
from fournets.places.scope import code_range

# each has an index; "-" before a word: the other way round
SORTS = {
    "area": "t.area_code, t.id",
    "-area": "t.area_code DESC, t.id DESC",
    "due": "t.due_at, t.id",
    "-due": "t.due_at DESC, t.id DESC",
}
LAST = "(SELECT {columns} FROM organization_task WHERE id = %(after)s)"
AFTER = {
    "area": f"(t.area_code, t.id) > {LAST.format(columns='area_code, id')}",
    "-area": f"(t.area_code, t.id) < {LAST.format(columns='area_code, id')}",
    "due": f"(t.due_at, t.id) > {LAST.format(columns='due_at, id')}",
    "-due": f"(t.due_at, t.id) < {LAST.format(columns='due_at, id')}",
}
PURPOSES = ("visit", "call", "observe", TRANSFER)
# what may have happened to a task since a moment; each has an index
OPENED, OVERDUE, CLOSED = HAPPENED = ("opened", "overdue", "closed")
SINCE = {
    OPENED: "t.closed_at IS NULL AND t.opened_at >= %(since)s",
    OVERDUE: "t.closed_at IS NULL AND t.due_at >= %(since)s AND t.due_at < %(at)s",
    CLOSED: "t.closed_at >= %(since)s",
}
LATE = f"""
SELECT count(*), max(due_at) FROM (SELECT t.due_at FROM organization_task t
    WHERE t.area_code >= %(low)s AND t.area_code < %(high)s AND {SINCE[OVERDUE]} ORDER BY t.due_at DESC LIMIT %(most)s) AS late
"""  # noqa: S608
SOME = """(SELECT count(*) FROM (SELECT FROM organization_task t
    WHERE t.area_code >= %(low)s AND t.area_code < %(high)s AND {since} LIMIT %(most)s) AS counted)"""
LINE = """
SELECT t.id, t.area_code, coalesce(c.worker, ''), t.given, t.purpose, t.opened_on, t.due_at, p.public_id, p.name, t.closed_at
FROM organization_task t
JOIN people_person p ON p.id = t.person_id
LEFT JOIN organization_cover c ON c.id = t.cover_id
"""


@dataclass(frozen=True, slots=True)
class Tasks:
    """Which open tasks a list is of: below an area, and what else is asked of them at the moment ``at``."""

    area_code: str
    at: datetime
    only: str = ""  # one of `ONLY`
    purpose: str = ""  # one of `PURPOSES`
    opened_before: date | None = None
    sort: str = "area"
    happened: str = ""  # one of `HAPPENED`
    since: datetime | None = None  # the moment since when it has


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One open task of a list; ``given``: by hand, to somebody who need not cover the area."""

    number: int
    area_code: str
    worker: str
    given: bool
    purpose: str
    opened_on: date
    due_at: datetime
    person: str
    name: str
    closed_at: datetime | None = None


def tasks_of(wish: Tasks, *, after: int, limit: int) -> list[TaskLine]:
    """The tasks wished for, ``limit`` at most, behind the one of the number ``after`` (0: from the first)."""
    with connection.cursor() as cursor:
        cursor.execute(*_asked(wish, after, limit))
        return [TaskLine(*row) for row in cursor.fetchall()]


def task_numbers(wish: Tasks, *, limit: int) -> list[int]:
    """The numbers of the tasks wished for, ``limit`` at most."""
    sql, given = _asked(wish, 0, limit)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM ({sql}) AS found", given)  # noqa: S608  # nosec B608
        return [row[0] for row in cursor.fetchall()]


def tasks_since(area_code: str, since: datetime, at: datetime, *, most: int) -> tuple[int, ...]:
    """How many tasks below an area were opened (and still are), fell late, and were closed since a moment, each as far as ``most``."""
    low, high = code_range(area_code)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT " + ", ".join(SOME.format(since=SINCE[kind]) for kind in HAPPENED),
            {"low": low, "high": high, "since": since, "at": at, "most": most},
        )
        return tuple(cursor.fetchone())


def tasks_late(area_code: str, *, since: datetime, at: datetime, most: int) -> tuple[int, datetime | None]:
    """How many open tasks below an area fell late since a moment, as far as ``most``, and when the last one did."""
    low, high = code_range(area_code)
    with connection.cursor() as cursor:
        cursor.execute(LATE, {"low": low, "high": high, "since": since, "at": at, "most": most})
        count, last = cursor.fetchone()
        return int(count), last


def open_numbers(numbers: Sequence[int]) -> list[int]:
    """Those among numbers of tasks that are open and in the scope."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM organization_task WHERE id = ANY(%s) AND closed_at IS NULL ORDER BY id",
            [list(numbers)],
        )
        return [row[0] for row in cursor.fetchall()]


def _asked(wish: Tasks, after: int, limit: int) -> tuple[str, dict[str, Any]]:
    low, high = code_range(wish.area_code)
    given: dict[str, Any] = {
        "low": low, "high": high, "at": wish.at, "purpose": wish.purpose, "before": wish.opened_before, "after": after,
        "limit": limit, "since": wish.since,
    }  # fmt: skip
    wanted = [
        SINCE.get(wish.happened, "t.closed_at IS NULL"),
        "t.area_code >= %(low)s AND t.area_code < %(high)s",
    ]
    if wish.only:
        wanted.append(ONLY[wish.only].replace("%s", "%(at)s"))
    if wish.purpose:
        wanted.append("t.purpose = %(purpose)s")
    if wish.opened_before:
        wanted.append("t.opened_on < %(before)s")
    if after:
        wanted.append(AFTER[wish.sort])
    return f"{LINE} WHERE {' AND '.join(wanted)} ORDER BY {SORTS[wish.sort]} LIMIT %(limit)s", given
