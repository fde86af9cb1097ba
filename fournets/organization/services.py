"""Acts of the organization net: who covers an area, tasks opened for whoever does, tasks closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from django.db import connection, transaction

from fournets.audit.services import record
from fournets.crypto import KeyRing
from fournets.language import Refusal
from fournets.organization.models import Absence, Cover, Task

PHONE = "worker_phone"
TRANSFER = "transfer"  # a task somebody decided on: no assessment asks for it, and none ends it
NO_LONGER_NEEDED = "no_longer_needed"
BY_CALL = "call\\_%"  # reasons the phone desk gives: such a task stays until somebody has been there

# the cover of each area: the deepest area above or at it that somebody covers that day, the lowest rank not absent
COVERED = """
SELECT a.area_code, c.id AS cover_id
FROM (SELECT DISTINCT area_code FROM {wanted}) a
LEFT JOIN LATERAL (
    SELECT c.id FROM organization_cover c
    WHERE c.area_code IN (a.area_code, left(a.area_code, 18), left(a.area_code, 15),
                          left(a.area_code, 12), left(a.area_code, 9))
      AND c.from_on <= %(on)s AND (c.until_on IS NULL OR c.until_on > %(on)s)
      AND NOT EXISTS (SELECT 1 FROM organization_absence b
                      WHERE b.cover_id = c.id AND b.from_on <= %(on)s AND b.until_on > %(on)s)
    ORDER BY length(c.area_code) DESC, c.rank LIMIT 1
) c ON true
"""

OPEN = """
WITH covered AS ({covered})
INSERT INTO organization_task (area_code, person_id, purpose, cover_id, reason, opened_on, due_at, result)
SELECT w.area_code, w.person_id, w.purpose, c.cover_id, w.reason, %(on)s, w.due_at, ''
FROM wanted_task w JOIN covered c USING (area_code)
ON CONFLICT (person_id, purpose) WHERE closed_at IS NULL DO NOTHING
RETURNING cover_id IS NULL
"""

REASSIGN = """
WITH covered AS ({covered})
UPDATE organization_task t SET cover_id = c.cover_id, given = false
FROM covered c WHERE t.closed_at IS NULL AND t.area_code = c.area_code AND t.cover_id IS DISTINCT FROM c.cover_id
    AND NOT (t.given AND EXISTS (SELECT FROM organization_cover held WHERE held.id = t.cover_id
        AND held.from_on <= %(on)s AND (held.until_on IS NULL OR held.until_on > %(on)s)
        AND NOT EXISTS (SELECT FROM organization_absence b
                        WHERE b.cover_id = held.id AND b.from_on <= %(on)s AND b.until_on > %(on)s)))
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A task somebody should have: for whom, where, what for, why, and by when."""

    person_id: int
    area_code: str
    purpose: str
    reason: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """How many tasks were opened, how many of these nobody covers, and how many open ones changed hands."""

    opened: int
    without_cover: int
    reassigned: int


def set_cover(rows: pa.Table, *, ring: KeyRing) -> int:
    """Whoever the rows name covers their area from the rows' day on; a substitute follows in rank. Returns how many.

    ``rows``: area_code, worker_name, worker_phone, substitute_name, seen_on, file_id; of several rows of an area the
    last counts. A cover that is replaced ends that day and comes back when the file is taken back.
    """
    covers = {}
    for row in rows.to_pylist():
        names = (row.get("worker_name"), row.get("substitute_name"))
        phones = (row.get("worker_phone"), None)
        for rank, (name, phone) in enumerate(zip(names, phones, strict=True), 1):
            if name:
                covers[row["area_code"], rank] = _cover(row, rank, name, phone, ring)
    fresh = _unless_in_force(list(covers.values()))
    _end_replaced(fresh)
    Cover.objects.bulk_create(fresh, batch_size=2000)
    return len(fresh)


@transaction.atomic
def withdraw_cover(file_id: int) -> None:
    """Takes back the covers a file set; those it had ended are in force again.

    Open tasks of a cover that is gone stand without one until tasks are opened again.
    """
    Cover.objects.filter(file_id=file_id).delete()
    Cover.objects.filter(ended_by_file_id=file_id).update(until_on=None, ended_by_file_id=None)


@transaction.atomic
def note_absence(cover_id: int, *, from_on: date, until_on: date) -> Absence:
    """The worker of ``cover_id`` is away on these days (until exclusive); raises `Refusal` when there is no such cover."""
    cover = Cover.objects.filter(id=cover_id).first()
    if cover is None:
        raise Refusal("cover_unknown", id=cover_id)
    return Absence.objects.create(area_code=cover.area_code, cover=cover, from_on=from_on, until_on=until_on)


@transaction.atomic
def open_tasks(wanted: Iterable[Wanted], *, on: date, area_code: str, actor: str, at: datetime) -> Opened:
    """Opens a task for each ``wanted`` whose person has none open of that purpose, for whoever covers the area on ``on``.

    Where nobody covers the area the task stands without a cover: a visible gap. Open tasks follow a change of cover.
    """
    uncovered = _open(wanted, on)
    with connection.cursor() as cursor:
        open_ones = "(SELECT area_code FROM organization_task WHERE closed_at IS NULL)"
        cursor.execute(REASSIGN.format(covered=COVERED.format(wanted=f"{open_ones} o")), {"on": on})
        reassigned = cursor.rowcount
    opened = Opened(len(uncovered), sum(uncovered), reassigned)
    _note_opened(opened, area_code, actor, at)
    return opened


@transaction.atomic
def open_task(wanted: Wanted, *, on: date, actor: str, at: datetime) -> int:
    """Opens one task for whoever covers the area on ``on``, and gives its number: also where one of the kind is open already."""
    fresh = _open([wanted], on)
    task = Task.objects.get(person_id=wanted.person_id, purpose=wanted.purpose, closed_at=None)
    if fresh:
        details = {"task": task.pk, "purpose": wanted.purpose}
        record(act="open_task", actor=actor, area_code=wanted.area_code, at=at, details=details)
    return task.pk


@transaction.atomic
def add_tasks(wanted: Iterable[Wanted], *, on: date, area_code: str, actor: str, at: datetime) -> Opened:
    """As `open_tasks`, for a few people: the open tasks of everybody else are not looked at."""
    uncovered = _open(wanted, on)
    opened = Opened(len(uncovered), sum(uncovered), 0)
    _note_opened(opened, area_code, actor, at)
    return opened


@transaction.atomic
def hasten_task(
    person_id: int, purpose: str, *, reason: str, due_at: datetime, actor: str, at: datetime
) -> Task | None:
    """The open task of a purpose gets another reason and is due at ``due_at`` at the latest; gives how it stood."""
    stood = (
        Task.objects.select_for_update().filter(person_id=person_id, purpose=purpose, closed_at=None).first()
    )
    if stood is None:
        return None
    set_task(stood.pk, reason=reason, due_at=min(due_at, stood.due_at), actor=actor, at=at)
    return stood


@transaction.atomic
def set_task(task_id: int, *, reason: str, due_at: datetime, actor: str, at: datetime) -> None:
    """An open task's reason and deadline, set anew or put back; one that is closed is left alone."""
    task = Task.objects.select_for_update().filter(pk=task_id, closed_at=None).first()
    if task is None:
        return
    task.reason, task.due_at = reason, due_at
    task.save(update_fields=["reason", "due_at"])
    record(
        act="task_set",
        actor=actor,
        area_code=task.area_code,
        at=at,
        details={"task": task_id, "reason": reason},
    )


@transaction.atomic
def end_tasks(
    people: Sequence[int], purpose: str, *, result: str, area_code: str, actor: str, at: datetime
) -> int:
    """Closes the open tasks of a purpose of many people in one statement; gives how many."""
    ended = Task.objects.filter(person_id__in=people, purpose=purpose, closed_at=None).update(
        closed_at=at, result=result
    )
    if ended:
        details = {"tasks": ended, "result": result}
        record(act="close_tasks", actor=actor, area_code=area_code, at=at, details=details)
    return ended


def _open(wanted: Iterable[Wanted], on: date) -> list[bool]:
    """Of each task that was opened, whether nobody covers its area."""
    _copy_wanted(wanted)
    with connection.cursor() as cursor:
        cursor.execute(OPEN.format(covered=COVERED.format(wanted="wanted_task")), {"on": on})
        return [row[0] for row in cursor.fetchall()]


def _note_opened(opened: Opened, area_code: str, actor: str, at: datetime) -> None:
    details = {
        "opened": opened.opened,
        "without_cover": opened.without_cover,
        "reassigned": opened.reassigned,
    }
    record(act="open_tasks", actor=actor, area_code=area_code, at=at, details=details)


@transaction.atomic
def close_task(
    task_id: int, *, result: str, actor: str, at: datetime, closed_at: datetime | None = None
) -> Task:
    """Closes a task with what came of it, now or as of ``closed_at``; a `Refusal` when it is closed already or unknown."""
    task = Task.objects.select_for_update().filter(id=task_id, closed_at=None).first()
    if task is None:
        raise Refusal("task_not_open", id=task_id)
    task.closed_at, task.result = closed_at or at, result
    task.save(update_fields=["closed_at", "result"])
    record(act="close_task", actor=actor, area_code=task.area_code, at=at, details={"task": task_id})
    return task


def withdraw_task(task_id: int, *, at: datetime) -> None:
    """Closes a task that should not have been opened, in the transaction of the act that takes the opening back."""
    Task.objects.filter(pk=task_id, closed_at=None).update(closed_at=at, result=NO_LONGER_NEEDED)


@transaction.atomic
def answer_task(
    task_id: int,
    *,
    stood: tuple[str, datetime] | None,
    ends: tuple[str, datetime] | None,
    actor: str,
    at: datetime,
) -> bool:
    """Has a task end as what was found at a door says; whether that changed anything.

    ``ends``: what came of it and when, None: it is open again. ``stood``: as an earlier answer from a door had closed it,
    None: it was open; closed otherwise it stays as it is. Nothing is answered before it was asked: it closes when it was
    opened at the earliest.
    """
    task = Task.objects.select_for_update().filter(id=task_id).first()
    if task is None:
        return False
    if (task.closed_at, task.result) not in (_closing(task, stood), stood[::-1] if stood else (None, "")):
        return False
    if (
        ends is None
        and Task.objects.filter(person_id=task.person_id, purpose=task.purpose, closed_at=None).exists()
    ):
        return False  # another is open meanwhile
    if stood is None and ends is not None:
        close_task(task_id, result=ends[0], actor=actor, at=at, closed_at=_closing(task, ends)[0])
        return True
    task.closed_at, task.result = _closing(task, ends)
    task.save(update_fields=["closed_at", "result"])
    details = {"task": task_id, "result": task.result}
    record(act="task_answered_otherwise", actor=actor, area_code=task.area_code, at=at, details=details)
    return True


def _closing(task: Task, ends: tuple[str, datetime] | None) -> tuple[datetime | None, str]:
    if ends is None:
        return None, ""
    result, happened_at = ends
    return max(happened_at, task.opened_at or happened_at), result


def _copy_wanted(wanted: Iterable[Wanted]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE IF NOT EXISTS wanted_task (person_id bigint, area_code text, purpose text,"
            " reason text, due_at timestamptz) ON COMMIT DROP; TRUNCATE wanted_task"
        )
        with cursor.copy("COPY wanted_task FROM STDIN") as copy:
            for one in wanted:
                copy.write_row((one.person_id, one.area_code, one.purpose, one.reason, one.due_at))
        cursor.execute("ANALYZE wanted_task")


def _cover(row: dict[str, Any], rank: int, name: str, phone: str | None, ring: KeyRing) -> Cover:
    return Cover(
        area_code=row["area_code"],
        worker=name,
        phone_sealed=ring.seal(PHONE, phone) if phone else None,
        rank=rank,
        from_on=row["seen_on"],
        file_id=row["file_id"],
    )


def _unless_in_force(covers: list[Cover]) -> list[Cover]:
    areas = {cover.area_code for cover in covers}
    standing = set(
        Cover.objects.filter(area_code__in=areas, until_on=None).values_list("area_code", "rank", "worker")
    )
    return [one for one in covers if (one.area_code, one.rank, one.worker) not in standing]


def _end_replaced(fresh: list[Cover]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE organization_cover c SET until_on = n.from_on, ended_by_file_id = n.file_id"
            " FROM unnest(%s::text[], %s::int[], %s::date[], %s::bigint[]) AS n(area_code, rank, from_on, file_id)"
            " WHERE c.area_code = n.area_code AND c.rank = n.rank AND c.until_on IS NULL",
            [
                [one.area_code for one in fresh],
                [one.rank for one in fresh],
                [one.from_on for one in fresh],
                [one.file_id for one in fresh],
            ],
        )
