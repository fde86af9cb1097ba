"""Caretaker teams (五包一): set up or changed, and given to people in isolation, many at once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from fournets.audit.services import record
from fournets.care.models import CaretakerTeam, Caring
from fournets.care.rules.needs import PHONES
from fournets.crypto import KeyRing
from fournets.isolation.models import IsolationOrder
from fournets.isolation.rules import IN_FORCE
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.people.models import Person
from fournets.policy import in_force

ASSIGN = "care.assign"
ROLES, LEAST, MOST = (
    "community.caretakers",
    "community.caretakers_least",
    "community.caretaker_households_most",
)
LONGEST = 60
AT_ONCE = 500  # people given a team in one act


@transaction.atomic
def set_team(
    reader: Reader,
    area_code: str,
    name: str,
    members: Mapping[str, tuple[str, str]],
    *,
    on: date,
    at: datetime,
    ring: KeyRing,
) -> CaretakerTeam:
    """Sets up a team of an area, or changes the members of the one of that name. ``members``: name and phone by role.

    A `Refusal` with fewer members than the policy asks for, a phone that is none, or without the right.
    """
    if not reader.may_in(ASSIGN, area_code):
        raise Refusal("isolation_right")
    rules = in_force(on=on, area=area_code)
    name = " ".join(name.split())[:LONGEST]
    known = [
        (role, " ".join(members[role][0].split())[:LONGEST], _phone(members[role][1]))
        for role in rules.table(ROLES)
        if role in members and members[role][0].strip()
    ]
    if not name or len(known) < int(rules.number(LEAST)):
        raise Refusal("team_members", least=int(rules.number(LEAST)))
    phones = json.dumps({role: phone for role, _, phone in known if phone})
    team, made = CaretakerTeam.objects.update_or_create(
        area_code=area_code,
        name=name,
        defaults={
            "members": [{"role": role, "name": who} for role, who, _ in known],
            "phones_sealed": ring.seal(PHONES, phones),
        },
        create_defaults={
            "members": [{"role": role, "name": who} for role, who, _ in known],
            "phones_sealed": ring.seal(PHONES, phones),
            "made_by": reader.login,
            "made_at": at,
        },
    )
    details = {"team": team.pk, "new": made}
    record(act="team_set", actor=reader.login, area_code=area_code, at=at, details=details)
    return team


@transaction.atomic
def give_team(reader: Reader, team_id: int, numbers: Sequence[str], *, on: date, at: datetime) -> int:
    """Gives a team to the people of these orders, whoever looked after them before; gives how many they are.

    A `Refusal`, and nobody is given one, when the team would look after more households than the policy allows, or an order
    is over or of another area than the team's.
    """
    team = CaretakerTeam.objects.select_for_update().filter(pk=team_id).first()
    if team is None or not reader.may_in(ASSIGN, team.area_code):
        raise Refusal("team_unknown")
    wanted = set(numbers)
    if not 0 < len(wanted) <= AT_ONCE:
        raise Refusal("team_nobody", most=AT_ONCE)
    orders = list(
        IsolationOrder.objects.filter(
            number__in=wanted, state__in=IN_FORCE, area_code__startswith=team.area_code
        )
    )
    if len(orders) != len(wanted):
        raise Refusal("team_not_here", count=len(wanted) - len(orders))
    _check_households(team, orders, on)
    Caring.objects.bulk_create(
        (
            Caring(order=one, team=team, area_code=one.area_code, given_by=reader.login, given_at=at)
            for one in orders
        ),
        update_conflicts=True,
        unique_fields=["order"],
        update_fields=["team", "given_by", "given_at"],
    )
    details = {"team": team.pk, "orders": sorted(wanted)[:50], "count": len(orders)}
    record(act="team_given", actor=reader.login, area_code=team.area_code, at=at, details=details)
    return len(orders)


def _check_households(team: CaretakerTeam, orders: Sequence[IsolationOrder], on: date) -> None:
    """Those it looks after already and those to come, as households; who has none is one by himself."""
    people = set(
        Caring.objects.filter(team=team, order__state__in=IN_FORCE).values_list("order__person_id", flat=True)
    )
    people |= {one.person_id for one in orders}
    homes = Person.objects.filter(pk__in=people).values_list("household_id", "id")
    count = len({("home", home) if home else ("person", who) for home, who in homes})
    most = int(in_force(on=on, area=team.area_code).number(MOST))
    if count > most:
        raise Refusal("team_full", count=count, most=most)


def _phone(text: str) -> str:
    digits = "".join(one for one in text if one.isascii() and (one.isdigit() or one in "-+"))
    if text.strip() and not 3 <= len(digits) <= 20:
        raise Refusal("team_phone", text=text.strip()[:20])
    return digits
