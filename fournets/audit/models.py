"""The audit: who did what, when and why, in a chain that shows any change."""

from django.db import models


class AuditLine(models.Model):
    """One act, written in the act's own transaction; the database refuses to change, delete or empty it."""

    at = models.DateTimeField(db_index=True)
    actor = models.TextField()
    act = models.TextField()
    area_code = models.TextField(db_collation="C")
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["act", "id"], name="audit_by_act"),
            models.Index(fields=["actor", "id"], name="audit_by_actor"),
            models.Index(fields=["area_code", "id"], name="audit_by_area"),
        ]


class WaitingLine(models.Model):
    """A line that is not in the chain yet, with the seal it was written under; goes when it is chained."""

    line_id = models.BigIntegerField(primary_key=True)
    seal = models.BinaryField()


class ChainLink(models.Model):
    """A line's place in the chain, without gaps from 1 on, and its hash over the link before it."""

    position = models.BigIntegerField(primary_key=True)
    line_id = models.BigIntegerField(unique=True)
    hash = models.BinaryField()
