"""The tasks that follow from the decisions in force."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction

from fournets.organization.models import Task
from fournets.organization.services import BY_CALL, NO_LONGER_NEEDED, TRANSFER, Opened, Wanted
from fournets.organization.services import open_tasks as open_for_cover
from fournets.places.scope import code_range
from fournets.policy import in_force
from fournets.screening.services.assess import TOWN

RULES = """
CREATE TEMP TABLE task_rule (town text, risk_class text, purpose text, due_at timestamptz, every_days int) ON COMMIT DROP
"""

ENDED = """
UPDATE organization_task t SET closed_at = %s, result = %s
WHERE t.closed_at IS NULL AND t.area_code >= %s AND t.area_code < %s AND t.purpose <> %s AND t.reason NOT LIKE %s AND NOT EXISTS (
    SELECT 1 FROM screening_assessment a JOIN screening_decision d ON d.id = a.decision_id
    JOIN task_rule r ON r.town = d.town_code AND r.risk_class = d.risk_class AND r.purpose = t.purpose
    JOIN people_person p ON p.id = a.person_id
    WHERE a.person_id = t.person_id AND a.superseded_on IS NULL)
"""

MOVED = """
UPDATE organization_task t SET area_code = p.area_code, given = false FROM people_person p
WHERE p.id = t.person_id AND t.closed_at IS NULL AND t.area_code <> p.area_code
"""

WANTED = """
SELECT a.person_id, a.area_code, r.purpose, d.reasons->0->>'rule', r.due_at
FROM screening_assessment a JOIN screening_decision d ON d.id = a.decision_id
JOIN task_rule r ON r.town = d.town_code AND r.risk_class = d.risk_class
WHERE a.superseded_on IS NULL AND a.area_code >= %s AND a.area_code < %s
AND NOT EXISTS (
    SELECT 1 FROM organization_task t WHERE t.person_id = a.person_id AND t.purpose = r.purpose
    AND (t.closed_at IS NULL OR t.result <> %s AND t.opened_on >= a.since_on
         AND (r.every_days = 0 OR t.opened_on > %s::date - r.every_days)))
ORDER BY a.area_code, a.person_id, r.purpose
"""


@transaction.atomic
def open_tasks(*, on: date, area_code: str = "", actor: str, at: datetime) -> Opened:
    """Opens what the decisions in force ask for and is neither open nor done, for whoever covers the area on ``on``.

    Tasks nobody asks for any more are closed as such; tasks follow people who moved.
    """
    low, high = code_range(area_code)
    with connection.cursor() as cursor:
        _rules(cursor, on, at)
        cursor.execute(ENDED, [at, NO_LONGER_NEEDED, low, high, TRANSFER, BY_CALL])
        cursor.execute(MOVED)
        cursor.execute(WANTED, [low, high, NO_LONGER_NEEDED, on])
        wanted = [Wanted(*row) for row in cursor.fetchall()]
        cursor.execute("DROP TABLE task_rule")
    return open_for_cover(wanted, on=on, area_code=area_code, actor=actor, at=at)


def open_task_count(area_code: str = "") -> int:
    """How many tasks are open in ``area_code``."""
    low, high = code_range(area_code)
    return Task.objects.filter(closed_at=None, area_code__gte=low, area_code__lt=high).count()


def _rules(cursor: Any, on: date, at: datetime) -> None:
    cursor.execute(RULES)
    cursor.execute("SELECT DISTINCT town_code FROM screening_decision")
    towns = [row[0] for row in cursor.fetchall()]
    with cursor.copy("COPY task_rule FROM STDIN") as copy:
        for town in towns:
            for row in _rows(town, on, at):
                copy.write_row(row)


def _rows(town: str, on: date, at: datetime) -> Iterator[tuple[Any, ...]]:
    """The tasks of each class as the policy of the town has them; due in the town's own time."""
    for one in in_force(on=on, area=town[:TOWN]).table("screening.tasks"):
        clock = time.fromisoformat(one["at"])
        due_at = datetime.combine(on + timedelta(days=one["days"]), clock, at.tzinfo)
        yield town, one["class"], one["purpose"], due_at, one["every_days"]
