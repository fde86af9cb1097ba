"""Net 1: who is responsible for which cell, and what there is to do."""

from django.db import models


class Cover(models.Model):
    """Who is responsible for an area (包干), from and until which day; rank 1 first, then the substitutes."""

    area_code = models.TextField(db_collation="C")
    worker = models.TextField()
    phone_sealed = models.BinaryField(null=True)
    rank = models.IntegerField(default=1)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    file_id = models.BigIntegerField(null=True, db_index=True)
    ended_by_file_id = models.BigIntegerField(null=True, db_index=True)

    class Meta:
        indexes = [models.Index(fields=["area_code"], name="cover_by_area")]
        constraints = [
            models.UniqueConstraint(
                fields=["area_code", "rank"],
                condition=models.Q(until_on=None),
                name="one_worker_a_rank_in_force",
            )
        ]


class Absence(models.Model):
    """Days on which a worker cannot cover an area; the next in rank does. ``until_on`` is exclusive."""

    area_code = models.TextField(db_collation="C")
    cover = models.ForeignKey(Cover, models.CASCADE)
    from_on = models.DateField()
    until_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_on__gt=models.F("from_on")), name="an_absence_ends_after_it_begins"
            )
        ]


class Task(models.Model):
    """Something to do about a person: visit, call or observe; at most one open per purpose."""

    area_code = models.TextField(db_collation="C")
    person_id = models.BigIntegerField()
    purpose = models.TextField()
    cover = models.ForeignKey(Cover, models.SET_NULL, null=True)
    reason = models.TextField(default="")
    opened_on = models.DateField()
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    result = models.TextField(default="")

    class Meta:
        indexes = [models.Index(fields=["area_code", "due_at"], name="task_by_area")]
        constraints = [
            models.UniqueConstraint(
                fields=["person_id", "purpose"],
                condition=models.Q(closed_at=None),
                name="one_open_task_a_purpose",
            )
        ]
