"""Isolation orders (隔离): who stays where until when and why, and everything that happened to them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from fournets.isolation.rules import BASES, IN_FORCE, NEXT

STATES = tuple(state for state in NEXT if state != "none")


class IsolationOrder(models.Model):
    """One person is to isolate. ``state``: the place while it is in force, else released or withdrawn.

    ``until_on``: the first free day; None for a case, who is treated until discharge. ``exposures``: what the clock may
    begin with, a kind and a day each; ``anchor`` is the one it does. ``reasons``: the sentences of the rules, in both
    languages. ``origin_id``: the person it was given to, also when his file becomes part of another. ``with_order``: whom
    he lives with. ``where_sealed``: which room or address, in words. ``well_on``: the day somebody found him well, for the
    release. ``merged_in``, ``merged_at``: the merge of files that withdrew it, and the state it was in: taken apart, it is again.
    """

    number = models.TextField(unique=True)
    person_id = models.BigIntegerField()
    origin_id = models.BigIntegerField(db_index=True)
    area_code = models.TextField(db_collation="C")
    basis = models.TextField()
    state = models.TextField()
    exposures = models.JSONField(default=list)
    anchor = models.TextField(default="")
    anchor_on = models.DateField(null=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    confirmed = ArrayField(models.TextField(), default=list)
    exceptions = ArrayField(models.TextField(), default=list)
    where_sealed = models.BinaryField(null=True)
    reasons = models.JSONField(default=list)
    policy_digest = models.TextField()
    with_order = models.ForeignKey("self", models.SET_NULL, null=True, related_name="along")
    issued_by = models.TextField()
    issued_at = models.DateTimeField()
    ended_by = models.TextField(default="")
    ended_at = models.DateTimeField(null=True)
    well_on = models.DateField(null=True)
    certificate = models.TextField(default="")
    merged_in = models.BigIntegerField(null=True)
    merged_at = models.TextField(default="", db_default="")

    class Meta:
        db_table = "isolation_order"
        constraints = [
            models.UniqueConstraint(
                fields=["person_id"], condition=Q(state__in=IN_FORCE), name="one_order_in_force_a_person"
            ),
            models.CheckConstraint(condition=Q(state__in=STATES), name="an_order_is_in_a_known_state"),
            models.CheckConstraint(condition=Q(basis__in=BASES), name="an_order_has_a_known_basis"),
            models.CheckConstraint(condition=Q(until_on__gt=F("from_on")), name="an_order_lasts"),
            models.CheckConstraint(
                condition=Q(state__in=IN_FORCE, ended_by="") | (~Q(state__in=IN_FORCE) & ~Q(ended_by="")),
                name="an_order_is_ended_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="released") | Q(well_on__isnull=False),
                name="who_is_released_was_found_well",
            ),
        ]
        indexes = [
            models.Index(fields=["area_code", "id"], name="order_by_area"),
            models.Index(fields=["area_code", "id"], condition=Q(state__in=IN_FORCE), name="order_in_force"),
            models.Index(fields=["person_id"], name="order_by_person"),
            models.Index(fields=["merged_in"], condition=Q(merged_in__isnull=False), name="order_by_merge"),
            models.Index(fields=["certificate"], condition=~Q(certificate=""), name="order_by_certificate"),
        ]


class Entry(models.Model):
    """Something that happened to an order: which act, on which day, what was before and after, who did it and why."""

    order = models.ForeignKey(IsolationOrder, models.CASCADE)
    area_code = models.TextField(db_collation="C")
    act = models.TextField()
    on = models.DateField()
    before = models.TextField(default="")
    after = models.TextField(default="")
    reason_sealed = models.BinaryField(null=True)
    by = models.TextField()
    at = models.DateTimeField()


class Change(models.Model):
    """Another end than the rules' for an order: asked for by one account, decided on by another.

    ``until_on``: the first free day wished for; None: the order is to be withdrawn, for it should never have been given.
    """

    order = models.ForeignKey(IsolationOrder, models.CASCADE)
    area_code = models.TextField(db_collation="C")
    until_on = models.DateField(null=True)
    reason_sealed = models.BinaryField()
    state = models.TextField(default="asked")
    asked_by = models.TextField()
    asked_at = models.DateTimeField()
    decided_by = models.TextField(default="")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(state="asked"), name="one_change_waits_an_order"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_by="")
                | (Q(state__in=["approved", "refused"]) & ~Q(decided_by="")),
                name="a_change_is_decided_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(decided_by=F("asked_by")), name="a_change_needs_two_people"),
        ]
        indexes = [models.Index(fields=["area_code", "id"], name="change_by_area")]


class Observation(models.Model):
    """How somebody in isolation was on a day, in one of the day's windows (policy ``fever.temperature_windows``).

    ``temperature`` in °C, None where only symptoms were told; ``alarm``: fever by the rules of that day, or a symptom. What
    was noted wrongly is noted again: the newest of a window counts. ``by``: a login, or ``own:`` where the person says it
    himself; ``note_sealed``: what he wrote beside it.
    """

    order = models.ForeignKey(IsolationOrder, models.CASCADE, db_index=False)
    area_code = models.TextField(db_collation="C")
    on = models.DateField()
    window = models.TextField()
    temperature = models.DecimalField(max_digits=3, decimal_places=1, null=True)
    symptoms = ArrayField(models.TextField(), default=list)
    alarm = models.BooleanField()
    note_sealed = models.BinaryField(null=True)
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(temperature__isnull=False) | ~Q(symptoms=[]), name="an_observation_says_something"
            ),
            models.CheckConstraint(condition=Q(symptoms=[]) | Q(alarm=True), name="a_symptom_is_an_alarm"),
        ]
        indexes = [models.Index(fields=["order", "on", "window", "id"], name="observation_by_order")]
