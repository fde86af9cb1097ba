"""Manual overrides (人工改判): no status without rule and evidence, unless two people, a reason and an end stand for it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from django.db import IntegrityError, transaction

from fournets.audit.services import record
from fournets.crypto import KeyRing
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.people.models import Person
from fournets.policy import in_force
from fournets.screening.models import Override
from fournets.screening.rules.numbers import numbers_of
from fournets.screening.services.assess import assess_people

ASK, DECIDE = "overrides.ask", "overrides.decide"
SEAL = "reason"
OPEN = ("asked", "approved")


@dataclass(frozen=True, slots=True)
class Limits:
    """What ``overrides.toml`` says of every override."""

    days: int
    reason_letters: int


@cache
def limits() -> Limits:
    """The limits in force."""
    text = Path(__file__).parents[1].joinpath("overrides.toml").read_text(encoding="utf-8")
    return Limits(**tomllib.loads(text))


@transaction.atomic
def ask(
    reader: Reader,
    person: str,
    risk_class: str,
    until_on: date,
    reason: str,
    *,
    on: date,
    at: datetime,
    ring: KeyRing,
) -> Override:
    """Asks for another class for the person with this public id, from today until ``until_on`` (exclusive).

    A `Refusal` when the person is not in the reader's area, the class is unknown, the reason too short, the time too
    long, or one is asked for or in force already.
    """
    found = Person.objects.filter(public_id=person).select_for_update().first()
    if found is None:
        raise Refusal("override_person")
    _check_right(reader, ASK, found.area_code)
    if risk_class not in numbers_of(in_force(on=on, area=found.area_code)).classes:
        raise Refusal("override_class", risk_class=risk_class)
    if len(reason.strip()) < limits().reason_letters:
        raise Refusal("override_reason", least=limits().reason_letters)
    if not on < until_on <= on + timedelta(days=limits().days):
        raise Refusal("override_days", most=limits().days)
    if Override.objects.filter(person_id=found.pk, state__in=OPEN, until_on__gt=on).exists():
        raise Refusal("override_twice")
    one = Override.objects.create(
        person_id=found.pk,
        area_code=found.area_code,
        risk_class=risk_class,
        reason_sealed=ring.seal(SEAL, reason.strip()),
        from_on=on,
        until_on=until_on,
        asked_by=reader.login,
        asked_at=at,
    )
    _record("override_asked", one, reader, at)
    return one


@transaction.atomic
def decide(reader: Reader, number: int, approve: bool, *, on: date, at: datetime) -> Override:
    """Approves or refuses what another account has asked for; approved, the person is assessed again at once."""
    one = _waiting(number)
    _check_right(reader, DECIDE, one.area_code)
    if reader.login == one.asked_by:
        raise Refusal("override_two_people")
    one.state = "approved" if approve else "refused"
    one.decided_by, one.decided_at = reader.login, at
    one.from_on = max(one.from_on, min(on, one.until_on))
    try:
        with transaction.atomic():
            one.save()
    except IntegrityError:
        raise Refusal("override_twice") from None
    _record("override_approved" if approve else "override_refused", one, reader, at)
    if approve:
        assess_people(on=on, area_code=one.area_code, actor=reader.login, at=at)
    return one


@transaction.atomic
def end(reader: Reader, number: int, *, on: date, at: datetime) -> Override:
    """Ends an override before its day: the rules count again from now on. One person is enough for that."""
    one = Override.objects.select_for_update().filter(pk=number, state__in=OPEN, until_on__gt=on).first()
    if one is None:
        raise Refusal("override_unknown")
    if not (reader.may_in(ASK, one.area_code) or reader.may_in(DECIDE, one.area_code)):
        raise Refusal("override_right")
    one.until_on = max(on, one.from_on)
    one.ended_by = reader.login
    one.save(update_fields=["until_on", "ended_by"])
    _record("override_ended", one, reader, at)
    if one.state == "approved":
        assess_people(on=on, area_code=one.area_code, actor=reader.login, at=at)
    return one


def _waiting(number: int) -> Override:
    one = Override.objects.select_for_update().filter(pk=number, state="asked").first()
    if one is None:
        raise Refusal("override_unknown")
    return one


def _check_right(reader: Reader, right: str, area_code: str) -> None:
    if not reader.may_in(right, area_code):
        raise Refusal("override_right")


def _record(act: str, one: Override, reader: Reader, at: datetime) -> None:
    details = {"override": one.pk, "class": one.risk_class, "until": one.until_on.isoformat()}
    record(act=act, actor=reader.login, area_code=one.area_code, at=at, details=details)
