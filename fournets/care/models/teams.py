"""Caretaker teams (五包一): who looks after which people in isolation."""

from django.db import models
from django.db.models import Q

from fournets.isolation.models import IsolationOrder


class CaretakerTeam(models.Model):
    """One member for each role of the policy (``community.caretakers``). ``members``: role and name; ``phones_sealed``: a phone by role."""

    name = models.TextField()
    area_code = models.TextField(db_collation="C")
    members = models.JSONField()
    phones_sealed = models.BinaryField()
    made_by = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "care_team"
        constraints = [models.UniqueConstraint(fields=["area_code", "name"], name="one_team_a_name")]


class Caring(models.Model):
    """A team looks after the person of an order; another team given later takes its place."""

    order = models.OneToOneField(IsolationOrder, models.CASCADE, related_name="caring")
    team = models.ForeignKey(CaretakerTeam, models.CASCADE, related_name="caring")
    area_code = models.TextField(db_collation="C")
    given_by = models.TextField()
    given_at = models.DateTimeField()
    moved_from = models.BigIntegerField(null=True)  # the order it was of before a merge of files

    class Meta:
        indexes = [
            models.Index(fields=["moved_from"], condition=Q(moved_from__isnull=False), name="caring_moved"),
        ]
