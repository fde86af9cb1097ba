"""Enterprises reminded of what they owe (催报): many at once, on record, and taken back by whoever erred."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from fournets.audit.services import record
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.screening.models import Reminder
from fournets.screening.selectors.firms import OWED, firms_named

REMIND = "enterprises.remind"
NOBODY = "^$x"  # a pattern of nowhere: who comes from where does not matter here


@transaction.atomic
def remind(reader: Reader, enterprises: Sequence[str], owed: str, *, at: datetime) -> int:
    """Writes down that these enterprises were reminded of ``owed``, one of `OWED`; gives how many.

    Whoever owes it no longer is left out. A `Refusal` when the word is unknown, or none of them is in the reader's area
    and owes it.
    """
    if owed not in OWED:
        raise Refusal("reminder_of_what")
    found = [
        one
        for one in firms_named(enterprises, listed=NOBODY, via=NOBODY)
        if owed in one.owes and reader.may_in(REMIND, one.area_code)
    ]
    if not found:
        raise Refusal("reminder_none")
    Reminder.objects.bulk_create(
        Reminder(enterprise_id=one.number, area_code=one.area_code, owed=owed, at=at, by=reader.login)
        for one in found
    )
    details = {"owed": owed, "count": len(found), "enterprises": [one.public_id for one in found]}
    record(act="enterprises_reminded", actor=reader.login, area_code=reader.area_code, at=at, details=details)
    return len(found)


@transaction.atomic
def take_back(reader: Reader, number: int, *, at: datetime) -> Reminder:
    """Takes one's own reminder back. A `Refusal` when it is not there, or somebody else's."""
    one = Reminder.objects.select_for_update().filter(pk=number, by=reader.login).first()
    if one is None or not reader.may_in(REMIND, one.area_code):
        raise Refusal("reminder_not_yours")
    details = {"owed": one.owed, "enterprise": one.enterprise_id}
    record(act="reminder_taken_back", actor=reader.login, area_code=one.area_code, at=at, details=details)
    one.delete()
    return one
