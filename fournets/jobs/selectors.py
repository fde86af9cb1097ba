"""What is known of jobs, for whoever waits for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from fournets.jobs.models import OPEN, SILENT, Job
from fournets.places.scope import scope

COUNTED = 1000


@dataclass(frozen=True, slots=True)
class JobLine:
    """A job as a page shows it; ``left`` is how long it will still take, by what is done so far."""

    number: int
    kind: str
    subject: int | None
    area_code: str
    actor: str
    asked_at: datetime
    state: str
    cancelling: bool
    done: int
    total: int
    begun_at: datetime | None
    ended_at: datetime | None
    left: timedelta | None
    report: dict[str, Any]

    @property
    def open(self) -> bool:
        return self.state in OPEN


def jobs(*, at: datetime, before: int | None = None, most: int) -> list[JobLine]:
    """The newest jobs in the scope, or those before a number."""
    found = Job.objects.order_by("-id")
    if before:
        found = found.filter(pk__lt=before)
    return [_line(one, at) for one in found[:most]]


def jobs_ended(login: str, *, since: datetime, most: int) -> list[Job]:
    """The jobs an account asked for that ended since a moment, newest first."""
    return list(Job.objects.filter(actor=login, ended_at__gt=since).order_by("-ended_at")[:most])


def jobs_about(kind: str, subjects: Sequence[int], *, at: datetime) -> list[JobLine]:
    """The jobs of a kind that are still to be done about these."""
    found = Job.objects.filter(kind=kind, subject__in=subjects, state__in=OPEN).order_by("id")
    return [_line(one, at) for one in found]


@dataclass(frozen=True, slots=True)
class Queue:
    """How the work goes: when a worker was last seen and whether one is ``alive``, what waits, what failed in a day."""

    seen_at: datetime | None
    alive: bool
    waiting: int
    oldest: datetime | None
    failed: int


def queue_now(*, at: datetime) -> Queue:
    """The whole town's queue as it is, in numbers and times alone; beyond a thousand nothing is counted."""
    lately = at - timedelta(days=1)
    with scope(""), connection.cursor() as cursor:
        cursor.execute("SELECT max(last_heartbeat) FROM procrastinate_workers")
        seen_at = cursor.fetchone()[0]
        waiting = list(
            Job.objects.filter(state="waiting")
            .order_by("asked_at")
            .values_list("asked_at", flat=True)[:COUNTED]
        )
        failed = Job.objects.filter(state="failed", ended_at__gt=lately)[:COUNTED].count()
    alive = seen_at is not None and at - seen_at < timedelta(seconds=SILENT)
    return Queue(seen_at, alive, len(waiting), waiting[0] if waiting else None, failed)


def job_lines(numbers: Sequence[int], *, at: datetime) -> list[JobLine]:
    """Jobs by their numbers, in order; those out of scope are left out."""
    return [_line(one, at) for one in Job.objects.filter(pk__in=numbers).order_by("id")]


def time_left(done: int, total: int, begun_at: datetime | None, at: datetime) -> timedelta | None:
    """What a job will still take if it goes on as so far; None while there is nothing to go by."""
    if begun_at is None or not 0 < done < total:
        return None
    return (at - begun_at) / done * (total - done)


def _line(job: Job, at: datetime) -> JobLine:
    left = time_left(job.done, job.total, job.begun_at, at) if job.state == "running" else None
    return JobLine(
        number=job.pk,
        kind=job.kind,
        subject=job.subject,
        area_code=job.area_code,
        actor=job.actor,
        asked_at=job.asked_at,
        state=job.state,
        cancelling=job.cancel_asked,
        done=job.done,
        total=job.total,
        begun_at=job.begun_at,
        ended_at=job.ended_at,
        left=left,
        report=job.report,
    )
