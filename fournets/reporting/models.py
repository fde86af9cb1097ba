"""Figures frozen at a cut-off, and departments' forms."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class FormTemplate(models.Model):
    """A department's blank form as learned: its columns and what each means; versions follow one another."""

    name = models.TextField()
    version = models.IntegerField()
    sha256 = models.TextField()
    kind = models.TextField()
    columns = models.JSONField()
    learned_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="one_form_a_version")]


class FilledForm(models.Model):
    """A form that was filled: for which area and day, and the report of its cells."""

    template = models.ForeignKey(FormTemplate, models.PROTECT)
    area_code = models.TextField(db_collation="C")
    on = models.DateField()
    sha256 = models.TextField()
    report = models.JSONField()
    at = models.DateTimeField()


class DayClose(models.Model):
    """A day's figures, frozen. Correction 0 is the first close; later ones stand beside it, never in its place."""

    on = models.DateField()
    at = models.DateTimeField()
    correction = models.IntegerField(default=0)
    definitions_digest = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["on", "correction"], name="a_day_is_closed_once")]


class DayFigure(models.Model):
    """One frozen figure of one area with the list behind it; zero is a figure too."""

    day = models.ForeignKey(DayClose, models.CASCADE)
    area_code = models.TextField(db_collation="C")
    figure = models.TextField()
    value = models.BigIntegerField()
    behind = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "area_code", "figure"], name="one_value_a_figure")
        ]
