"""Reads of field forms, and what devices are given: forms and the households of their own area."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO

from django.db import connection
from django.db.models import Count, Max

from fournets.interop.limits import limits
from fournets.interop.models import FieldForm, KeptAside, Submission
from fournets.language import Refusal
from fournets.places.scope import code_range

HOUSEHOLDS = "household.csv"
COLUMNS = ("name", "label", "__version", "area", "building", "number", "head", "members")
FIRST_VERSION = 1  # households are not changed by devices: what they say comes in as rows
# Neither doors nor numbers nor phones: whoever needs one asks for it with a reason, on the person's page.
OF_AREA = """
SELECT household.public_id, household.area_code, coalesce(building.name, ''), household.number,
    coalesce(head.name, ''), count(member.id)
FROM people_household AS household
LEFT JOIN places_dwelling AS dwelling ON dwelling.id = household.dwelling_id
LEFT JOIN places_building AS building ON building.code = dwelling.building_id
LEFT JOIN people_person AS head ON head.id = household.head_id
LEFT JOIN people_person AS member ON member.household_id = household.id
WHERE household.area_code >= %s AND household.area_code < %s
GROUP BY household.id, building.name, head.name ORDER BY household.area_code, household.id LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class FormLine:
    """A version of a form, as the list shows it; ``mine``: it is of the reader's area, so that he may close it."""

    number: int
    form_id: str
    version: str
    title: str
    area_code: str
    questions: int
    sent_by: str
    sent_at: datetime
    closed_at: datetime | None
    newest: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class FormSums:
    """What came of a form in the reader's area: how many submissions, those not yet made into rows, the latest, and those kept aside."""

    sent: int
    waiting: int
    last_at: datetime | None
    aside: int


def forms_around(area_code: str) -> list[FormLine]:
    """The forms devices of an area are given, and those of the areas below it; the newest version first."""
    found = [
        one
        for one in FieldForm.objects.defer("xform", "workbook").order_by("form_id", "-id")
        if one.area_code.startswith(area_code) or area_code.startswith(one.area_code)
    ]
    newest = {one.form_id: one.pk for one in reversed(found)}
    return [
        FormLine(
            number=one.pk,
            form_id=one.form_id,
            version=one.version,
            title=one.title,
            area_code=one.area_code,
            questions=len(one.questions),
            sent_by=one.sent_by,
            sent_at=one.sent_at,
            closed_at=one.closed_at,
            newest=newest[one.form_id] == one.pk,
            mine=one.area_code.startswith(area_code),
        )
        for one in found
    ]


def sums_of_forms(form_ids: Sequence[str]) -> dict[str, FormSums]:
    """What came of these forms within the scope."""
    sent = {
        one["form_id_text"]: one
        for one in Submission.objects.filter(form_id_text__in=form_ids)
        .values("form_id_text")
        .annotate(sent=Count("id"), taken=Count("taken_at"), last=Max("received_at"))
    }
    aside = dict(
        KeptAside.objects.filter(form_id_text__in=form_ids, decided="")
        .values_list("form_id_text")
        .annotate(count=Count("id"))
    )
    return {
        one: FormSums(
            sent=found.get("sent", 0),
            waiting=found.get("sent", 0) - found.get("taken", 0),
            last_at=found.get("last"),
            aside=aside.get(one, 0),
        )
        for one in form_ids
        for found in [sent.get(one, {})]
    }


def form_of(number: int, area_code: str) -> FieldForm:
    """A form of an area or of one below it; a `Refusal` when there is none of that number."""
    found = FieldForm.objects.filter(pk=number, area_code__startswith=area_code).first()
    if found is None:
        raise Refusal("field_form_unknown")
    return found


def form_around(number: int, area_code: str) -> FieldForm:
    """A form devices of an area are given, or those of one below it; a `Refusal` when there is none of that number."""
    found = FieldForm.objects.filter(pk=number).first()
    if found is None or not (found.area_code.startswith(area_code) or area_code.startswith(found.area_code)):
        raise Refusal("field_form_unknown")
    return found


def device_forms(area_code: str, form_id: str = "") -> list[FieldForm]:
    """The newest version of every open form for devices of an area, or of the one of that id."""
    open_ones = FieldForm.objects.filter(closed_at=None).defer("workbook", "questions").order_by("id")
    if form_id:
        open_ones = open_ones.filter(form_id=form_id)
    newest = {one.form_id: one for one in open_ones if area_code.startswith(one.area_code)}
    return [newest[one] for one in sorted(newest)]


def device_form(number: int, area_code: str) -> FieldForm:
    """The open form of that number for devices of an area; a `Refusal` when there is none."""
    found = FieldForm.objects.filter(pk=number, closed_at=None).first()
    if found is None or not area_code.startswith(found.area_code):
        raise Refusal("field_form_unknown")
    return found


def households_csv(area_code: str) -> tuple[bytes, int]:
    """The households of an area as a device reads them (CSV, `COLUMNS`), and how many; a `Refusal` when they are too many.

    Who is in them: the head's name and how many they are; no numbers, phones or doors.
    """
    most = limits()["households"]["most"]
    with connection.cursor() as cursor:
        cursor.execute(OF_AREA, [*code_range(area_code), most + 1])
        rows = cursor.fetchall()
    if len(rows) > most:
        raise Refusal("field_households_many", most=most)
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for public_id, area, building, number, head, members in rows:
        label = " · ".join(one for one in (building, number, head) if one) or public_id
        writer.writerow([public_id, label, FIRST_VERSION, area, building, number, head, members])
    return out.getvalue().encode(), len(rows)


def known_households(public_ids: Sequence[str], area_code: str) -> set[str]:
    """Which of these households are in an area."""
    from fournets.people.models import Household

    low, high = code_range(area_code)
    found = Household.objects.filter(public_id__in=public_ids, area_code__gte=low, area_code__lt=high)
    return set(found.values_list("public_id", flat=True))


def md5_of(content: bytes) -> str:
    """The hash by which a device knows whether it has something already."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
