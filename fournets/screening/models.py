"""Net 2: what the rules say of a person on a day, and what was found at the door."""

from django.db import models


class Decision(models.Model):
    """One distinct answer of the rules: same facts, same policy, same day, same decision."""

    facts = models.JSONField()
    on = models.DateField()
    area_code = models.TextField(db_collation="C")
    policy_digest = models.TextField()
    risk_class = models.TextField()
    action = models.TextField()
    reasons = models.JSONField(default=list)
    from_on = models.DateField(null=True)
    until_on = models.DateField(null=True)
    key = models.TextField(unique=True)


class Assessment(models.Model):
    """A decision as it applies to one person; the newest is the one in force."""

    person_id = models.BigIntegerField()
    area_code = models.TextField(db_collation="C")
    decision = models.ForeignKey(Decision, models.PROTECT)
    assessed_on = models.DateField()
    superseded_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person_id"],
                condition=models.Q(superseded_on=None),
                name="one_assessment_in_force",
            )
        ]


class Visit(models.Model):
    """What was found at a door: done, unreached or refused."""

    area_code = models.TextField(db_collation="C")
    person_id = models.BigIntegerField(null=True)
    household_id = models.BigIntegerField(null=True)
    outcome = models.TextField()
    on = models.DateField()
    by = models.TextField(default="")
    file_id = models.BigIntegerField(null=True, db_index=True)
    row = models.IntegerField(null=True)
