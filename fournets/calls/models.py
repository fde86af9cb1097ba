"""The phone desk: whom to call and which lists asked for it, every attempt, numbers that are wrong; and self-registration."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

TAKE_ANSWERS, TAKE_REGISTRATIONS = "call_answers", "registrations"  # kinds of jobs
JOINED, WITHDRAWN = "joined", "withdrawn"  # how a call ends without anybody at the telephone


class Call(models.Model):
    """Somebody is to be called: one open call a person, whoever sent the list.

    ``call_at``: not before. ``held_by``, ``held_until``: whose he is until when, gone by itself when it has passed;
    ``held_from``: since when. ``round``: attempts in which every number was tried. ``outcome``: the last one; of a closed
    call, the one it ended with. ``by_task``: his task to call asked for it too. ``origin_id``: whose file it was opened
    for, also when it became part of another.
    """

    person_id = models.BigIntegerField()
    origin_id = models.BigIntegerField(db_index=True)
    area_code = models.TextField(db_collation="C")
    purpose = models.TextField()
    due_at = models.DateTimeField()
    call_at = models.DateTimeField()
    opened_by = models.TextField()
    opened_at = models.DateTimeField()
    by_task = models.BooleanField(default=False)
    rounds = models.IntegerField(default=0)
    held_by = models.TextField(default="")
    held_from = models.DateTimeField(null=True)
    held_until = models.DateTimeField(null=True)
    outcome = models.TextField(default="")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person_id"], condition=Q(closed_at=None), name="one_open_call_a_person"
            ),
            models.CheckConstraint(
                condition=(Q(held_by="", held_from=None, held_until=None))
                | (~Q(held_by="") & Q(held_from__isnull=False, held_until__gt=models.F("held_from"))),
                name="who_holds_a_call_holds_it_until_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | (Q(held_by="") & ~Q(outcome="")), name="a_closed_call_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=["area_code", "id"], name="call_by_area"),
            models.Index(fields=["due_at", "id"], condition=Q(closed_at=None), name="open_call_by_due"),
            models.Index(
                fields=["area_code", "due_at"], condition=Q(closed_at=None), name="open_call_by_area"
            ),
            models.Index(fields=["held_by"], condition=~Q(held_by=""), name="call_by_holder"),
            models.Index(fields=["person_id", "closed_at"], name="call_by_person"),
        ]


class Asked(models.Model):
    """A list asked for a call; several may ask for the same one."""

    call = models.ForeignKey(Call, models.CASCADE, db_index=False)
    area_code = models.TextField(db_collation="C")
    file_id = models.BigIntegerField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "file_id"], name="a_list_asks_for_a_call_once")
        ]


class Attempt(models.Model):
    """One number of one person in somebody's hand: shown to him from a moment on, and what came of it.

    ``mark``: a blind index of the number. ``answers_sealed``: what the person answered, waiting to become a row
    (``file_id``, ``row``: where it did). ``tasks``, ``passed_task``, ``visit_id``: what followed, so that it can be undone.
    """

    call = models.ForeignKey(Call, models.CASCADE)
    area_code = models.TextField(db_collation="C")
    by = models.TextField()
    mark = models.BigIntegerField()
    from_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.TextField(default="")
    before = models.JSONField(default=dict)
    tasks = ArrayField(models.BigIntegerField(), default=list)
    passed_task = models.BigIntegerField(null=True)
    visit_id = models.BigIntegerField(null=True)
    answers_sealed = models.BinaryField(null=True)
    note_sealed = models.BinaryField(null=True)
    taken_at = models.DateTimeField(null=True)
    file_id = models.BigIntegerField(null=True)
    row = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["call"], condition=Q(ended_at=None), name="one_attempt_a_call_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, outcome="") | (Q(ended_at__isnull=False) & ~Q(outcome="")),
                name="an_attempt_ends_with_an_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["by", "from_at"], name="attempt_by_caller"),
            models.Index(fields=["from_at"], name="attempt_by_time"),
            models.Index(
                fields=["area_code", "id"],
                condition=Q(answers_sealed__isnull=False, taken_at=None),
                name="answers_to_take",
            ),
            models.Index(fields=["file_id"], condition=Q(file_id__isnull=False), name="answers_by_file"),
        ]


class WrongNumber(models.Model):
    """A number at which a person is not to be found: a blind index, nothing to be read from it."""

    person_id = models.BigIntegerField()
    origin_id = models.BigIntegerField()
    area_code = models.TextField(db_collation="C")
    mark = models.BigIntegerField()
    attempt_id = models.BigIntegerField()
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["origin_id", "mark"], name="a_number_is_wrong_once")]
        indexes = [models.Index(fields=["person_id"], name="wrong_number_by_person")]


class Poster(models.Model):
    """A page on which returnees of an area register themselves, by the token on its poster, until it is withdrawn."""

    area_code = models.TextField(db_collation="C")
    token = models.TextField(unique=True)
    made_by = models.TextField()
    made_at = models.DateTimeField()
    withdrawn_by = models.TextField(default="")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area_code"], condition=Q(withdrawn_at=None), name="one_poster_an_area"
            )
        ]


class Registration(models.Model):
    """What somebody wrote on such a page, sealed, until somebody has looked: ``waiting``, ``taken`` or ``dropped``."""

    poster = models.ForeignKey(Poster, models.PROTECT)
    area_code = models.TextField(db_collation="C")
    content_sealed = models.BinaryField(null=True)
    received_at = models.DateTimeField()
    state = models.TextField(default="waiting")
    decided_by = models.TextField(default="")
    decided_at = models.DateTimeField(null=True)
    file_id = models.BigIntegerField(null=True)
    row = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "asked", "taken", "dropped"]),
                name="a_registration_is_in_one_of_four",
            )
        ]
        indexes = [
            models.Index(
                fields=["area_code", "id"],
                condition=Q(state__in=["waiting", "asked"]),
                name="waiting_registration",
            ),
            models.Index(fields=["poster", "received_at"], name="registration_by_poster"),
            models.Index(fields=["file_id"], condition=Q(file_id__isnull=False), name="registration_by_file"),
        ]


class Knock(models.Model):
    """That an address sent a registration, and when: a keyed hash of it, kept for an hour, to be counted."""

    mark = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["mark", "at"], name="knock_by_address"),
            models.Index(fields=["at"], name="knock_by_time"),
        ]
