"""Alarms: fever or a symptom of somebody in isolation, until somebody has decided what comes of it."""

from django.db import models
from django.db.models import F, Q

from fournets.care.rules.alarms import CLOSED, OUTCOMES, RAISED, STATES
from fournets.isolation.models import IsolationOrder


class Alarm(models.Model):
    """Raised by the database with an observation that is an alarm, once an order until it is closed.

    ``state`` and ``outcome``: see `fournets.care.rules.alarms`. ``owner``: the login of who has taken it, empty: nobody.
    ``reason_sealed``: why it was decided so; ``hospital_sealed``: where to. ``task_id``: the transfer, as a task.
    """

    order = models.ForeignKey(IsolationOrder, models.CASCADE, db_index=False)
    area_code = models.TextField(db_collation="C")
    state = models.TextField(default=RAISED)
    raised_at = models.DateTimeField()
    owner = models.TextField(default="")
    taken_at = models.DateTimeField(null=True)
    decided_by = models.TextField(default="")
    decided_at = models.DateTimeField(null=True)
    reason_sealed = models.BinaryField(null=True)
    hospital_sealed = models.BinaryField(null=True)
    task_id = models.BigIntegerField(null=True)
    outcome = models.TextField(default="")
    closed_at = models.DateTimeField(null=True)
    moved_from = models.BigIntegerField(null=True)  # the order it was of before a merge of files

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=~Q(state=CLOSED), name="one_open_alarm_an_order"
            ),
            models.CheckConstraint(condition=Q(state__in=STATES), name="an_alarm_is_in_a_known_state"),
            models.CheckConstraint(
                condition=Q(state=RAISED, owner="") | Q(state=CLOSED) | (~Q(state=RAISED) & ~Q(owner="")),
                name="a_taken_alarm_has_an_owner",
            ),
            models.CheckConstraint(
                condition=Q(state=CLOSED, outcome__in=OUTCOMES, closed_at__gte=F("raised_at"))
                | (~Q(state=CLOSED) & Q(outcome="", closed_at=None)),
                name="a_closed_alarm_says_what_came_of_it",
            ),
        ]
        indexes = [
            models.Index(fields=["area_code", "raised_at"], condition=~Q(state=CLOSED), name="alarm_open"),
            models.Index(fields=["order", "id"], name="alarm_by_order"),
            models.Index(fields=["moved_from"], condition=Q(moved_from__isnull=False), name="alarm_moved"),
        ]
