"""Figures frozen at a cut-off, departments' forms, and the lists of people that were handed out."""

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


class KeptForm(models.Model):
    """A department's form an area fills again and again: its newest blank, sealed, and what somebody said of its columns.

    ``mapping`` holds what was corrected, header by header (an empty field: the column stays empty); the next version of the
    form is read with it. ``unsure``: how many columns nobody has checked that are guesses or not known. ``sent_by`` is a login.
    """

    area_code = models.TextField(db_collation="C")
    name = models.TextField()
    template = models.ForeignKey(FormTemplate, models.PROTECT)
    department = models.TextField()
    blank_sealed = models.BinaryField()
    sha256 = models.TextField()
    mapping = models.JSONField(default=dict)
    unsure = models.IntegerField(default=0)
    sent_by = models.TextField()
    sent_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area_code", "name"],
                condition=models.Q(ended_at=None),
                name="an_area_keeps_a_form_once",
            )
        ]


class FilledForm(models.Model):
    """A form that was filled: for which area and day, and the report of its cells.

    ``serial`` is the file's and, once somebody asked to hand it out, the export's. ``recipient`` and ``purpose`` are there
    when it is to be asked for as soon as it is filled.
    """

    template = models.ForeignKey(FormTemplate, models.PROTECT)
    form = models.ForeignKey(KeptForm, models.PROTECT, null=True)
    area_code = models.TextField(db_collation="C")
    on = models.DateField()
    who = models.TextField(default="")
    sha256 = models.TextField()
    report = models.JSONField()
    at = models.DateTimeField()
    by = models.TextField(default="")
    state = models.TextField(default="filled")
    serial = models.TextField(default="", db_index=True)
    recipient = models.TextField(default="")
    purpose = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=("waiting", "filled", "failed")),
                name="a_form_is_filled_or_waits_or_failed",
            )
        ]


class FilledCopy(models.Model):
    """The file of a filled form, sealed: what was looked at is what is handed out. Whose rows it holds, to destroy it with them."""

    filled = models.OneToOneField(FilledForm, models.CASCADE, primary_key=True)
    area_code = models.TextField(db_collation="C")
    content_sealed = models.BinaryField()
    shown_sealed = models.BinaryField()
    people = ArrayField(models.BigIntegerField(), default=list)
    at = models.DateTimeField()


class FormDeadline(models.Model):
    """By when a form is due, on which days of the week (1 is Monday), and with whom: a time of day, or one of the policy's."""

    form = models.ForeignKey(KeptForm, models.CASCADE)
    area_code = models.TextField(db_collation="C")
    at = models.TimeField(null=True)
    rule = models.TextField(default="")
    weekdays = ArrayField(models.SmallIntegerField())
    recipient = models.TextField()
    set_by = models.TextField()
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(at__isnull=True) & ~models.Q(rule="")
                | models.Q(at__isnull=False, rule=""),
                name="a_deadline_has_one_time",
            )
        ]


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


class Export(models.Model):
    """A list of people somebody asked for: for whom, what for, which columns, and what became of it.

    ``asker`` and ``approver`` are logins; nobody approves what he asked for. A list is made once; ``sha256`` is the file's.
    ``narrow`` is what the list it was asked from was narrowed to; ``chosen`` the people selected in it, None: all of them.
    """

    serial = models.TextField(unique=True)
    kind = models.TextField(default="list")
    area_code = models.TextField(db_collation="C")
    who = models.TextField(default="resident")
    narrow = models.JSONField(default=dict)
    chosen = ArrayField(models.BigIntegerField(), null=True)
    on = models.DateField()
    columns = ArrayField(models.TextField())
    unmasked = models.BooleanField(default=False)
    recipient = models.TextField()
    purpose = models.TextField()
    count = models.IntegerField()
    state = models.TextField()
    asker = models.TextField()
    asked_at = models.DateTimeField()
    approver = models.TextField(default="")
    decided_at = models.DateTimeField(null=True)
    word = models.TextField(default="")
    made_at = models.DateTimeField(null=True)
    sha256 = models.TextField(default="")

    class Meta:
        indexes = [
            models.Index(fields=["area_code", "state"], name="export_by_area"),
            models.Index(fields=["asker", "made_at"], name="export_by_asker"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=("ready", "waiting", "approved", "refused", "made")),
                name="an_export_is_in_a_state",
            ),
            models.CheckConstraint(
                condition=~models.Q(approver=models.F("asker")), name="nobody_approves_his_own_export"
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=("approved", "refused"))
                | (~models.Q(approver="") & ~models.Q(word="") & models.Q(decided_at__isnull=False)),
                name="a_decision_on_an_export_has_a_word",
            ),
            models.CheckConstraint(
                condition=models.Q(state="made", made_at__isnull=False) & ~models.Q(sha256="")
                | ~models.Q(state="made") & models.Q(made_at=None, sha256=""),
                name="a_made_export_has_its_file",
            ),
        ]


class ExportRow(models.Model):
    """A person in an export that was made; ``code`` is the row's own in that export and stands in its first column."""

    pk = models.CompositePrimaryKey("export_id", "person_id")
    export = models.ForeignKey(Export, models.PROTECT)
    person_id = models.BigIntegerField(db_index=True)
    area_code = models.TextField(db_collation="C")
    code = models.BigIntegerField(null=True, db_index=True)
