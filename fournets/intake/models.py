"""The ledger of what came in: files, their sheets, and the one outcome of every row."""

from django.db import models

from fournets.jobs.models import Job

OUTCOMES = ("created", "matched", "updated", "unchanged", "review", "rejected", "not_data")
UPLOAD_STATES = ("waiting", "looked", "done", "failed", "cancelled", "lapsed")
TAKE, UNDO, LOOK, AGAIN = "intake", "undo", "look", "again"  # kinds of jobs


class SourceFile(models.Model):
    """A file somebody sent, kept verbatim (sealed) under its sha256."""

    sha256 = models.TextField()
    name = models.TextField()
    area_code = models.TextField(db_collation="C")
    sender = models.TextField(default="")
    size = models.BigIntegerField()
    received_at = models.DateTimeField()
    seen_on = models.DateField()
    state = models.TextField()
    refused = models.JSONField(null=True)
    destroyed_at = models.DateTimeField(
        null=True
    )  # the original is gone; what it said stands in the register

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sha256", "area_code"],
                condition=models.Q(state="taken"),
                name="a_file_is_taken_once",
            )
        ]


class SourceSheet(models.Model):
    """One sheet of a file: its kind, which column means what, and the sums of its outcomes.

    ``area_code`` is its sender's, ``speaks_of`` the area its title stands for (empty: not looked at, before 0006).
    """

    file = models.ForeignKey(SourceFile, models.CASCADE)
    area_code = models.TextField(db_collation="C")
    speaks_of = models.TextField(default="", db_collation="C")
    number = models.IntegerField()
    name = models.TextField()
    kind = models.TextField()
    layout = models.JSONField(default=dict)
    rows = models.IntegerField()
    counts = models.JSONField(default=dict)
    notices = models.JSONField(default=list)


class SourceRow(models.Model):
    """One row of one sheet and what became of it; ``mended_by`` is the file in which it returned mended.

    The row of a person who was forgotten since keeps its outcome, for the sums, and the reason ``forgotten``; nothing else.
    """

    file = models.ForeignKey(
        SourceFile, models.CASCADE, db_index=False
    )  # the constraint's index begins with it
    area_code = models.TextField(db_collation="C")
    sheet = models.IntegerField()
    row = models.IntegerField()
    outcome = models.TextField()
    reason = models.TextField(default="")
    rule = models.TextField(default="")
    score = models.FloatField(null=True)
    person_id = models.BigIntegerField(null=True)
    enterprise_id = models.BigIntegerField(null=True)
    problems = models.JSONField(null=True)
    mended_by = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["mended_by"],
                condition=models.Q(mended_by__isnull=False),
                name="row_by_the_file_that_mends",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["file", "sheet", "row"], name="one_outcome_a_row"),
            models.CheckConstraint(
                condition=models.Q(outcome__in=list(OUTCOMES)), name="an_outcome_is_one_of_seven"
            ),
        ]


class KnownLayout(models.Model):
    """A layout somebody has explained: which kind of list it is and what its columns mean."""

    signature = models.TextField()
    sender = models.TextField(default="")
    kind = models.TextField()
    columns = models.JSONField()
    learned_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["signature", "sender"], name="one_meaning_a_layout")]


class Upload(models.Model):
    """A file as it was sent on the page, sealed until its turn comes; ``files`` says what it became in the ledger.

    An archive becomes several files. Each entry: the ``file``'s number, whether it was ``known``, how many rows it ``mended``.
    Of one that is ``looked`` at first, ``looked`` holds what each file in it would be: its name, sheets, open questions;
    ``lapsed``, nobody decided on it within its period, and what was sent is destroyed.
    """

    job = models.ForeignKey(Job, models.CASCADE)
    area_code = models.TextField(db_collation="C")
    name = models.TextField()
    size = models.BigIntegerField()
    seen_on = models.DateField()
    state = models.TextField(default="waiting")
    files = models.JSONField(default=list)
    looked = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=UPLOAD_STATES),
                name="an_upload_is_in_one_of_six_states",
            )
        ]
