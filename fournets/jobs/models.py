"""What takes longer than somebody waits: asked for on a page, done by a worker, looked at while it runs."""

from django.db import models

STATES = ("waiting", "running", "done", "failed", "cancelled")
OPEN = STATES[:2]
SILENT = 10  # seconds without a sign of life of a worker


class Job(models.Model):
    """One piece of work: of which kind, about what (a number), for whom and where, and how far it is.

    ``report`` holds codes and counts, never a person.
    """

    kind = models.TextField()
    subject = models.BigIntegerField(null=True)
    area_code = models.TextField(db_collation="C")
    actor = models.TextField()
    asked_at = models.DateTimeField()
    state = models.TextField(default="waiting")
    cancel_asked = models.BooleanField(default=False)
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=1)
    tries = models.IntegerField(default=0)  # how often it was begun
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    report = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["area_code", "-id"], name="jobs_of_an_area")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=STATES), name="a_job_is_in_one_of_five_states"
            ),
            models.CheckConstraint(
                condition=models.Q(done__gte=0, done__lte=models.F("total")), name="no_more_done_than_asked"
            ),
        ]
