"""Tracing (流调): cases, who was in contact with them, and what the disease control centre answers about these."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from fournets.tracing.rules import ANSWERED, CASE_CLASSES, DECISIONS, DEGREES, EXCLUDED, KINDS, LABS, SOURCES


class Case(models.Model):
    """A person who has, or may have, the disease (病例). ``origin_id``: whom it was noted of, also when files are joined.

    ``joined_by``: the merge that excluded it, for the kept file had a case of its own; ``joined_class``: its class before.
    """

    number = models.TextField(unique=True)
    person_id = models.BigIntegerField()
    origin_id = models.BigIntegerField(db_index=True)
    area_code = models.TextField(db_collation="C")
    classification = models.TextField()
    onset_on = models.DateField(null=True)
    reported_on = models.DateField()
    lab = models.TextField(default="none")
    lab_on = models.DateField(null=True)
    joined_by = models.BigIntegerField(null=True)
    joined_class = models.TextField(default="")
    noted_by = models.TextField()
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(classification__in=CASE_CLASSES), name="a_case_is_of_a_known_class"
            ),
            models.CheckConstraint(condition=Q(lab__in=LABS), name="a_case_has_a_known_lab_state"),
            models.UniqueConstraint(
                fields=["person_id"], condition=~Q(classification=EXCLUDED), name="one_case_a_person"
            ),
        ]
        indexes = [
            models.Index(fields=["area_code", "id"], name="case_by_area"),
            models.Index(fields=["person_id"], name="case_by_person"),
        ]


class Contact(models.Model):
    """Somebody who was in contact with a case (密切接触者, 次密接): how closely, how, from when until when, where.

    ``area_code`` is the contact's own. ``source``: how it became known. ``lab``: how his test stands. ``decision``: what the
    disease control centre has decided, and on which day it said so. ``joined_from``: the cases it was a contact of before
    these were joined to another, the first one first.
    """

    case = models.ForeignKey(Case, models.CASCADE)
    person_id = models.BigIntegerField()
    origin_id = models.BigIntegerField(db_index=True)
    area_code = models.TextField(db_collation="C")
    degree = models.TextField()
    kind = models.TextField()
    first_on = models.DateField(null=True)
    last_on = models.DateField()
    place_sealed = models.BinaryField(null=True)
    source = models.TextField()
    lab = models.TextField(default="none")
    lab_on = models.DateField(null=True)
    decision = models.TextField(default="open")
    decided_on = models.DateField(null=True)
    joined_from = ArrayField(models.BigIntegerField(), null=True)
    noted_by = models.TextField()
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "person_id"], name="one_contact_a_case_and_person"),
            models.CheckConstraint(
                condition=Q(degree__in=DEGREES, kind__in=KINDS, source__in=SOURCES),
                name="a_contact_is_of_a_known_kind",
            ),
            models.CheckConstraint(
                condition=Q(lab__in=LABS, decision__in=DECISIONS), name="a_contact_is_in_a_known_state"
            ),
            models.CheckConstraint(
                condition=Q(first_on=None) | Q(first_on__lte=F("last_on")),
                name="a_contact_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=Q(decision="open", decided_on=None)
                | (~Q(decision="open") & Q(decided_on__isnull=False)),
                name="a_decision_on_a_contact_has_its_day",
            ),
        ]
        indexes = [
            models.Index(fields=["area_code", "id"], name="contact_by_area"),
            models.Index(fields=["person_id"], name="contact_by_person"),
        ]


class Answer(models.Model):
    """A file in which the disease control centre answers about contacts: looked at first, then done whole, or dropped."""

    area_code = models.TextField(db_collation="C")
    sha256 = models.TextField()
    state = models.TextField(default="looked")
    rows = models.IntegerField()
    problems = models.JSONField(default=list)
    sent_by = models.TextField()
    sent_at = models.DateTimeField()
    done_by = models.TextField(default="")
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="looked", done_by="") | (Q(state__in=["done", "dropped"]) & ~Q(done_by="")),
                name="an_answer_is_done_by_somebody",
            )
        ]
        indexes = [models.Index(fields=["area_code", "id"], name="answer_by_area")]


class AnswerLine(models.Model):
    """What one row of an answer says of one contact, and the acts that were shown for it before they were done."""

    answer = models.ForeignKey(Answer, models.CASCADE)
    contact = models.ForeignKey(Contact, models.CASCADE)
    area_code = models.TextField(db_collation="C")
    row = models.IntegerField()
    decision = models.TextField()
    free_on = models.DateField(null=True)
    lab = models.TextField(default="")
    acts = ArrayField(models.TextField(), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["answer", "contact"], name="one_line_an_answer_and_contact"),
            models.CheckConstraint(
                condition=Q(decision__in=ANSWERED, lab__in=["", *LABS]), name="an_answer_says_a_known_thing"
            ),
        ]
