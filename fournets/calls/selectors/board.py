"""What is left before the deadline, list by list; how right each list was; and who has called how many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count

from fournets.calls.models import Attempt
from fournets.calls.rules import desk
from fournets.intake.models import SourceFile
from fournets.places.scope import code_range

LISTS, OFFERED, CALLERS = 30, 30, 60  # lines of a board; lists offered to become calls; callers shown
# The lists that asked lately, and what became of their calls.
OF_LISTS = """
WITH lately AS (
    SELECT file_id, max(call_id) AS newest FROM calls_asked WHERE area_code >= %(low)s AND area_code < %(high)s
    GROUP BY file_id ORDER BY newest DESC LIMIT %(most)s
)
SELECT asked.file_id, file.name, file.area_code, file.received_at,
    min(call.due_at) FILTER (WHERE call.closed_at IS NULL),
    count(*) FILTER (WHERE call.closed_at IS NULL), coalesce(call.outcome, ''), call.closed_at IS NULL, count(*)
FROM lately JOIN calls_asked AS asked USING (file_id) JOIN calls_call AS call ON call.id = asked.call_id
JOIN intake_sourcefile AS file ON file.id = asked.file_id
GROUP BY asked.file_id, file.name, file.area_code, file.received_at, call.outcome, call.closed_at IS NULL
ORDER BY asked.file_id DESC
"""
OF_CALLERS = """
SELECT by, count(*) FILTER (WHERE outcome NOT IN ('', 'lapsed', 'put_back')), count(*) FILTER (WHERE outcome = 'reached'),
    count(*) FILTER (WHERE outcome = 'lapsed'), count(*) FILTER (WHERE outcome = ''),
    avg(ended_at - from_at) FILTER (WHERE outcome NOT IN ('', 'lapsed', 'put_back')), max(coalesce(ended_at, from_at))
FROM calls_attempt WHERE from_at >= %(since)s AND area_code >= %(low)s AND area_code < %(high)s
GROUP BY by ORDER BY 2 DESC, 1 LIMIT %(most)s
"""

KINDS = ("pushed_list", "returnee_list")
TO_OPEN = """
SELECT file.id, file.name, sum(sheet.rows)::int FROM intake_sourcefile AS file
JOIN intake_sourcesheet AS sheet ON sheet.file_id = file.id AND sheet.kind = ANY(%(kinds)s)
WHERE file.state = 'taken' AND file.area_code >= %(low)s AND file.area_code < %(high)s
    AND NOT EXISTS (SELECT FROM calls_asked AS asked WHERE asked.file_id = file.id)
    AND NOT EXISTS (SELECT FROM calls_attempt AS attempt WHERE attempt.file_id = file.id)
GROUP BY file.id ORDER BY file.id DESC LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class ListLine:
    """A list: its sender (an area's code), how many calls it asked for, how many are left until when, and how the others
    ended, by outcome."""

    file_id: int
    name: str
    sender: str
    received_at: datetime
    due_at: datetime | None
    asked: int
    left: int
    ended: dict[str, int]

    @property
    def done(self) -> int:
        """Calls that are over."""
        return self.asked - self.left

    @property
    def wrong(self) -> int:
        """Calls that showed the list to be wrong about somebody."""
        return sum(count for code, count in self.ended.items() if code in errors())

    @property
    def error_rate(self) -> float:
        """The part of the ended calls that did."""
        return self.wrong / self.done if self.done else 0.0


@dataclass(frozen=True, slots=True)
class CallerLine:
    """Somebody who calls: attempts that ended, people reached, claims that lapsed, how long an attempt took, last seen."""

    login: str
    ended: int
    reached: int
    lapsed: int
    held: bool
    seconds: int
    last_at: datetime


def errors() -> frozenset[str]:
    """The outcomes that count as a list's error."""
    return frozenset(code for code, one in desk().outcomes.items() if one.error)


def lists_of(area_code: str) -> list[ListLine]:
    """The lists that asked for calls in an area, the newest first."""
    low, high = code_range(area_code)
    with connection.cursor() as cursor:
        cursor.execute(OF_LISTS, {"low": low, "high": high, "most": LISTS})
        rows = cursor.fetchall()
    found: dict[int, list[Sequence[Any]]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return [_line(some) for some in found.values()]


def callers_of(area_code: str, *, since: datetime) -> list[CallerLine]:
    """Who has called in an area since a moment, whoever called most first."""
    low, high = code_range(area_code)
    with connection.cursor() as cursor:
        cursor.execute(OF_CALLERS, {"low": low, "high": high, "since": since, "most": CALLERS})
        return [
            CallerLine(
                login, ended, reached, lapsed, bool(held), int(took.total_seconds()) if took else 0, last
            )
            for login, ended, reached, lapsed, held, took, last in cursor.fetchall()
        ]


def lists_to_open(area_code: str) -> list[tuple[int, str, int]]:
    """Lists with people that came in lately: number, name, rows; the newest first, those that asked already left out."""
    low, high = code_range(area_code)
    with connection.cursor() as cursor:
        cursor.execute(TO_OPEN, {"low": low, "high": high, "most": OFFERED, "kinds": list(KINDS)})
        return [tuple(row) for row in cursor.fetchall()]


def answers_waiting(area_code: str) -> int:
    """How many answers of an area have not become rows yet."""
    low, high = code_range(area_code)
    found = Attempt.objects.filter(
        answers_sealed__isnull=False, taken_at=None, area_code__gte=low, area_code__lt=high
    )
    return int(found.aggregate(count=Count("pk"))["count"])


def list_named(file_id: int) -> SourceFile | None:
    """A list of the scope by its number."""
    return SourceFile.objects.filter(pk=file_id, state="taken").first()


def _line(rows: Sequence[Sequence[Any]]) -> ListLine:
    file_id, name, sender, received_at = rows[0][:4]
    due = [row[4] for row in rows if row[4] is not None]
    ended = {row[6]: row[8] for row in rows if not row[7]}
    left = sum(row[5] for row in rows)
    return ListLine(
        file_id,
        name,
        sender,
        received_at,
        min(due) if due else None,
        left + sum(ended.values()),
        left,
        ended,
    )
