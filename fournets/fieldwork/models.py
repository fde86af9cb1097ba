"""What phones sent of visits: every record is kept, sealed, and none is dropped; and the key of an account's phone."""

from django.db import models
from django.db.models import Q

from fournets.accounts.models import User

# How a visit ends at the door.
REACHED, NOBODY_HOME, REFUSED, MOVED, NEWCOMER = OUTCOMES = (
    "reached", "nobody_home", "refused", "moved", "newcomer",
)  # fmt: skip
KEPT, ASIDE = "kept", "aside"  # what became of a record as it came
OTHER_BODY, NO_RIGHT, OTHER_ACCOUNT, NOT_THERE = ASIDES = (
    "other_body", "no_right", "other_account", "not_there",
)  # fmt: skip
COUNTED, LEFT = "counted", "left"  # what somebody decided of one kept aside
TAKE = "fieldwork_take"  # the kind of job that files people met for the first time


class FieldRecord(models.Model):
    """What somebody found at a door, as her phone sent it: word for word in ``content_sealed``.

    ``record_id`` is made on the phone and ``digest`` (SHA-256) tells whether the same comes again. ``counts``: of the
    records of one id, the one that does. ``device_at``: when, by the phone's clock; ``offset``: how many seconds that
    clock was behind ours when it was sent; ``happened_at``: when, then. ``state`` and ``reason`` are what the phone was
    told and never change; ``decided`` is what became of one kept aside. A ``newcomer`` becomes rows of a file.
    ``typed_by``: who typed it from a printed sheet; ``sent_by`` is who printed that, empty ``typed_by``: a phone sent it.
    """

    record_id = models.UUIDField()
    digest = models.BinaryField()
    area_code = models.TextField(db_collation="C")
    outcome = models.TextField()
    content_sealed = models.BinaryField(null=True)  # past its period: none
    device = models.TextField(default="")
    device_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    received_at = models.DateTimeField()
    offset = models.FloatField()
    happened_at = models.DateTimeField()
    sent_by = models.TextField()
    typed_by = models.TextField(default="")
    state = models.TextField()
    reason = models.TextField(default="")
    counts = models.BooleanField()
    decided = models.TextField(default="")
    decided_by = models.TextField(default="")
    decided_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    file_id = models.BigIntegerField(null=True)
    first_row = models.IntegerField(null=True)
    last_row = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sent_by", "record_id", "digest"], name="a_field_record_is_kept_once"
            ),
            models.UniqueConstraint(
                fields=["sent_by", "record_id"], condition=Q(counts=True), name="one_field_record_counts"
            ),
            models.CheckConstraint(condition=Q(outcome__in=OUTCOMES), name="a_visit_ends_in_one_of_five"),
            models.CheckConstraint(
                condition=Q(state=KEPT, reason="") | Q(state=ASIDE, reason__in=ASIDES),
                name="a_field_record_is_kept_or_aside_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(decided__in=("", COUNTED, LEFT)), name="a_field_record_is_counted_or_left"
            ),
        ]
        indexes = [
            models.Index(fields=["area_code", "id"], condition=Q(state=ASIDE, decided=""), name="field_record_aside"),
            models.Index(
                fields=["area_code", "id"],
                condition=Q(outcome=NEWCOMER, counts=True, taken_at=None),
                name="field_record_to_take",
            ),
            models.Index(fields=["file_id"], condition=Q(file_id__isnull=False), name="field_record_by_file"),
            models.Index(fields=["received_at"], name="field_record_by_time"),
        ]  # fmt: skip


class FieldVisited(models.Model):
    """Whom a record is about, and which task it answers."""

    record = models.ForeignKey(FieldRecord, models.CASCADE)
    area_code = models.TextField(db_collation="C")
    person_id = models.BigIntegerField(db_index=True)
    task_id = models.BigIntegerField(null=True, db_index=True)


class FieldSheet(models.Model):
    """A printed list of visits, to be typed back: which row means which tasks, for whom it was printed (``worker``), by whom.

    ``rows``: in the printed order, of each how many people live there and the numbers of the tasks; never changed.
    ``account``: the number of the account that printed it.
    """

    number = models.TextField(unique=True)
    area_code = models.TextField(db_collation="C")
    rows = models.JSONField()
    worker = models.TextField()
    account = models.BigIntegerField()
    printed_by = models.TextField()
    printed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["area_code", "printed_at"], name="field_sheet_by_area")]


class PhoneKey(models.Model):
    """The key an account's phones lock what they hold with; given to that account alone, each time it signs in."""

    user = models.OneToOneField(User, models.CASCADE)
    key_sealed = models.BinaryField()
    made_at = models.DateTimeField()
