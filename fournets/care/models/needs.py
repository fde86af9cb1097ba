"""What somebody in isolation needs, whose it is to see to it, and what came of it."""

from django.db import models
from django.db.models import Q

from fournets.care.rules.needs import ANSWERS, ENDED, NEED_STATES, OPEN
from fournets.isolation.models import IsolationOrder


class Need(models.Model):
    """Food, medicine, school, a friendly ear: asked for by the person himself or by who looks after him, answered by somebody.

    ``kind``: one of ``care.toml``; ``state``: open, taken, answered; ``owner``: the login of who has taken it. ``answer`` says
    which way it was answered, or that the isolation ended before; ``answer_sealed`` in words. Words are sealed: they may say
    what somebody suffers from.
    """

    order = models.ForeignKey(IsolationOrder, models.CASCADE, db_index=False)
    area_code = models.TextField(db_collation="C")
    kind = models.TextField()
    words_sealed = models.BinaryField(null=True)
    asked_by = models.TextField()
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.TextField(default=OPEN)
    owner = models.TextField(default="")
    answer = models.TextField(default="")
    answer_sealed = models.BinaryField(null=True)
    answered_by = models.TextField(default="")
    answered_at = models.DateTimeField(null=True)
    moved_from = models.BigIntegerField(null=True)  # the order it was of before a merge of files

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=NEED_STATES), name="a_need_is_in_a_known_state"),
            models.CheckConstraint(
                condition=Q(state="open", owner="") | (~Q(state="open") & ~Q(owner="")),
                name="a_taken_need_has_an_owner",
            ),
            models.CheckConstraint(
                condition=Q(state="answered", answer__in=(*ANSWERS, ENDED), answered_at__isnull=False)
                | (~Q(state="answered") & Q(answer="", answered_at=None)),
                name="an_answered_need_says_how",
            ),
        ]
        indexes = [
            models.Index(fields=["area_code", "due_at"], condition=~Q(state="answered"), name="need_open"),
            models.Index(fields=["order", "id"], name="need_by_order"),
            models.Index(fields=["moved_from"], condition=Q(moved_from__isnull=False), name="need_moved"),
        ]
