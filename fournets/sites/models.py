"""Running a site beside its beds: zones, arrivals, supplies, rounds with their proof, staff and its training."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from fournets.isolation.models import Site
from fournets.sites.rules import JOBS, PROOFS, ROUND_KINDS, TRAININGS, WHO, ZONE_KINDS


class Zone(models.Model):
    """A part of a floor: clean, buffer or contaminated (清洁区, 缓冲区, 污染区), and what lies in it."""

    site = models.ForeignKey(Site, models.CASCADE)
    area_code = models.TextField(db_collation="C")
    floor = models.IntegerField()
    kind = models.TextField()
    what = models.TextField()
    noted_by = models.TextField()
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ZONE_KINDS), name="a_zone_is_of_a_known_kind"),
            models.UniqueConstraint(fields=["site", "floor", "kind"], name="one_zone_of_a_kind_a_floor"),
        ]


class Arrival(models.Model):
    """So many people are expected at a site on a day; ``ended_at``: they came, or will not."""

    site = models.ForeignKey(Site, models.CASCADE)
    area_code = models.TextField(db_collation="C")
    on = models.DateField()
    people = models.IntegerField()
    whence = models.TextField()
    noted_by = models.TextField()
    noted_at = models.DateTimeField()
    ended_by = models.TextField(default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(people__gte=1, people__lte=9999), name="an_arrival_is_of_people"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by="") | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
                name="an_arrival_is_ended_by_somebody",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["site"], condition=Q(ended_at=None), name="arrival_expected")]


class Supply(models.Model):
    """A thing a site keeps: its unit, and how much of it each of those who use it needs a day."""

    site = models.ForeignKey(Site, models.CASCADE)
    area_code = models.TextField(db_collation="C")
    name = models.TextField()
    unit = models.TextField()
    who = models.TextField()
    a_day = models.DecimalField(max_digits=8, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "name"], name="one_supply_a_name"),
            models.CheckConstraint(condition=Q(who__in=WHO), name="a_supply_is_used_by_somebody"),
            models.CheckConstraint(condition=Q(a_day__gt=0), name="a_supply_is_used_up"),
        ]


class SupplyCount(models.Model):
    """What was there when somebody counted a supply; the newest counts."""

    supply = models.ForeignKey(Supply, models.CASCADE, db_index=False)
    area_code = models.TextField(db_collation="C")
    count = models.DecimalField(max_digits=12, decimal_places=2)
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(count__gte=0), name="a_count_is_not_below_zero")]
        indexes = [models.Index(fields=["supply", "-id"], name="count_by_supply")]


class RoundPlan(models.Model):
    """A round that comes again: waste or disinfection, where, every so many hours. ``ended_at``: not any more."""

    site = models.ForeignKey(Site, models.CASCADE)
    area_code = models.TextField(db_collation="C")
    kind = models.TextField()
    where = models.TextField()
    hours = models.IntegerField()
    begun_by = models.TextField()
    begun_at = models.DateTimeField()
    ended_by = models.TextField(default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ROUND_KINDS), name="a_round_is_of_a_known_kind"),
            models.CheckConstraint(condition=Q(hours__gte=1, hours__lte=720), name="a_round_comes_again"),
            models.UniqueConstraint(
                fields=["site", "kind", "where"], condition=Q(ended_at=None), name="one_round_a_place"
            ),
        ]


class RoundDone(models.Model):
    """A round was done: when, by whom, and its proof, a photo or document (sealed) or who signed for it."""

    plan = models.ForeignKey(RoundPlan, models.CASCADE, db_index=False)
    area_code = models.TextField(db_collation="C")
    proof = models.TextField()
    signed = models.TextField(default="")
    file_sealed = models.BinaryField(null=True)
    media = models.TextField(default="")
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(proof="signed", file_sealed=None, media="") & ~Q(signed="")
                | (Q(proof="file") & ~Q(media="")),
                name="a_round_has_its_proof",
            ),
            models.CheckConstraint(condition=Q(proof__in=PROOFS), name="a_proof_is_of_a_known_kind"),
        ]
        indexes = [models.Index(fields=["plan", "-at"], name="round_by_plan")]


class Worker(models.Model):
    """Somebody who works at sites of an area."""

    area_code = models.TextField(db_collation="C")
    name = models.TextField()
    phone_sealed = models.BinaryField(null=True)
    noted_by = models.TextField()
    noted_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["area_code", "id"], name="worker_by_area")]


class Training(models.Model):
    """A worker was trained: in what, on which day, and until when it counts (exclusive)."""

    worker = models.ForeignKey(Worker, models.CASCADE, db_index=False)
    area_code = models.TextField(db_collation="C")
    kind = models.TextField()
    on = models.DateField()
    until_on = models.DateField()
    noted_by = models.TextField()
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=TRAININGS), name="a_training_is_of_a_known_kind"),
            models.CheckConstraint(condition=Q(until_on__gt=F("on")), name="a_training_counts_for_days"),
        ]
        indexes = [models.Index(fields=["worker", "kind", "until_on"], name="training_by_worker")]


class Assignment(models.Model):
    """A worker does a job at a site from a day on. ``needed``: the trainings the rules asked for that day.

    The database takes no assignment without them (`assignment_needs_training`).
    """

    worker = models.ForeignKey(Worker, models.CASCADE, db_index=False)
    site = models.ForeignKey(Site, models.CASCADE)
    area_code = models.TextField(db_collation="C")
    job = models.TextField()
    needed = ArrayField(models.TextField())
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    given_by = models.TextField()
    given_at = models.DateTimeField()
    ended_by = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(job__in=JOBS), name="an_assignment_is_to_a_known_job"),
            models.CheckConstraint(condition=~Q(needed=[]), name="an_assignment_needs_some_training"),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")), name="an_assignment_ends_after_it_began"
            ),
            models.UniqueConstraint(
                fields=["worker"], condition=Q(until_on=None), name="one_site_a_worker_at_a_time"
            ),
        ]  # fmt: skip
