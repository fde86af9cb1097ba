"""One person, one file: persons, households, what each source row says of them, and how rows were matched."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from fournets.places.models import Dwelling, Enterprise


class Household(models.Model):
    """People who live together (户); the head is the person the register names as 户主."""

    public_id = models.TextField(unique=True)
    area_code = models.TextField(db_collation="C")
    dwelling = models.ForeignKey(Dwelling, models.SET_NULL, null=True)
    head = models.ForeignKey("Person", models.SET_NULL, null=True, related_name="+")


class Person(models.Model):
    """One person's file: current values derived from the facts, sensitive ones sealed."""

    public_id = models.TextField(unique=True)
    area_code = models.TextField(db_collation="C")
    name = models.TextField(db_index=True)
    sex = models.TextField(default="")
    birth_on = models.DateField(null=True)
    household = models.ForeignKey(Household, models.SET_NULL, null=True)
    dwelling = models.ForeignKey(Dwelling, models.SET_NULL, null=True)
    id_number_sealed = models.BinaryField(null=True)
    id_certainty = models.TextField(default="")
    phone_sealed = models.BinaryField(null=True)
    address_sealed = models.BinaryField(null=True)
    values = models.JSONField(default=dict)
    seen_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["area_code", "id"], name="person_by_area")]


class Fact(models.Model):
    """What one source row says of a person: cleaned values, sensitive ones sealed. Never changed, only withdrawn."""

    person = models.ForeignKey(Person, models.CASCADE)
    area_code = models.TextField(db_collation="C")
    file_id = models.BigIntegerField(db_index=True)
    sheet = models.IntegerField()
    row = models.IntegerField()
    seen_on = models.DateField()
    values = models.JSONField(default=dict)
    id_number_sealed = models.BinaryField(null=True)
    id_certainty = models.TextField(default="")
    phone_sealed = models.BinaryField(null=True)
    address_sealed = models.BinaryField(null=True)
    changes_sealed = models.BinaryField(null=True)
    keys = ArrayField(models.BigIntegerField(), default=list)
    digest = models.BigIntegerField()


class PersonKey(models.Model):
    """A blind key by which rows find a person; derived from the keys of the person's facts."""

    key = models.BigIntegerField(db_index=True)
    person = models.ForeignKey(Person, models.CASCADE)
    area_code = models.TextField(db_collation="C")


class Employment(models.Model):
    """A person works for an enterprise, as one source row says."""

    person = models.ForeignKey(Person, models.CASCADE)
    enterprise = models.ForeignKey(Enterprise, models.CASCADE)
    area_code = models.TextField(db_collation="C")
    fact = models.ForeignKey(Fact, models.CASCADE)


class ReviewItem(models.Model):
    """A row that may be one of several people, waiting for somebody to decide."""

    area_code = models.TextField(db_collation="C")
    file_id = models.BigIntegerField(db_index=True)
    sheet = models.IntegerField()
    row = models.IntegerField()
    reason = models.TextField()
    score = models.FloatField(null=True)
    candidates = ArrayField(models.BigIntegerField(), default=list)
    row_sealed = models.BinaryField()
    decided = models.TextField(default="")
    decided_at = models.DateTimeField(null=True)


class Merge(models.Model):
    """Two files made one; enough is kept to take them apart again."""

    area_code = models.TextField(db_collation="C")
    kept = models.ForeignKey(Person, models.CASCADE)
    gone_public_id = models.TextField()
    facts = ArrayField(models.BigIntegerField(), default=list)
    reason = models.TextField()
    actor = models.TextField()
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
