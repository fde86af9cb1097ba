"""Acts on jobs: ask for one, do it, call it off, take up again what a killed worker left."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from procrastinate.contrib.django import app as queue
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager

from fournets.audit.services import record
from fournets.jobs.models import OPEN, SILENT, Job
from fournets.jobs.work import WORKS, Run
from fournets.language import Refusal
from fournets.places.scope import set_scope

TASK = "run_job"
LOCK = 4  # the first number of the advisory locks of jobs, one a job, held by whoever does it
GAVE_UP = "job_gave_up"
TRIES = 3  # how often a job is begun
log = logging.getLogger(__name__)
# What a worker that is gone was at. One that is only slow still holds the lock of its job.
LEFT = """
SELECT j.id FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
WHERE j.status = 'doing' AND (w.id IS NULL OR w.last_heartbeat < now() - make_interval(secs => %s))
AND NOT EXISTS (SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.classid = %s
    AND l.objid = (j.args ->> 'job')::bigint::oid
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))
"""
# What the queue has forgotten: the database was away when the worker would have said how it ended.
FORGOTTEN = """
SELECT id, kind FROM jobs_job WHERE state IN ('waiting', 'running')
AND NOT EXISTS (SELECT FROM procrastinate_jobs j WHERE (j.args ->> 'job')::bigint = jobs_job.id)
"""


@transaction.atomic
def ask_job(
    kind: str, *, area_code: str, actor: str, at: datetime, total: int = 1, subject: int | None = None
) -> Job:
    """Asks for a job; a worker begins it when this transaction has been committed and its turn has come.

    Jobs of one kind are done one after another.
    """
    job = Job.objects.create(
        kind=kind, subject=subject, area_code=area_code, actor=actor, asked_at=at, total=total
    )
    _queue(job.pk, kind)
    return job


@transaction.atomic
def cancel_job(number: int, *, actor: str, at: datetime) -> None:
    """Calls a job off: what is done stays, the rest is left. A `Refusal` for one that is not there or has ended."""
    job = Job.objects.select_for_update().filter(pk=number).first()
    if job is None:
        raise Refusal("job_unknown", number=number)
    if job.state not in OPEN:
        raise Refusal("job_ended", number=number)
    job.cancel_asked = True
    job.save(update_fields=["cancel_asked"])
    record(act="cancel_job", actor=actor, area_code=job.area_code, at=at, details={"job": number})


def run_job(number: int, *, now: Callable[[], datetime]) -> None:
    """Does a job to its end, seeing the whole town. Nothing happens when it has ended, or somebody else is at it."""
    set_scope("")
    with _held(number) as mine:
        job = _begin(number, at=now()) if mine else None
        if job is None:
            return
        try:
            state, report = "done", WORKS[job.kind](_run(job, now))
        except OperationalError:
            raise  # the database is away: the job is taken up again
        except Refusal as refusal:
            state, report = "failed", {"code": refusal.message.code}
        except Exception:
            log.exception("a job failed")
            state, report = "failed", {"code": "job_fault"}
        _end(number, state, report, at=now())


def take_up_again(*, at: datetime) -> int:
    """Gives the queue back the jobs a killed worker left, and those it has forgotten; how many."""
    set_scope("")
    with connection.cursor() as cursor:
        cursor.execute(LEFT, [SILENT, LOCK])
        left = [queued for (queued,) in cursor.fetchall()]
        cursor.execute(FORGOTTEN)
        forgotten = cursor.fetchall()
    for queued in left:
        _manager().retry_job_by_id(queued, retry_at=at)
    for number, kind in forgotten:
        _queue(number, kind)
    return len(left) + len(forgotten)


def _queue(number: int, kind: str) -> None:
    """Into the queue, in this connection's own transaction."""
    task = queue.configure_task(TASK, lock=kind, allow_unknown=False)
    _manager().defer_job(task.make_new_job(job=number))


def _manager() -> JobManager:
    """The queue by this connection, in the worker too."""
    return JobManager(DjangoConnector())


@contextmanager
def _held(number: int) -> Iterator[bool]:
    """The lock of a job, as long as this lasts and the process lives; False when another has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, number])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, number])


def _begin(number: int, *, at: datetime) -> Job | None:
    """The job, begun once more; one begun too often already is called off, so that only what tidies up is done."""
    mine = Job.objects.filter(pk=number, state__in=OPEN)
    if not mine.update(state="running", begun_at=Coalesce("begun_at", at), tries=F("tries") + 1):
        return None
    mine.filter(tries__gt=TRIES).update(cancel_asked=True, report={"code": GAVE_UP})
    return Job.objects.get(pk=number)


def _run(job: Job, now: Callable[[], datetime]) -> Run:
    mine = Job.objects.filter(pk=job.pk)
    return Run(
        number=job.pk,
        subject=job.subject,
        area_code=job.area_code,
        actor=job.actor,
        now=now,
        advance=lambda done: mine.update(done=done),
        cancelled=lambda: mine.filter(cancel_asked=True).exists(),
    )


def _end(number: int, state: str, report: dict[str, Any], *, at: datetime) -> None:
    """How a job ended: called off when somebody wished so and something was left; failed when it was given up."""
    job = Job.objects.get(pk=number)
    given_up = job.report.get("code") == GAVE_UP
    if state == "done" and job.cancel_asked and job.done < job.total:
        state = "failed" if given_up else "cancelled"
    job.state, job.ended_at, job.report = state, at, report | (job.report if given_up else {})
    job.save(update_fields=["state", "ended_at", "report"])
