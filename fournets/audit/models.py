"""The audit: who did what, when and why, in a chain that shows any change."""

from django.db import models


class AuditLine(models.Model):
    """One act: hash-chained to the line before; the database refuses to change or delete it."""

    at = models.DateTimeField()
    actor = models.TextField()
    act = models.TextField()
    area_code = models.TextField(db_collation="C")
    details = models.JSONField(default=dict)
    previous_hash = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        ordering = ["id"]
