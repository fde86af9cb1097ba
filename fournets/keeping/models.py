"""How long things are kept: the event a register serves, and its end."""

from django.db import models
from django.db.models import F, Q


class Event(models.Model):
    """One outbreak the register serves (一次疫情应对); the one without an end is the present one.

    Its end is asked for by one account and decided on by another; what was done then stands in the certificate.
    """

    uuid = models.UUIDField(unique=True)
    begun_at = models.DateTimeField()
    reason = models.TextField(default="")
    asked_by = models.TextField(default="")
    asked_at = models.DateTimeField(null=True)
    decided_by = models.TextField(default="")
    decided_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    certificate = models.JSONField(null=True)
    deletions = models.IntegerField(
        default=0
    )  # of those forgotten.log tells of, how many this register has seen

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by="") | (~Q(asked_by="") & ~Q(decided_by=F("asked_by"))),
                name="an_event_is_closed_by_two_people",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | ~Q(decided_by=""), name="an_event_is_closed_when_decided"
            ),
            models.UniqueConstraint(models.Value(1), condition=Q(closed_at=None), name="one_event_at_a_time"),
        ]
