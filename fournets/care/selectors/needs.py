"""Open needs by whose they are and how long they wait; needs and teams of one order."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Now

from fournets.care.models import CaretakerTeam, Need
from fournets.care.rules.needs import ANSWER, ANSWERED, PHONES, WORDS, kinds
from fournets.crypto import KeyRing
from fournets.isolation.models import IsolationOrder
from fournets.isolation.rules import IN_FORCE
from fournets.places.scope import code_range

PAGE = 100
# Whose it is before somebody takes it: the member of his team for such things, else whoever covers the area that day.
LINES = """
SELECT n.id, o.number, p.public_id, p.name, n.area_code, n.kind, n.words_sealed, n.asked_by, n.asked_at, n.due_at, n.state, n.owner,
    coalesce(t.name, ''), coalesce(t.members, '[]'::jsonb)::text, coalesce(cover.worker, '')
FROM (
    SELECT * FROM care_need WHERE state <> 'answered' AND area_code >= %(low)s AND area_code < %(high)s
        AND (%(kind)s = '' OR kind = %(kind)s) AND (%(owner)s = '' OR owner = %(owner)s) ORDER BY due_at, id LIMIT %(limit)s
) AS n JOIN isolation_order o ON o.id = n.order_id JOIN people_person p ON p.id = o.person_id
LEFT JOIN LATERAL caring_team(o.id) AS t ON true
LEFT JOIN LATERAL (
    SELECT c.worker FROM organization_cover c
    WHERE c.area_code IN (o.area_code, left(o.area_code, 18), left(o.area_code, 15), left(o.area_code, 12), left(o.area_code, 9))
        AND c.from_on <= %(on)s AND (c.until_on IS NULL OR c.until_on > %(on)s)
        AND NOT EXISTS (SELECT FROM organization_absence b WHERE b.cover_id = c.id AND b.from_on <= %(on)s AND b.until_on > %(on)s)
    ORDER BY length(c.area_code) DESC, c.rank LIMIT 1
) AS cover ON true
ORDER BY n.due_at, n.id
"""
OF_PERSON = """
SELECT o.*, t.name AS team_name, t.members::text AS team_members FROM isolation_order o
LEFT JOIN LATERAL caring_team(o.id) AS t ON true WHERE o.person_id = %s ORDER BY o.id DESC
"""


@dataclass(frozen=True, slots=True)
class NeedLine:
    """An open need. ``owner``: the login of who has taken it; ``responsible``: who is to, before, empty: nobody."""

    id: int
    number: str
    person: str
    name: str
    area_code: str
    kind: str
    words: str
    asked_by: str
    asked_at: datetime
    due_at: datetime
    state: str
    owner: str
    team: str
    responsible: str


@dataclass(frozen=True, slots=True)
class NeedTold:
    """A need of one order with its words and its answer's."""

    need: Need
    words: str
    answer: str


@dataclass(frozen=True, slots=True)
class TeamTold:
    """A team: its members as role, name, phone; ``count``: how many people in isolation it looks after."""

    team: CaretakerTeam
    members: list[tuple[str, str, str]]
    count: int = 0


def open_needs_of(
    area_code: str, *, on: date, kind: str = "", owner: str = "", ring: KeyRing, limit: int = PAGE
) -> list[NeedLine]:
    """Open needs below an area, the one due first first; of one kind, or of one owner, where these are given."""
    low, high = code_range(area_code)
    given: dict[str, Any] = {"low": low, "high": high, "on": on, "kind": kind, "owner": owner, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(LINES, given)
        return [_line(row, ring) for row in cursor.fetchall()]


def waiting_needs(area_code: str, *, late: bool = False) -> QuerySet[Need]:
    """Open needs below an area, or those that should have been answered by now, to be counted."""
    low, high = code_range(area_code)
    found = Need.objects.filter(area_code__gte=low, area_code__lt=high).exclude(state=ANSWERED)
    return found.filter(due_at__lte=Now()) if late else found


def needs_of_order(order_id: int, *, ring: KeyRing, limit: int = 50) -> list[NeedTold]:
    """Needs of an order, the newest first."""
    found = Need.objects.filter(order_id=order_id).order_by("-id")[:limit]
    return [
        NeedTold(one, _plain(ring, WORDS, one.words_sealed), _plain(ring, ANSWER, one.answer_sealed))
        for one in found
    ]


def team_of_order(order_id: int, *, ring: KeyRing) -> TeamTold | None:
    """Who looks after the person of an order."""
    team = next(iter(CaretakerTeam.objects.raw("SELECT * FROM caring_team(%s)", [order_id])), None)
    return _told(team, ring) if team else None


def teams_of(area_code: str, *, ring: KeyRing) -> list[TeamTold]:
    """The teams below an area, with how many people each looks after now."""
    low, high = code_range(area_code)
    held = Count("caring", filter=Q(caring__order__state__in=IN_FORCE))
    found = CaretakerTeam.objects.filter(area_code__gte=low, area_code__lt=high).annotate(held=held)
    return [_told(one, ring, one.held) for one in found.order_by("area_code", "name")]


def without_team(area_code: str, *, limit: int, others: bool = False) -> list[tuple[str, str, str, str]]:
    """Who isolates below an area and has no team, by place: number of the order, name, area, where; ``others``: who has one too."""
    low, high = code_range(area_code)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.number, p.name, o.area_code, o.state FROM isolation_order o JOIN people_person p ON p.id = o.person_id"
            " WHERE o.state = ANY(%s) AND o.area_code >= %s AND o.area_code < %s"
            " AND (%s OR NOT EXISTS (SELECT FROM care_caring g WHERE g.order_id = o.id)) ORDER BY o.area_code, o.id LIMIT %s",
            [list(IN_FORCE), low, high, others, limit],
        )
        return [(number, name, area, state) for number, name, area, state in cursor.fetchall()]


def orders_with_teams(person_id: int) -> list[tuple[IsolationOrder, str, Sequence[dict[str, str]]]]:
    """Every order there ever was for a person, the newest first, with the name and the members of the team that looks after him."""
    found: Any = IsolationOrder.objects.raw(OF_PERSON, [person_id])
    return [(one, one.team_name or "", json.loads(one.team_members or "[]")) for one in found]


def _line(row: tuple[Any, ...], ring: KeyRing) -> NeedLine:
    *first, words, asked_by, asked_at, due_at, state, owner, team, members, worker = row
    role = kinds()[first[5]].role if first[5] in kinds() else ""
    of_team = next((one["name"] for one in json.loads(members) if one["role"] == role), "")
    values = [
        *first,
        _plain(ring, WORDS, words),
        asked_by,
        asked_at,
        due_at,
        state,
        owner,
        team,
        of_team or worker,
    ]
    return NeedLine(*values)


def _told(team: CaretakerTeam, ring: KeyRing, count: int = 0) -> TeamTold:
    phones = json.loads(ring.unseal(PHONES, bytes(team.phones_sealed)))
    members = [(one["role"], one["name"], phones.get(one["role"], "")) for one in team.members]
    return TeamTold(team, members, count)


def _plain(ring: KeyRing, name: str, sealed: bytes | memoryview | None) -> str:
    return ring.unseal(name, bytes(sealed)) if sealed else ""
