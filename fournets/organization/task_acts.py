"""What is done with many tasks at once: given to another cover, or closed with the same result; and undone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from fournets.audit.services import record
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.organization.models import Cover, TaskAct
from fournets.places.scope import code_range

GIVE, CLOSE = "tasks.give", "tasks.close"
RESULTS = ("done", "moved_away", "wrong_details")  # what may have come of a task that is closed by hand
BEFORE = """
WITH before AS (
    SELECT id, cover_id, given FROM organization_task
    WHERE id = ANY(%(tasks)s) AND closed_at IS NULL AND area_code >= %(low)s AND area_code < %(high)s
    ORDER BY id FOR UPDATE
), changed AS (UPDATE organization_task task SET {change} FROM before WHERE task.id = before.id)
INSERT INTO organization_taskact (area_code, kind, tasks, covers, given, cover_id, result, actor, at)
SELECT %(area)s, %(kind)s, array_agg(id ORDER BY id), array_agg(cover_id ORDER BY id), array_agg(given ORDER BY id),
    %(cover)s, %(result)s, %(actor)s, %(at)s FROM before HAVING count(*) > 0 RETURNING id
"""
CHANGE = {
    GIVE: "cover_id = %(cover)s, given = true",
    CLOSE: "closed_at = %(at)s, result = %(result)s",
}
# Only what still stands as the act left it goes back; a cover that was withdrawn meanwhile does not come again.
BACK = {
    GIVE: """
UPDATE organization_task task SET given = was.given, cover_id = (SELECT id FROM organization_cover WHERE id = was.cover)
FROM unnest(%(tasks)s::bigint[], %(covers)s::bigint[], %(given)s::boolean[]) AS was (id, cover, given)
WHERE task.id = was.id AND task.closed_at IS NULL AND task.given AND task.cover_id = %(cover)s
""",
    CLOSE: """
UPDATE organization_task task SET closed_at = NULL, result = ''
WHERE task.id = ANY(%(tasks)s) AND task.closed_at = %(at)s AND task.result = %(result)s AND NOT EXISTS (
    SELECT FROM organization_task other WHERE other.person_id = task.person_id AND other.purpose = task.purpose
    AND other.closed_at IS NULL)
""",
}


@transaction.atomic
def give_tasks(tasks: Sequence[int], cover_id: int, *, reader: Reader, on: date, at: datetime) -> TaskAct:
    """Gives open tasks of the reader's area to a cover in force on ``on``, which keeps them while it stands.

    A `Refusal` when he may not, when there is no such cover, or when none of the tasks is open any more.
    """
    _check_may(GIVE, reader)
    cover = next((one for one in covers_in_force(reader.area_code, on=on) if one.pk == cover_id), None)
    if cover is None:
        raise Refusal("cover_unknown", id=cover_id)
    return _do(GIVE, tasks, reader, at, cover=cover.pk)


@transaction.atomic
def close_tasks(tasks: Sequence[int], result: str, *, reader: Reader, at: datetime) -> TaskAct:
    """Closes open tasks of the reader's area with one of `RESULTS`, as `close_task` does with one.

    A `Refusal` when he may not, when that is no result, or when none of the tasks is open any more.
    """
    _check_may(CLOSE, reader)
    if result not in RESULTS:
        raise Refusal("task_result_unknown")
    return _do(CLOSE, tasks, reader, at, result=result)


@transaction.atomic
def undo_task_act(number: int, *, reader: Reader, at: datetime) -> int:
    """Takes back what the reader did with many tasks; gives of how many. A `Refusal` for another's act, or twice."""
    act = TaskAct.objects.select_for_update().filter(pk=number, actor=reader.login, undone_at=None).first()
    if act is None:
        raise Refusal("task_act_unknown")
    _check_may(act.kind, reader)
    values: dict[str, Any] = {
        "tasks": act.tasks,
        "covers": act.covers,
        "given": act.given,
        "cover": act.cover_id,
        "result": act.result,
        "at": act.at,
    }
    with connection.cursor() as cursor:
        cursor.execute(BACK[act.kind], values)
        back = int(cursor.rowcount)
    act.undone_at = at
    act.save(update_fields=["undone_at"])
    _note("undo_give_tasks" if act.kind == GIVE else "undo_close_tasks", act, at, tasks=back)
    return back


def task_act(number: int, reader: Reader) -> TaskAct | None:
    """An act of the reader's own that can still be undone."""
    return TaskAct.objects.filter(pk=number, actor=reader.login, undone_at=None).first()


def covers_in_force(area_code: str, *, on: date) -> list[Cover]:
    """Who covers what below an area on a day, in the order of the areas."""
    low, high = code_range(area_code)
    found = Cover.objects.filter(area_code__gte=low, area_code__lt=high, from_on__lte=on)
    return list(found.exclude(until_on__lte=on).order_by("area_code", "rank", "id"))


def _check_may(right: str, reader: Reader) -> None:
    if not reader.may_in(right, reader.area_code):
        raise Refusal("tasks_not_yours")


def _do(
    kind: str, tasks: Sequence[int], reader: Reader, at: datetime, *, cover: int | None = None, result: str = ""
) -> TaskAct:  # fmt: skip
    low, high = code_range(reader.area_code)
    values: dict[str, Any] = {
        "tasks": list(tasks), "low": low, "high": high, "area": reader.area_code, "kind": kind, "cover": cover,
        "result": result, "actor": reader.login, "at": at,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(BEFORE.format(change=CHANGE[kind]), values)
        made = cursor.fetchone()
    if made is None:
        raise Refusal("tasks_none_open")
    act = TaskAct.objects.get(pk=made[0])
    _note("give_tasks" if kind == GIVE else "close_tasks", act, at, tasks=len(act.tasks))
    return act


def _note(act: str, done: TaskAct, at: datetime, *, tasks: int) -> None:
    details: dict[str, Any] = {"number": done.pk, "tasks": tasks}
    details |= {"result": done.result} if done.result else {"cover": done.cover_id}
    record(act=act, actor=done.actor, area_code=done.area_code, at=at, details=details)
