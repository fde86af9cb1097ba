"""What follows from a record that counts: a visit, and tasks that are done; the same whatever came first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
from django.db import connection
from django.utils import timezone

from fournets.fieldwork.models import NEWCOMER
from fournets.fieldwork.rules.moments import RESULTS, VISITS, Ending, last_of
from fournets.fieldwork.rules.record import Record
from fournets.organization.services import answer_task
from fournets.screening.services import record_visits, withdraw_phone_visits

TASKS = """
SELECT t.id, p.area_code, p.id FROM organization_task t JOIN people_person p ON p.id = t.person_id WHERE t.id = ANY(%s)
"""
PEOPLE = "SELECT public_id, area_code, id FROM people_person WHERE public_id = ANY(%s)"
NOTE = """
INSERT INTO fieldwork_fieldvisited (record_id, area_code, person_id, task_id)
SELECT %s, area, person, task FROM unnest(%s::text[], %s::bigint[], %s::bigint[]) AS whom (area, person, task)
WHERE NOT EXISTS (SELECT FROM fieldwork_fieldvisited known WHERE known.record_id = %s AND known.person_id = person
    AND known.task_id IS NOT DISTINCT FROM task)
"""
ENDINGS = """
SELECT v.task_id, r.id, r.record_id::text, r.outcome, r.happened_at
FROM fieldwork_fieldvisited v JOIN fieldwork_fieldrecord r ON r.id = v.record_id
WHERE v.task_id = ANY(%s) AND r.counts AND r.outcome = ANY(%s)
"""
# A task stays locked while what ends it is worked out: of two records at once the second sees the first.
LOCK = "SELECT id FROM organization_task WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"

Whom = tuple[str, int, int | None]  # area, person and task


@dataclass(frozen=True, slots=True)
class Targets:
    """The tasks and people records name, as far as they are within the scope: area and number of each."""

    tasks: dict[int, tuple[str, int]]
    people: dict[str, tuple[str, int]]

    def has(self, said: Record) -> bool:
        """Whether everybody a record names is there."""
        return all(one in self.tasks for one in said.tasks) and all(one in self.people for one in said.people)

    def visited(self, said: Record) -> list[Whom]:
        """Whom a record is about, of those who are there: each task, and each person who has none in it."""
        found: list[Whom] = [
            (*self.tasks[one], one) for one in dict.fromkeys(said.tasks) if one in self.tasks
        ]
        known = {person for _, person, _ in found}
        others = [self.people[one] for one in dict.fromkeys(said.people) if one in self.people]
        return found + [(area, person, None) for area, person in others if person not in known]


def targets_of(records: Sequence[Record]) -> Targets:
    """Whom records name, in two statements however many there are."""
    tasks = {one for said in records for one in said.tasks}
    people = {one for said in records for one in said.people}
    with connection.cursor() as cursor:
        cursor.execute(TASKS, [list(tasks)])
        found = {task: (area, person) for task, area, person in cursor.fetchall()}
        cursor.execute(PEOPLE, [list(people)])
        named = {public_id: (area, person) for public_id, area, person in cursor.fetchall()}
    return Targets(found, named)


def note_visited(number: int, visited: Sequence[Whom]) -> None:
    """Writes down whom a record is about, counting or not: it goes with whoever of them is forgotten."""
    columns = [list(column) for column in zip(*visited, strict=True)] or [[], [], []]
    with connection.cursor() as cursor:
        cursor.execute(NOTE, [number, *columns, number])


def apply_record(
    number: int, said: Record, visited: Sequence[Whom], *, by: str, actor: str, happened_at: datetime
) -> None:
    """Records the visit to everybody a record is about, and closes the tasks it ends. ``number``: of the record."""
    if said.outcome == NEWCOMER:
        return  # becomes rows of a file: they say that somebody was there
    day = timezone.localdate(happened_at)
    people = {person: area for area, person, _ in visited}
    record_visits(
        pa.table(
            {
                "file_id": pa.nulls(len(people), pa.int64()),
                "row": pa.array([number] * len(people), pa.int32()),
                "seen_on": pa.array([day] * len(people), pa.date32()),
                "area_code": pa.array(people.values(), pa.string()),
                "person_id": pa.array(people, pa.int64()),
                "visit_state": pa.array([VISITS[said.outcome]] * len(people), pa.string()),
                "visited_on": pa.array([day.isoformat()] * len(people), pa.string()),
                "visited_by": pa.array([by] * len(people), pa.string()),
            }
        )
    )
    if said.outcome in RESULTS:
        settle([task for _, _, task in visited if task], without=number, actor=actor, at=happened_at)


def take_back(number: int, visited: Sequence[Whom], *, actor: str, at: datetime) -> None:
    """Withdraws the visit of a record that counts no more, which its row must say already, and what it ended."""
    withdraw_phone_visits(number, [person for _, person, _ in visited])
    settle([task for _, _, task in visited if task], gone=number, actor=actor, at=at)


def settle(tasks: Sequence[int], *, without: int = 0, gone: int = 0, actor: str, at: datetime) -> None:
    """Has each task end as the last of its records says; one closed otherwise, by hand or by the rules, stays as it is.

    ``without``: a record that has just been added; ``gone``: one that has just been withdrawn.
    """
    if not tasks:
        return
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [list(tasks)])
        cursor.execute(ENDINGS, [list(tasks), list(RESULTS)])
        rows = cursor.fetchall()
        before = _gone(cursor, gone)
    for task in tasks:
        mine = {row: Ending(*ending) for of, row, *ending in rows if of == task}
        now = last_of(mine.values())
        others = [one for row, one in mine.items() if row != without]
        stood = last_of([*others, *before])
        if now != stood:
            answer_task(
                task,
                stood=(stood.result, stood.happened_at) if stood else None,
                ends=(now.result, now.happened_at) if now else None,
                actor=actor,
                at=at,
            )


def _gone(cursor: Any, number: int) -> list[Ending]:
    """A withdrawn record as an ending, if it was one."""
    cursor.execute(
        "SELECT record_id::text, outcome, happened_at FROM fieldwork_fieldrecord WHERE id = %s AND outcome = ANY(%s)",
        [number, list(RESULTS)],
    )
    return [Ending(*row) for row in cursor.fetchall()]
