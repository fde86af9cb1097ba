"""One person, one file: persons, households, what each source row says of them, and how rows were matched."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from fournets.places.models import Dwelling, Enterprise


class Household(models.Model):
    """People who live together (户); the head is the person the register names as 户主."""

    public_id = models.TextField(unique=True)
    area_code = models.TextField(db_collation="C")
    number = models.TextField(default="")
    dwelling = models.ForeignKey(Dwelling, models.SET_NULL, null=True)
    head = models.ForeignKey("Person", models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["area_code", "id"], name="household_by_area")]


class Person(models.Model):
    """One person's file: current values derived from the facts, sensitive ones sealed.

    Household and dwelling are those of a fact, which holds the constraint; checking them again row by row took 2 s a town.
    """

    public_id = models.TextField(unique=True)
    area_code = models.TextField(db_collation="C")
    name = models.TextField()  # found by the tokens of a search, never by itself
    sex = models.TextField(default="")
    birth_on = models.DateField(null=True)
    household = models.ForeignKey(Household, models.SET_NULL, null=True, db_constraint=False)
    dwelling = models.ForeignKey(Dwelling, models.SET_NULL, null=True, db_constraint=False)
    id_number_sealed = models.BinaryField(null=True)
    id_certainty = models.TextField(default="")
    phone_sealed = models.BinaryField(null=True)
    address_sealed = models.BinaryField(null=True)
    values_sealed = models.BinaryField(null=True)
    values = models.JSONField(default=dict)
    seen_on = models.DateField()

    class Meta:
        indexes = [
            models.Index(fields=["area_code", "id"], name="person_by_area"),
            models.Index(fields=["name", "id"], name="person_by_name"),  # the list's order by name
            # few among many: without it a page of them reads through a whole town
            models.Index(
                fields=["area_code", "id"],
                condition=models.Q(phone_sealed__isnull=True),
                name="person_without_phone",
            ),
        ]


class Fact(models.Model):
    """What one source row says of a person: cleaned values, sensitive ones sealed. Never changed, only withdrawn.

    ``origin`` stands for the row of the file, ``digest`` for its content; ``rule`` and ``score`` say why the row
    was given to this person. ``keys`` are the blind keys by which later rows find it.
    """

    person = models.ForeignKey(Person, models.CASCADE)
    area_code = models.TextField(db_collation="C")
    file_id = models.BigIntegerField(db_index=True)
    sheet = models.IntegerField()
    row = models.IntegerField()
    kind = models.TextField(default="")
    seen_on = models.DateField()
    name = models.TextField(default="")
    sex = models.TextField(default="")
    birth_on = models.DateField(null=True)
    values = models.JSONField(default=dict)
    id_number_sealed = models.BinaryField(null=True)
    id_certainty = models.TextField(default="")
    phone_sealed = models.BinaryField(null=True)
    address_sealed = models.BinaryField(null=True)
    values_sealed = models.BinaryField(null=True)
    changes_sealed = models.BinaryField(null=True)
    household = models.ForeignKey(Household, models.SET_NULL, null=True, db_index=False)
    dwelling = models.ForeignKey(Dwelling, models.SET_NULL, null=True, db_index=False)
    enterprise_id = models.BigIntegerField(null=True)
    keys = ArrayField(models.BigIntegerField(), default=list)
    origin = models.BigIntegerField(db_index=True)
    digest = models.BigIntegerField()
    rule = models.TextField(default="")
    score = models.FloatField(null=True)

    class Meta:
        indexes = [  # without it, a household that goes has every fact there is looked through
            models.Index(
                fields=["household"], condition=models.Q(household__isnull=False), name="fact_by_household"
            )
        ]


class PersonKey(models.Model):
    """A blind key by which rows find a person; derived from the keys of the person's facts."""

    pk = models.CompositePrimaryKey("key", "person_id")
    key = models.BigIntegerField()
    person = models.ForeignKey(Person, models.CASCADE, db_constraint=False)
    area_code = models.TextField(db_collation="C")


class Employment(models.Model):
    """A person works for an enterprise, as one source row says; written in one statement with the fact it is of."""

    person = models.ForeignKey(Person, models.CASCADE, db_constraint=False)
    enterprise = models.ForeignKey(Enterprise, models.CASCADE)
    area_code = models.TextField(db_collation="C")
    fact = models.ForeignKey(Fact, models.CASCADE, db_constraint=False)


class ReviewItem(models.Model):
    """A row that may be one of several people, waiting for somebody to decide or for its sender to mend it."""

    area_code = models.TextField(db_collation="C")
    file_id = models.BigIntegerField(db_index=True)
    sheet = models.IntegerField()
    row = models.IntegerField()
    reason = models.TextField()
    score = models.FloatField(null=True)
    candidates = ArrayField(models.BigIntegerField(), default=list)
    row_sealed = models.BinaryField(null=True)  # decided and past its period: none
    origin = models.BigIntegerField(db_index=True)
    decided = models.TextField(default="")
    decided_at = models.DateTimeField(null=True)
    mended_by = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["area_code", "id"], name="review_by_area")]


class Merge(models.Model):
    """Two files made one; enough is kept to take them apart again."""

    area_code = models.TextField(db_collation="C")
    kept = models.ForeignKey(Person, models.CASCADE)
    gone_id = models.BigIntegerField()
    gone_public_id = models.TextField()
    file_id = models.BigIntegerField(null=True, db_index=True)
    facts = ArrayField(models.BigIntegerField(), default=list)
    reason = models.TextField()
    actor = models.TextField()
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)


class Apart(models.Model):
    """Two people somebody has declared to be different; no rule joins them again."""

    area_code = models.TextField(db_collation="C")
    one = models.ForeignKey(Person, models.CASCADE, related_name="+")
    other = models.ForeignKey(Person, models.CASCADE, related_name="+")
    reason = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["one", "other"], name="two_people_are_apart_once")]


class Canary(models.Model):
    """An invented person whom nobody has a reason to look at. Neither the table nor a dump says who: ``mark`` is a blind
    index of the public id, the id itself is sealed. Read only with a setting of its own (`people.services.canary`).
    """

    mark = models.BigIntegerField(primary_key=True)
    person_sealed = models.BinaryField()
    added_at = models.DateTimeField()
    added_by = models.TextField()


class Forgotten(models.Model):
    """A mark by which a row that names a forgotten person (已遗忘) again is known: a blind index, nothing to be read from it.

    ``public_id``: the file that was forgotten; it leads nowhere any more. ``until_on`` (exclusive): how long rows are held up.
    """

    public_id = models.TextField()
    mark = models.BigIntegerField()
    until_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["public_id", "mark"], name="a_forgotten_person_has_a_mark_once")
        ]


class SearchToken(models.Model):
    """By what a person's current values are found: a keyed hash, for a search never reads values (ADR 0014).

    Made by `people.services.index_people`, apart from filing; ``person`` without a check, for whoever goes takes it along.
    """

    pk = models.CompositePrimaryKey("token", "area_code", "person_id")
    token = models.BigIntegerField()
    area_code = models.TextField(db_collation="C")
    person = models.ForeignKey(Person, models.CASCADE, db_constraint=False)


class ToSearch(models.Model):
    """Somebody whose values changed and whose tokens have to be made again; added to, taken from, never changed.

    Not one row a person: one that another transaction adds while tokens are made must not be taken away with the first.
    """

    person_id = models.BigIntegerField()
    area_code = models.TextField(db_collation="C")
