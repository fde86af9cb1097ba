"""Forms for field devices, and what devices sent: every payload is kept, sealed, and none is dropped."""

from django.db import models

OTHER_BYTES, EDITED_BEFORE, CLOSED = "other_bytes", "edited_before", "form_closed"
REASONS = (OTHER_BYTES, EDITED_BEFORE, CLOSED)  # why a payload was kept aside
COUNTED, LEFT = "counted", "left"  # what somebody decided of it
TAKE = "field_take"  # the kind of job that makes rows of submissions


class FieldForm(models.Model):
    """One version of a form for devices (XLSForm): the workbook as it was sent, and the XForm made of it.

    Devices of ``area_code`` and of all below it are given the newest version. ``questions``: what is asked, in order, for
    the headings of the rows that are made of submissions. Closing a form closes all its versions.
    """

    form_id = models.TextField()
    version = models.TextField()
    title = models.TextField()
    area_code = models.TextField(db_collation="C")
    xform = models.TextField()
    md5 = models.TextField()  # of the bytes of the XForm, as devices ask for it
    workbook = models.BinaryField()
    questions = models.JSONField()
    households = models.BooleanField(default=False)  # asks for the list of households
    sent_by = models.TextField()
    sent_at = models.DateTimeField()
    closed_by = models.TextField(default="")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form_id", "version"], name="one_field_form_a_version")
        ]


class Submission(models.Model):
    """What a device sent of one instance of a form, word for word.

    ``replaced_by`` is the instance that corrected this one; empty: it counts. ``file_id`` is the file of the ledger its
    rows came in with, from ``first_row`` to ``last_row`` of its one sheet.
    """

    form = models.ForeignKey(FieldForm, models.PROTECT, db_index=False)
    form_id_text = models.TextField()
    instance_id = models.TextField()
    area_code = models.TextField(db_collation="C")
    digest = models.BinaryField()  # SHA-256 of the payload
    content_sealed = models.BinaryField(null=True)  # past its period: none
    deprecated_id = models.TextField(default="")
    replaced_by = models.TextField(default="")
    sent_by = models.TextField()
    device = models.TextField(default="")
    received_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    file_id = models.BigIntegerField(null=True)
    first_row = models.IntegerField(null=True)
    last_row = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form_id_text", "instance_id"], name="one_submission_an_instance")
        ]
        indexes = [
            models.Index(
                fields=["form_id_text", "area_code", "id"],
                condition=models.Q(taken_at=None),
                name="submission_not_taken_in",
            )
        ]


class SubmissionFile(models.Model):
    """A photo or another file that came with a submission; another content under a name known already is kept beside it."""

    submission = models.ForeignKey(Submission, models.CASCADE, db_index=False)
    area_code = models.TextField(db_collation="C")
    name = models.TextField()
    media_type = models.TextField()
    size = models.IntegerField()
    digest = models.BinaryField()
    content_sealed = models.BinaryField(null=True)  # past its period: none
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "name", "digest"], name="a_file_of_a_submission_is_kept_once"
            )
        ]


class KeptAside(models.Model):
    """A payload that was not accepted and must not be lost: the same instance in other words, a second correction, or
    one that came after its form was closed; until somebody decides. ``files``: names of what came with it, each with its content, sealed too.
    """

    form_id_text = models.TextField()
    instance_id = models.TextField()
    area_code = models.TextField(db_collation="C")
    reason = models.TextField()
    digest = models.BinaryField()
    content_sealed = models.BinaryField(null=True)  # past its period: none
    files_sealed = models.BinaryField(null=True)
    sent_by = models.TextField()
    device = models.TextField(default="")
    received_at = models.DateTimeField()
    decided = models.TextField(default="")
    decided_by = models.TextField(default="")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided__in=("", COUNTED, LEFT)), name="a_payload_aside_is_counted_or_left"
            ),
            models.UniqueConstraint(
                fields=["form_id_text", "instance_id", "digest"], name="a_payload_is_kept_aside_once"
            ),
            models.CheckConstraint(
                condition=models.Q(reason__in=REASONS),
                name="a_payload_is_kept_aside_for_one_of_three_reasons",
            ),
        ]
