"""The link by which somebody in isolation reaches his own page, without an account."""

from django.db import models
from django.db.models import Q

from fournets.isolation.models import IsolationOrder


class Link(models.Model):
    """Opens the own page of one order while the order is in force and nobody has ended the link.

    ``digest`` is what a request is looked up by; ``secret_sealed`` lets the notice be printed again with the same code.
    """

    order = models.ForeignKey(IsolationOrder, models.CASCADE, db_index=False)
    area_code = models.TextField(db_collation="C")
    digest = models.BinaryField()
    secret_sealed = models.BinaryField()
    made_by = models.TextField()
    made_at = models.DateTimeField()
    ended_by = models.TextField(default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["digest"], name="one_link_a_secret"),
            models.UniqueConstraint(
                fields=["order"], condition=Q(ended_at=None), name="one_link_in_force_an_order"
            ),
        ]
        indexes = [models.Index(fields=["order"], name="link_by_order")]
