"""A round: how everybody in isolation is in one window of a day, noted at once; fever or a symptom is an alarm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from fournets.audit.services import record
from fournets.isolation.models import IsolationOrder, Observation
from fournets.isolation.rules import IN_FORCE
from fournets.isolation.rules.reading import Reading, Unlikely, limits, read
from fournets.isolation.rules.windows import WINDOWS
from fournets.language import Message, Refusal
from fournets.organization.access import Reader
from fournets.policy import Policy, in_force

OBSERVE = "isolation.observe"


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in one row of the sheet: the temperature as typed, and the symptoms ticked."""

    temperature: str = ""
    symptoms: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Round:
    """What became of a sheet: how many were noted and how many are alarms; or, with nothing noted, what is wrong by order."""

    noted: int
    alarms: int
    wrong: Mapping[str, Message]


@transaction.atomic
def observe(
    reader: Reader, area_code: str, window: str, rows: Mapping[str, Typed], *, on: date, at: datetime
) -> Round:
    """Notes what was typed for orders (by number) of an area in a window of a day; empty rows are left out.

    Nothing is noted when a row is wrong: `Round.wrong` says which and why. A `Refusal` for a day to come, an unknown
    window, or a reader who may not.
    """
    if not reader.may_in(OBSERVE, area_code):
        raise Refusal("isolation_right")
    rules = in_force(on=on, area=area_code)
    if on > at.date() or window not in {one["code"] for one in rules.table(WINDOWS)}:
        raise Refusal("isolation_round")
    found = {
        one.number: one
        for one in IsolationOrder.objects.filter(
            number__in=rows, area_code__startswith=area_code, from_on__lte=on, state__in=IN_FORCE
        )
    }
    readings, wrong = _readings(rows, found, rules)
    if wrong:
        return Round(0, 0, wrong)
    Observation.objects.bulk_create(
        Observation(
            order=found[number],
            area_code=found[number].area_code,
            on=on,
            window=window,
            temperature=one.temperature,
            symptoms=list(one.symptoms),
            alarm=one.alarm,
            by=reader.login,
            at=at,
        )
        for number, one in readings.items()
    )
    alarms = [found[number].number for number, one in readings.items() if one.alarm]
    if readings:
        details = {"window": window, "on": on.isoformat(), "noted": len(readings), "alarms": alarms}
        record(act="isolation_observed", actor=reader.login, area_code=area_code, at=at, details=details)
    return Round(len(readings), len(alarms), {})


def _readings(
    rows: Mapping[str, Typed], found: Mapping[str, IsolationOrder], rules: Policy
) -> tuple[dict[str, Reading], dict[str, Message]]:
    readings: dict[str, Reading] = {}
    wrong: dict[str, Message] = {}
    for number, typed in rows.items():
        try:
            reading = read(typed.temperature, typed.symptoms, rules)
        except Unlikely:
            least, most = limits().least, limits().most
            wrong[number] = Message(
                "isolation_temperature", {"text": typed.temperature[:10], "least": least, "most": most}
            )
            continue
        if reading and number not in found:
            wrong[number] = Message("isolation_over")
        elif reading:
            readings[number] = reading
    return readings, wrong
