"""Net 1: who is responsible for which cell, and what there is to do."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast, Now

from fournets.accounts.models import User


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
    """Something to do about a person: visit, call or observe; at most one open per purpose.

    ``opened_at``: the moment it was made; None: before that was kept.
    ``given``: somebody gave it to its cover by hand; it does not follow whoever covers its area while that cover stands.
    """

    area_code = models.TextField(db_collation="C")
    person_id = models.BigIntegerField()
    purpose = models.TextField()
    cover = models.ForeignKey(Cover, models.SET_NULL, null=True)
    given = models.BooleanField(db_default=False)
    reason = models.TextField(default="")
    opened_on = models.DateField()
    opened_at = models.DateTimeField(null=True, db_default=Now())
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    result = models.TextField(default="")

    class Meta:
        indexes = [
            models.Index(fields=["area_code", "due_at"], name="task_by_area"),
            models.Index(fields=["area_code"], condition=models.Q(closed_at=None), name="open_task_by_area"),
            models.Index(
                fields=["due_at", "id"], condition=models.Q(closed_at=None), name="open_task_by_due"
            ),
            models.Index(fields=["opened_at"], name="task_by_opening"),
            models.Index(fields=["closed_at"], condition=Q(closed_at__isnull=False), name="task_by_closing"),
            # closed ones too: done before, forgotten
            models.Index(fields=["person_id"], name="task_by_person"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person_id", "purpose"],
                condition=models.Q(closed_at=None),
                name="one_open_task_a_purpose",
            )
        ]


class TaskAct(models.Model):
    """What was done with many tasks at once, ``give`` or ``close``, and how they stood before, so that it can be undone.

    ``covers`` and ``given``: of each of the ``tasks``, in their order, whose it was.
    """

    area_code = models.TextField(db_collation="C")
    kind = models.TextField()
    tasks = ArrayField(models.BigIntegerField())
    covers = ArrayField(models.BigIntegerField(null=True))
    given = ArrayField(models.BooleanField())
    cover_id = models.BigIntegerField(null=True)
    result = models.TextField(default="")
    actor = models.TextField()
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)


class SavedView(models.Model):
    """An account's own way to look at a list: what it is narrowed to, its order and columns, under a name.

    Without a name it is the columns the account chose last. ``shared_with``: the area whose posts see it too.
    """

    user = models.ForeignKey(User, models.CASCADE)
    list = models.TextField()
    name = models.TextField(default="")
    query = models.TextField()
    shared_with = models.TextField(default="", db_collation="C")
    made_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "list", "name"],
                condition=models.Q(removed_at=None),
                name="one_view_a_name",
            )
        ]
        indexes = [
            models.Index(
                fields=["shared_with", "list"],
                condition=~models.Q(shared_with="") & models.Q(removed_at=None),
                name="view_by_area",
            )
        ]


class Selection(models.Model):
    """A line of a list that an account has selected; ``item`` is the number of the person or the task."""

    pk = models.CompositePrimaryKey("user_id", "list", "item")
    user = models.ForeignKey(User, models.CASCADE)
    list = models.TextField()
    item = models.BigIntegerField()
    at = models.DateTimeField()


def _only_post(role: str, name: str) -> ExclusionConstraint:
    """Keeps whoever has a post of ``role`` from having one of another role on the same day."""
    of_role = models.Case(models.When(role=role, then=1), default=0, output_field=models.IntegerField())
    return ExclusionConstraint(
        name=name,
        expressions=[
            ("user", RangeOperators.EQUAL),
            (Cast(of_role, models.IntegerField()), RangeOperators.NOT_EQUAL),
            (models.Func("from_at", "until_at", function="tstzrange"), RangeOperators.OVERLAPS),
        ],
    )


class AppointmentSet(models.QuerySet["Appointment"]):
    """Appointments asked for by day."""

    def in_force(self, at: datetime) -> AppointmentSet:
        """Those that hold at a moment."""
        return self.filter(Q(until_at=None) | Q(until_at__gt=at), from_at__lte=at)


class Appointment(models.Model):
    """Somebody holds a post (任职) in an area, from and until when; what its role may do stands in ``rights.toml``.

    ``substitute_for``: the appointment it stands in for; a substitute's always ends. An administrator of accounts holds
    no other post at the same time: whoever gives rights sees no rows, and whoever sees rows gives none. Nor does an
    auditor: what is done in any post stands on the audit, and nobody audits himself.
    """

    user = models.ForeignKey(User, models.PROTECT)
    role = models.TextField()
    post = models.TextField(default="")
    area_code = models.TextField(db_collation="C")
    enterprise_id = models.BigIntegerField(null=True)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    substitute_for = models.ForeignKey("self", models.PROTECT, null=True)
    given_by = models.TextField()

    objects = AppointmentSet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_at=None) | Q(until_at__gte=models.F("from_at")),
                name="an_appointment_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(substitute_for=None) | Q(until_at__isnull=False), name="a_substitute_ends"
            ),
            _only_post("administrator", "an_administrator_holds_no_other_post"),
            _only_post("auditor", "an_auditor_holds_no_other_post"),
        ]


class Unmasking(models.Model):
    """That an account was shown a value whole, and when; kept for a day, to be counted. Whose value it was says the audit."""

    user = models.ForeignKey(User, models.CASCADE, db_index=False)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user", "at"], name="unmasking_by_user")]


class Token(models.Model):
    """Lets a program act for an account under one of its posts, until a day. Of the token itself only the hash is kept."""

    user = models.ForeignKey(User, models.CASCADE)
    appointment = models.ForeignKey(Appointment, models.PROTECT)
    digest = models.BinaryField(unique=True)
    purpose = models.TextField()
    made_by = models.TextField()
    made_at = models.DateTimeField()
    until_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_at__gt=models.F("made_at")), name="a_token_ends_after_it_was_made"
            )
        ]


class WrongToken(models.Model):
    """That an address has sent a token nobody made, and when; kept for an hour, to be counted."""

    ip_address = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["ip_address", "at"], name="wrong_token_by_address")]
