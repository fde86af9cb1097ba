"""How long things are kept: the event a register serves, its end, and people who are to be forgotten."""

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


class Forgetting(models.Model):
    """That one person be forgotten (遗忘申请): asked for by one account, decided on by another; then it is done.

    Done, the row goes with all there is of him: who asked and who approved stands in the audit.
    """

    person_id = models.BigIntegerField(db_index=True)
    area_code = models.TextField(db_collation="C")
    reason_sealed = models.BinaryField()
    state = models.TextField(default="asked")
    asked_by = models.TextField()
    asked_at = models.DateTimeField()
    decided_by = models.TextField(default="")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["area_code", "id"], name="forgetting_by_area")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["asked", "approved", "refused"]),
                name="a_forgetting_is_in_one_of_three_states",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_by="") | (~Q(state="asked") & ~Q(decided_by="")),
                name="a_forgetting_is_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(decided_by=F("asked_by")), name="a_forgetting_needs_two_people"
            ),
            models.UniqueConstraint(
                fields=["person_id"],
                condition=Q(state__in=["asked", "approved"]),
                name="one_forgetting_a_person_at_a_time",
            ),
        ]
