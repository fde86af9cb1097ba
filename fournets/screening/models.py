"""Net 2: what the rules say of a person on a day, and what was found at the door."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now


class PolicyRecord(models.Model):
    """The numbers a decision was made under, kept once for each digest, so that a replay can name what changed."""

    digest = models.TextField(primary_key=True)
    record = models.JSONField()


class Decision(models.Model):
    """One distinct answer of the rules in a town: same facts, same policy, same decision; never changed.

    ``facts`` are only those that played a part; they name nobody. ``on`` is the day it was first given.
    """

    facts = models.JSONField()
    on = models.DateField()
    town_code = models.TextField(db_collation="C")
    policy_digest = models.TextField()
    risk_class = models.TextField()
    action = models.TextField()
    reasons = models.JSONField(default=list)
    from_on = models.DateField(null=True)
    until_on = models.DateField(null=True)
    key = models.TextField(unique=True)


class Assessment(models.Model):
    """A decision as it applies to one person; the one without an end is in force.

    ``since_on`` is the first day of the unbroken time in the same class and with the same action. ``at``: when it was
    given (None: before that was kept); ``was``: the class before, where it was another.
    """

    person_id = models.BigIntegerField()
    area_code = models.TextField(db_collation="C")
    decision = models.ForeignKey(Decision, models.PROTECT, db_constraint=False)
    assessed_on = models.DateField()
    at = models.DateTimeField(null=True, db_default=Now())
    was = models.TextField(db_default="")
    since_on = models.DateField()
    superseded_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person_id"],
                condition=models.Q(superseded_on=None),
                name="one_assessment_in_force",
            )
        ]
        indexes = [models.Index(fields=["at"], condition=~Q(was=""), name="change_of_class_by_time")]


class Visit(models.Model):
    """What was found at a door: done, unreached or refused."""

    area_code = models.TextField(db_collation="C")
    person_id = models.BigIntegerField(null=True, db_index=True)
    household_id = models.BigIntegerField(null=True, db_index=True)
    outcome = models.TextField()
    on = models.DateField()
    by = models.TextField(default="")
    file_id = models.BigIntegerField(null=True, db_index=True)
    row = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome__in=["done", "unreached", "refused", "not_started"]),
                name="a_visit_ends_in_one_of_four",
            )
        ]


class Override(models.Model):
    """Another class for one person, for a time (人工改判): asked for by one account, decided on by another.

    ``reason_sealed``: why, in words that may name people. ``until_on`` is exclusive; ended early, it is the day it ended.
    """

    person_id = models.BigIntegerField(db_index=True)
    area_code = models.TextField(db_collation="C")
    risk_class = models.TextField()
    reason_sealed = models.BinaryField()
    from_on = models.DateField()
    until_on = models.DateField()
    state = models.TextField(default="asked")
    asked_by = models.TextField()
    asked_at = models.DateTimeField()
    decided_by = models.TextField(default="")
    decided_at = models.DateTimeField(null=True)
    ended_by = models.TextField(default="")

    class Meta:
        indexes = [models.Index(fields=["area_code", "id"], name="override_by_area")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["asked", "approved", "refused"]), name="an_override_is_in_one_of_three"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_by="") | (~Q(state="asked") & ~Q(decided_by="")),
                name="an_override_is_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(decided_by=F("asked_by")), name="an_override_needs_two_people"
            ),
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="an_override_ends"),
            ExclusionConstraint(
                name="one_override_a_person_at_a_time",
                expressions=[
                    ("person_id", RangeOperators.EQUAL),
                    (Func("from_on", "until_on", function="daterange"), RangeOperators.OVERLAPS),
                ],
                condition=Q(state="approved"),
            ),
        ]


class Reminder(models.Model):
    """An enterprise was reminded of its survey or its roster, and by which account; taken back, the row goes."""

    enterprise_id = models.BigIntegerField()
    area_code = models.TextField(db_collation="C")
    owed = models.TextField()
    at = models.DateTimeField()
    by = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["enterprise_id", "id"], name="reminder_by_enterprise")]
        constraints = [
            models.CheckConstraint(
                condition=Q(owed__in=["survey", "roster"]), name="a_reminder_is_of_one_of_two"
            )
        ]


class CoverageCount(models.Model):
    """How the counts of one cell (or, for what is in no cell, of a community) changed on a day; those that always stood,
    on the first day there is. The sum up to a day is the coverage ledger of that day. The database counts again what an
    act has touched when the act commits; nothing else writes here.
    """

    area_code = models.TextField(db_collation="C")
    on = models.DateField()
    households_known = models.BigIntegerField(null=True)
    households = models.BigIntegerField()
    done = models.BigIntegerField()
    unreached = models.BigIntegerField()
    refused = models.BigIntegerField()
    persons = models.BigIntegerField()
    enterprises = models.BigIntegerField()
    enterprises_surveyed = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area_code", "on"], name="one_count_a_cell_and_day")]


class CoverageHour(models.Model):
    """By how much one hour changed the counts of a cell: the counts at the end of an hour are those of now without the
    changes of the hours after it. Written by the database as acts commit, beside `CoverageCount`; nothing else writes here.
    """

    pk = models.CompositePrimaryKey("area_code", "hour")
    area_code = models.TextField(db_collation="C")
    hour = models.DateTimeField()
    households_known = models.BigIntegerField()
    households = models.BigIntegerField()
    done = models.BigIntegerField()
    unreached = models.BigIntegerField()
    refused = models.BigIntegerField()
