"""What the queue knows of: one task, which does the job of a number."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from fournets.jobs.services import TASK, run_job


@app.task(name=TASK)
def run(job: int) -> None:
    """Does a job; the queue is told no more of it than its number."""
    run_job(job, now=timezone.localtime)
