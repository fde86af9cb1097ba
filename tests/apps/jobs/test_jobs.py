"""Jobs: asked for with their act, done once, called off, taken up again after a killed worker; seen in their area alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from fournets.jobs.models import Job
from fournets.jobs.selectors import job_lines, jobs, time_left
from fournets.jobs.services import TRIES, ask_job, cancel_job, run_job, take_up_again
from fournets.jobs.work import WORKS, Run, works
from fournets.language import Refusal
from fournets.places.scope import scope, set_scope

pytestmark = pytest.mark.django_db
TOWN, OWN, NEIGHBOUR = "440605123", "440605123018", "440605123008"
AT = datetime(2020, 2, 3, 1, 30, tzinfo=UTC)
QUEUE = "SELECT status::text, args::text FROM procrastinate_jobs ORDER BY id"
Steps = list[tuple[int, bool]]


def clock() -> datetime:
    return AT


def queue() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(QUEUE)
        return cursor.fetchall()


def begun_by_a_worker_that_died() -> None:
    """The queue as a killed worker leaves it: fetched, and no sign of life."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL")


@pytest.fixture(autouse=True)
def _whole_town(db: None) -> None:
    set_scope("")


@pytest.fixture
def steps() -> Iterator[Steps]:
    """A kind of three steps; each notes whether it had been called off."""
    taken: Steps = []

    @works("steps")
    def three(run: Run) -> dict[str, Any]:
        for done in (1, 2, 3):
            taken.append((done, run.cancelled()))
            if taken[-1][1]:
                break
            run.advance(done)
        return {"taken": len(taken)}

    yield taken
    del WORKS["steps"]


def asked(kind: str = "steps", area: str = OWN) -> Job:
    return ask_job(kind, area_code=area, actor="liang", at=AT, total=3)


def test_a_job_is_done_and_says_so(steps: Steps) -> None:
    job = asked()
    run_job(job.pk, now=clock)
    job.refresh_from_db()
    assert (job.state, job.done, job.report, job.ended_at) == ("done", 3, {"taken": 3}, AT)


def test_the_queue_is_told_a_number_and_nothing_else(steps: Steps) -> None:
    job = asked()
    assert queue() == [("todo", f'{{"job": {job.pk}}}')]


def test_what_is_asked_for_in_an_act_that_fails_is_not_asked_for(steps: Steps) -> None:
    with pytest.raises(Refusal), transaction.atomic():
        asked()
        raise Refusal("job_unknown", number=1)
    assert (queue(), Job.objects.count()) == ([], 0)


def test_a_job_that_has_ended_is_not_done_again(steps: Steps) -> None:
    job = asked()
    run_job(job.pk, now=clock)
    run_job(job.pk, now=clock)
    assert len(steps) == 3


def test_one_called_off_before_it_began_does_nothing(steps: Steps) -> None:
    job = asked()
    cancel_job(job.pk, actor="liang", at=AT)
    run_job(job.pk, now=clock)
    job.refresh_from_db()
    assert (job.state, job.done, steps) == ("cancelled", 0, [(1, True)])
    with pytest.raises(Refusal, match="has ended"):
        cancel_job(job.pk, actor="liang", at=AT)


def test_a_fault_ends_the_job_without_its_words(steps: Steps, caplog: pytest.LogCaptureFixture) -> None:
    @works("faulty")
    def fail(run: Run) -> dict[str, Any]:
        raise ValueError("440605199001011234")

    job = asked("faulty")
    run_job(job.pk, now=clock)
    del WORKS["faulty"]
    job.refresh_from_db()
    assert (job.state, job.report) == ("failed", {"code": "job_fault"})


def test_what_a_killed_worker_left_is_taken_up_again(steps: Steps) -> None:
    job = asked()
    begun_by_a_worker_that_died()
    assert take_up_again(at=AT) == 1
    assert queue() == [("todo", f'{{"job": {job.pk}}}')]
    assert take_up_again(at=AT) == 0


def test_what_the_queue_has_forgotten_is_asked_for_again(steps: Steps) -> None:
    job = asked()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    assert take_up_again(at=AT) == 1
    assert queue() == [("todo", f'{{"job": {job.pk}}}')]


def test_a_database_that_is_away_ends_no_job(steps: Steps) -> None:
    @works("away")
    def away(run: Run) -> dict[str, Any]:
        raise OperationalError

    job = asked("away")
    with pytest.raises(OperationalError):
        run_job(job.pk, now=clock)
    del WORKS["away"]
    job.refresh_from_db()
    assert job.state == "running"


def test_what_breaks_off_every_time_is_stopped(steps: Steps) -> None:
    job = asked()
    Job.objects.update(tries=TRIES)
    run_job(job.pk, now=clock)
    job.refresh_from_db()
    assert (job.state, job.report["code"], steps) == ("failed", "job_gave_up", [(1, True)])


def test_a_job_is_seen_in_its_area_and_above(steps: Steps) -> None:
    job = asked()
    seen = {}
    for area in (OWN, TOWN, NEIGHBOUR):
        with scope(area):
            seen[area] = [one.number for one in jobs(at=AT, most=9)]
    assert seen == {OWN: [job.pk], TOWN: [job.pk], NEIGHBOUR: []}
    with scope(NEIGHBOUR), pytest.raises(Refusal, match="no job"):
        cancel_job(job.pk, actor="liang", at=AT)


def test_the_newest_come_first_and_older_ones_after_a_number(steps: Steps) -> None:
    first, second = asked(), asked()
    assert [one.number for one in jobs(at=AT, most=9)] == [second.pk, first.pk]
    assert [one.number for one in jobs(at=AT, before=second.pk, most=9)] == [first.pk]


def test_what_is_left_is_reckoned_by_what_is_done(steps: Steps) -> None:
    minute = timedelta(minutes=1)
    assert time_left(1, 3, AT, AT + minute) == 2 * minute
    assert time_left(0, 3, AT, AT + minute) is None
    job = asked()
    Job.objects.update(state="running", begun_at=AT, done=2)
    (line,) = job_lines([job.pk], at=AT + minute)
    assert line and line.left == minute / 2
