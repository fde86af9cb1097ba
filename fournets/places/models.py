"""Places: the area tree, buildings and dwellings, and the town's enterprises."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Area(models.Model):
    """One division of the tree, from province to group; its code is its path. Holds no personal data."""

    code = models.TextField(primary_key=True, db_collation="C")
    kind = models.TextField()
    official_name = models.TextField()
    short_name = models.TextField()
    aliases = ArrayField(models.TextField(), default=list)
    civil_code = models.TextField(default="")
    dwellings_known = models.IntegerField(null=True)
    households_known = models.IntegerField(null=True)
    persons_known = models.IntegerField(null=True)
    boundary = models.JSONField(null=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=models.Q(code__regex=r"^[0-9]+$"), name="an_area_code_is_digits")
        ]


class Building(models.Model):
    """A building (楼栋); `code` is the area code of 22 digits, `area_code` the same, for the scope."""

    code = models.TextField(primary_key=True, db_collation="C")
    area_code = models.TextField(db_collation="C")
    name = models.TextField()
    aliases = ArrayField(models.TextField(), default=list)
    dwellings_known = models.IntegerField(null=True)
    households_known = models.IntegerField(null=True)
    persons_known = models.IntegerField(null=True)
    boundary = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(code=models.F("area_code")), name="a_building_stands_at_its_code"
            )
        ]


class PlaceFact(models.Model):
    """What one source row says of a cell, group or building: name and known totals. Never changed, only withdrawn."""

    place_code = models.TextField(db_collation="C", db_index=True)
    area_code = models.TextField(db_collation="C")
    file_id = models.BigIntegerField()
    sheet = models.IntegerField()
    row = models.IntegerField()
    seen_on = models.DateField()
    name = models.TextField()
    values = models.JSONField(default=dict)
    boundary = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["file_id", "sheet", "row", "place_code"], name="one_fact_a_row_and_place"
            )
        ]


class Dwelling(models.Model):
    """A dwelling (户室): one door of a building; the door is sealed."""

    area_code = models.TextField(db_collation="C")
    building = models.ForeignKey(Building, models.CASCADE)
    door_sealed = models.BinaryField()
    door_index = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["building", "door_index"], name="one_dwelling_a_door")]


class Enterprise(models.Model):
    """An enterprise or sole trader; current values derived from its `EnterpriseFact`s.

    A sole trader's address is often a home: it is sealed, and `address_index` only says whether two are the same.
    """

    public_id = models.TextField(unique=True)
    area_code = models.TextField(db_collation="C")
    uscc = models.TextField(null=True, unique=True)
    name = models.TextField()
    name_key = models.TextField(db_index=True)
    sole_trader = models.BooleanField(default=False)
    industry_section = models.TextField(default="")
    industry_division = models.TextField(default="")
    headcount = models.IntegerField(null=True)
    resume_on = models.DateField(null=True)
    surveyed_on = models.DateField(null=True)
    contact_phone_sealed = models.BinaryField(null=True)
    address_sealed = models.BinaryField(null=True)
    address_index = models.BigIntegerField(null=True)
    values = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["area_code", "id"], name="enterprise_by_area")]


class EnterpriseFact(models.Model):
    """What one source row says of an enterprise; withdrawn, never changed."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE)
    area_code = models.TextField(db_collation="C")
    file_id = models.BigIntegerField()
    sheet = models.IntegerField()
    row = models.IntegerField()
    seen_on = models.DateField()
    name = models.TextField(default="")
    name_key = models.TextField(default="")
    uscc = models.TextField(null=True)
    sole_trader = models.BooleanField(default=False)
    industry_section = models.TextField(default="")
    industry_division = models.TextField(default="")
    values = models.JSONField(default=dict)
    contact_phone_sealed = models.BinaryField(null=True)
    address_sealed = models.BinaryField(null=True)
    address_index = models.BigIntegerField(null=True)
    changes_sealed = models.BinaryField(null=True)
    digest = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file_id", "sheet", "row"], name="one_enterprise_fact_a_row")
        ]
