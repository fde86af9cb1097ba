"""Isolation orders as pages show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from fournets.crypto import KeyRing
from fournets.isolation.models import Change, Entry, IsolationOrder
from fournets.isolation.rules import IN_FORCE, PLANS
from fournets.people.models import Person
from fournets.places.scope import code_range

PAGE = 100
ONLY = ("", "due", "soon", "change", "bedless_site", "bedless_point", "over")
SOON = 3  # days before the last day in which an order is among those that end soon
FAR = "coalesce(o.until_on, 'infinity')"  # treated until discharge: last
# "-" before a word: the other way round
SORTS = {
    "until": f"{FAR}, o.id",
    "-until": f"{FAR} DESC, o.id DESC",
    "area": "o.area_code, o.id",
    "-area": "o.area_code DESC, o.id DESC",
}
LAST = "(SELECT {columns} FROM isolation_order WHERE number = %(after)s)"
AFTER = {
    "until": f"({FAR}, o.id) > {LAST.format(columns='coalesce(until_on, $$infinity$$), id')}",
    "-until": f"({FAR}, o.id) < {LAST.format(columns='coalesce(until_on, $$infinity$$), id')}",
    "area": f"(o.area_code, o.id) > {LAST.format(columns='area_code, id')}",
    "-area": f"(o.area_code, o.id) < {LAST.format(columns='area_code, id')}",
}
WAITS = "EXISTS (SELECT FROM isolation_change c WHERE c.order_id = o.id AND c.state = 'asked')"
OF = {
    "": "o.state = ANY(%(in_force)s)",
    "due": "o.state = ANY(%(in_force)s) AND o.until_on <= %(on)s",
    "soon": "o.state = ANY(%(in_force)s) AND o.until_on > %(on)s AND o.until_on <= %(on)s + %(soon)s",
    "change": f"o.state = ANY(%(in_force)s) AND {WAITS}",
    **{
        f"bedless_{kind}": f"o.state = '{kind}' AND NOT EXISTS"
        " (SELECT FROM isolation_stay t WHERE t.order_id = o.id AND t.until_at IS NULL)"
        for kind in ("site", "point")
    },
    "over": "NOT o.state = ANY(%(in_force)s)",
}
LINE = f"""
SELECT o.id, o.number, p.public_id, p.name, o.area_code, o.basis, o.state, o.from_on, o.until_on, {WAITS}
FROM isolation_order o JOIN people_person p ON p.id = o.person_id
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One order of a list; ``waits``: somebody has asked for another end."""

    id: int
    number: str
    person: str
    name: str
    area_code: str
    basis: str
    state: str
    from_on: date
    until_on: date | None
    waits: bool

    def day(self, on: date) -> int | None:
        """Which day of how many ``on`` is, counted from 1; None before it begins, after it ends, or without an end."""
        inside = self.until_on is not None and self.from_on <= on < self.until_on
        return (on - self.from_on).days + 1 if inside else None

    @property
    def days(self) -> int | None:
        """All its days."""
        return (self.until_on - self.from_on).days if self.until_on else None


@dataclass(frozen=True, slots=True)
class Orders:
    """Which orders a list is of: below an area, and what else is asked of them on the day ``on``."""

    area_code: str
    on: date
    only: str = ""  # one of `ONLY`
    sort: str = "until"


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened to an order, with its reason in words."""

    act: str
    on: date
    before: str
    after: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Whole:
    """An order with all that belongs to it; ``change``: what waits for a second person, and why."""

    order: IsolationOrder
    person: Person
    where: str
    happened: list[Happened]
    change: Change | None
    change_reason: str
    with_him: list[IsolationOrder]


def orders_of(wish: Orders, *, after: str, limit: int) -> list[OrderLine]:
    """The orders wished for, behind the one of the number ``after`` (empty: from the first)."""
    low, high = code_range(wish.area_code)
    given: dict[str, Any] = {
        "low": low, "high": high, "on": wish.on, "soon": SOON, "in_force": list(IN_FORCE), "after": after, "limit": limit,
    }  # fmt: skip
    wanted = [OF[wish.only], "o.area_code >= %(low)s AND o.area_code < %(high)s"]
    if after:
        wanted.append(AFTER[wish.sort])
    with connection.cursor() as cursor:
        cursor.execute(
            f"{LINE} WHERE {' AND '.join(wanted)} ORDER BY {SORTS[wish.sort]} LIMIT %(limit)s",  # nosec B608
            given,
        )
        return [OrderLine(*row) for row in cursor.fetchall()]


def counts_of(area_code: str, *, on: date, most: int) -> Mapping[str, int]:
    """How many orders below an area there are of each of `ONLY` but those that are over, each as far as ``most``."""
    low, high = code_range(area_code)
    given: dict[str, Any] = {
        "low": low,
        "high": high,
        "on": on,
        "soon": SOON,
        "in_force": list(IN_FORCE),
        "most": most,
    }
    counted = ", ".join(
        f"(SELECT count(*) FROM (SELECT FROM isolation_order o WHERE {OF[only]}"  # noqa: S608
        " AND o.area_code >= %(low)s AND o.area_code < %(high)s LIMIT %(most)s) AS counted)"
        for only in ONLY[:-1]
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counted}", given)  # nosec B608
        return dict(zip(ONLY, cursor.fetchone(), strict=False))


def whole_order(number: str, *, ring: KeyRing) -> Whole | None:
    """The order of that number with all that belongs to it; None where the scope has none."""
    order = IsolationOrder.objects.select_related("with_order").filter(number=number).first()
    person = Person.objects.filter(pk=order.person_id).first() if order else None
    if order is None or person is None:
        return None
    change = Change.objects.filter(order=order, state="asked").first()
    return Whole(
        order=order,
        person=person,
        where=_plain(ring, "address", order.where_sealed),
        happened=[_happened(one, ring) for one in Entry.objects.filter(order=order).order_by("id")],
        change=change,
        change_reason=_plain(ring, "reason", change.reason_sealed) if change else "",
        with_him=list(IsolationOrder.objects.filter(with_order=order).order_by("id")),
    )


def orders_of_person(person: Person) -> list[IsolationOrder]:
    """Every order there ever was for a person, the newest first."""
    return list(IsolationOrder.objects.filter(person_id=person.pk).order_by("-id"))


def orders_to_follow(person: str) -> list[tuple[str, str]]:
    """The orders in force of those who live with the person of this public id: number and name."""
    household = Person.objects.filter(public_id=person).values("household_id")
    others = dict(Person.objects.filter(household_id__in=household).values_list("id", "name"))
    held = IsolationOrder.objects.filter(person_id__in=others, state__in=IN_FORCE, basis__in=PLANS).order_by(
        "id"
    )
    return [(one.number, others[one.person_id]) for one in held]


def certificate_stands(certificate: str) -> date | None:
    """The day of release a certificate was given for; None where none of that number was. Asked by anybody; names nobody."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT certificate_stands(%s)", [certificate])
        found: date | None = cursor.fetchone()[0]
        return found


def _happened(one: Entry, ring: KeyRing) -> Happened:
    reason = _plain(ring, "reason", one.reason_sealed)
    return Happened(one.act, one.on, one.before, one.after, reason, one.by, one.at)


def _plain(ring: KeyRing, purpose: str, sealed: Any) -> str:
    return ring.unseal(purpose, bytes(sealed)) if sealed else ""
