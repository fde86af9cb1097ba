"""Places to isolate in: sites and observation points, their rooms and beds, and who stays in which from when until when."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import Func, Q

from fournets.isolation.models.orders import IsolationOrder
from fournets.isolation.rules.beds import BED_STATES


class Site(models.Model):
    """An isolation site or a community's observation point (``kind``: site, point).

    ``open_to``: areas beside its own whose people may be given a bed here, because somebody over both has opened it to them.
    """

    name = models.TextField()
    area_code = models.TextField(db_collation="C")
    kind = models.TextField()
    open_to = ArrayField(models.TextField(), default=list)
    opened_by = models.TextField()
    opened_at = models.DateTimeField()

    class Meta:
        db_table = "isolation_site"
        constraints = [
            models.UniqueConstraint(fields=["area_code", "name"], name="one_site_a_name"),
            models.CheckConstraint(condition=Q(kind__in=["site", "point"]), name="a_site_is_of_a_known_kind"),
        ]


class Bed(models.Model):
    """One bed of a room. ``reserve``: its room is kept back and given to nobody until it is opened."""

    site = models.ForeignKey(Site, models.CASCADE, db_index=False)
    area_code = models.TextField(db_collation="C")
    floor = models.IntegerField()
    room = models.TextField()
    label = models.TextField()
    state = models.TextField(default="free")
    reserve = models.BooleanField(default=False)

    class Meta:
        db_table = "isolation_bed"
        constraints = [
            models.UniqueConstraint(fields=["site", "floor", "room", "label"], name="one_bed_a_label"),
            models.CheckConstraint(condition=Q(state__in=BED_STATES), name="a_bed_is_in_a_known_state"),
        ]
        indexes = [
            models.Index(
                fields=["site", "floor", "room", "label"],
                condition=Q(state="free", reserve=False),
                name="bed_free",
            )
        ]


class Stay(models.Model):
    """Somebody has a bed from a moment on; ``until_at`` None: he is there. Neither bed nor person is in two stays at once."""

    bed = models.ForeignKey(Bed, models.PROTECT)
    order = models.ForeignKey(IsolationOrder, models.CASCADE, db_index=False)
    area_code = models.TextField(db_collation="C")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    given_by = models.TextField()
    ended_by = models.TextField(default="")

    class Meta:
        db_table = "isolation_stay"
        constraints = [
            ExclusionConstraint(
                name="one_stay_a_bed_at_a_time",
                expressions=[
                    ("bed", RangeOperators.EQUAL),
                    (Func("from_at", "until_at", function="tstzrange"), RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="one_bed_a_person_at_a_time",
                expressions=[
                    ("order", RangeOperators.EQUAL),
                    (Func("from_at", "until_at", function="tstzrange"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
