"""Yesterday's forms again: whatever is due on a day and not begun is filled for it and asked for, for whom it was last time."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.reporting.forms.asked import ask_fill
from fournets.reporting.forms.deadlines import DUE, LATE, Due, due_on
from fournets.reporting.models import Export, FilledForm


@transaction.atomic
def repeat_due(reader: Reader, on: date, *, now: datetime) -> list[FilledForm]:
    """Asks for every form that is due to be filled as it was last handed out, for the same recipient; what was asked for.

    A `Refusal` when nothing is due, or a right to hand out one of them is missing: then none is filled.
    """
    due = [one for one in due_on(reader, on, now=now) if one.stands in (DUE, LATE)]
    if not due:
        raise Refusal("nothing_due")
    last = _last_of({one.form for one in due}, before=on)
    found = []
    for one in due:
        before = last.get((one.form, one.recipient))
        found.append(
            ask_fill(
                one.form,
                area=before.area_code if before else one.area_code,
                on=on,
                who=before.who if before else "",
                reader=reader,
                at=now,
                recipient=one.recipient,
                purpose=_purpose(one),
            )
        )
    return found


def _purpose(due: Due) -> str:
    return due.name


def _last_of(forms: set[int], *, before: date) -> dict[tuple[int, str], FilledForm]:
    """By form and recipient, what was handed out last before a day."""
    filled = {
        one.serial: one
        for one in FilledForm.objects.filter(form__in=forms, on__lt=before)
        .exclude(serial="")
        .order_by("-id")[:500]
    }
    made = Export.objects.filter(serial__in=list(filled), state="made").order_by("on", "id")
    return {(filled[one.serial].form_id or 0, one.recipient): filled[one.serial] for one in made}
