"""Orders: worked out from the rules, given, moved, begun anew by an exposure."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from fournets.audit.services import record
from fournets.crypto import KeyRing
from fournets.isolation.models import Entry, IsolationOrder
from fournets.isolation.rules import (
    BASES,
    IN_FORCE,
    KINDS,
    PLACES,
    PLANS,
    Clock,
    Exposure,
    NotNeeded,
    Placed,
    Said,
    clock,
    leads_to,
    place_for,
)
from fournets.isolation.rules.clock import CASE, COHABITANT, NoAnchor
from fournets.isolation.rules.place import CONDITIONS, HOME, HOSPITAL, NOT_ALONE, SITE
from fournets.isolation.rules.said import said, word
from fournets.isolation.rules.states import MOVE
from fournets.isolation.services.beds import bed_noted
from fournets.language import Lang, Refusal
from fournets.organization.access import Reader
from fournets.people.models import Person
from fournets.people.services.merge import person_named
from fournets.policy import MissingNumber, Policy, in_force

ORDER, DECIDE = "isolation.order", "isolation.decide"
WHERE, REASON = "address", "reason"  # what is sealed, and for what
LONGEST, LEAST = 200, 4  # characters of a place in words; of a reason
SUBJECTS = ("isolation", "screening")
TOGETHER = "isolation.cohabitants_isolate_too"
CHILD = "isolation.child_age"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody says of a person who is to isolate: why, since when, where, and what home is like.

    ``with_number``: for who lives with somebody, the number of his order. ``where``: room or address in words.
    """

    basis: str
    exposures: tuple[Exposure, ...] = ()
    place: str = ""
    confirmed: frozenset[str] = frozenset()
    exceptions: frozenset[str] = frozenset()
    where: str = ""
    with_number: str = ""


@dataclass(frozen=True, slots=True)
class Worked:
    """What the rules make of a wish: where, from when until when, why; and who lives there and has no order yet."""

    name: str
    place: str
    anchor: Exposure | None
    from_on: date
    until_on: date | None
    reasons: tuple[Said, ...]
    exceptions: frozenset[str]
    digest: str
    together: tuple[tuple[str, str], ...]  # public id and name


def work_out(reader: Reader, person: str, wish: Wish, *, on: date) -> Worked:
    """What the rules of a day make of a wish for the person of this public id; nothing is written.

    A `Refusal` when the reader may not, a word of it is unknown, no clock can begin, or nobody isolates for that any more.
    """
    found = person_named(person)
    _check_right(reader, found.area_code)
    return _work_out(found, wish, on)


def _work_out(person: Person, wish: Wish, on: date) -> Worked:
    rules = in_force(on=on, area=person.area_code)
    _check(wish, rules)
    wish = replace(wish, exceptions=wish.exceptions | _by_age(person, rules, on))
    digest = rules.digest_of(*SUBJECTS)
    if wish.basis == CASE:
        return Worked(person.name, HOSPITAL, None, on, None, (said("treated"),), wish.exceptions, digest, ())
    told, found = _clock_of(wish, on, person.area_code)
    placed = _placed(found.place_on(on), wish, rules)
    return Worked(
        person.name,
        placed.place,
        found.anchor,
        found.from_on,
        found.until_on,
        (*told, *found.reasons, *placed.reasons),
        wish.exceptions,
        digest,
        _together(person) if placed.place == HOME and holds(rules, TOGETHER) else (),
    )


@transaction.atomic
def issue(
    reader: Reader,
    person: str,
    wish: Wish,
    *,
    together: Sequence[str] = (),
    on: date,
    at: datetime,
    ring: KeyRing,
) -> IsolationOrder:
    """Orders the person of this public id to isolate, as the rules of the day have it; ``together``: who lives there and
    isolates along, each by an order of his own.

    A `Refusal`, and nothing is ordered, when the reader may not, the rules have nothing for it (`work_out`), or one of them
    has an order in force.
    """
    order = _issue(reader, person_named(person), wish, on, at, ring)
    along = replace(wish, basis=COHABITANT, exposures=(), exceptions=frozenset(), with_number=order.number)
    for one in together:
        _issue(reader, person_named(one), along, on, at, ring)
    return order


def _issue(
    reader: Reader, found: Person, wish: Wish, on: date, at: datetime, ring: KeyRing
) -> IsolationOrder:
    _check_right(reader, found.area_code)
    worked = _work_out(found, wish, on)
    order = IsolationOrder(
        number=_number(),
        person_id=found.pk,
        origin_id=found.pk,
        area_code=found.area_code,
        basis=wish.basis,
        state=worked.place,
        exposures=_kept(wish.exposures),
        anchor=worked.anchor.kind if worked.anchor else "",
        anchor_on=worked.anchor.on if worked.anchor else None,
        from_on=worked.from_on,
        until_on=worked.until_on,
        confirmed=sorted(wish.confirmed),
        exceptions=sorted(worked.exceptions),
        where_sealed=ring.seal(WHERE, wish.where.strip()) if wish.where.strip() else None,
        reasons=[one.record() for one in worked.reasons],
        policy_digest=worked.digest,
        with_order=_order(wish.with_number) if wish.basis == COHABITANT else None,
        issued_by=reader.login,
        issued_at=at,
    )
    try:
        with transaction.atomic():
            order.save(force_insert=True)
    except IntegrityError:
        raise Refusal("isolation_twice", name=found.name) from None
    note(order, "isolation_issued", reader, on, at, after=order.state)
    return order


@transaction.atomic
def expose(reader: Reader, number: str, exposure: Exposure, *, on: date, at: datetime) -> IsolationOrder:
    """Notes one more thing the clock may begin with: by the rules of the day it begins anew, or goes on, and says so.

    The orders of those who live there go along. A `Refusal` for an order that is over, or one that has no clock.
    """
    order = held_in_force(number, reader)
    if order.basis not in PLANS:
        raise Refusal("isolation_no_clock")
    if exposure.on > on:
        raise Refusal("isolation_future", day=exposure.on)
    known = {*exposures_of(order), exposure}
    before = order.until_on
    again = _as_refusals(order.basis, sorted(known, key=lambda one: (one.on, one.kind)), on, order.area_code)
    for one in [order, *order.along.filter(state__in=IN_FORCE).select_for_update()]:
        _begin_again(one, again, known)
        note(one, "isolation_exposed", reader, on, at, before=str(before), after=str(again.until_on))
    order.refresh_from_db()
    return order


@transaction.atomic
def move(
    reader: Reader, number: str, place: str, reason: str, *, where: str, on: date, at: datetime, ring: KeyRing
) -> IsolationOrder:
    """Moves somebody to another place (one of `PLACES`); a `Refusal` when he is there, or no reason is given."""
    order = held_in_force(number, reader)
    if not leads_to(order.state, MOVE, place):
        raise Refusal("isolation_move")
    before, order.state = order.state, place
    order.where_sealed = ring.seal(WHERE, where.strip()[:LONGEST]) if where.strip() else None
    with bed_noted(order, reader, at):
        order.save(update_fields=["state", "where_sealed"])
    note(
        order,
        "isolation_moved",
        reader,
        on,
        at,
        before=before,
        after=place,
        reason=ring.seal(REASON, reason_in(reason)),
    )
    return order


def holds(rules: Policy, name: str) -> bool:
    """Whether a rule of yes or no says yes; one that has ended says no."""
    try:
        return rules.flag(name)
    except MissingNumber:
        return False


def exposures_of(order: IsolationOrder) -> list[Exposure]:
    """What is known that the clock of an order may begin with."""
    return [Exposure(one["kind"], date.fromisoformat(one["on"])) for one in order.exposures]


def note(
    order: IsolationOrder, act: str, reader: Reader, on: date, at: datetime, *, before: str = "", after: str = "",
    reason: bytes | None = None,
) -> None:  # fmt: skip
    """Writes down what happened to an order, for its page and for the audit."""
    Entry.objects.create(
        order=order, area_code=order.area_code, act=act, on=on, before=before, after=after, reason_sealed=reason,
        by=reader.login, at=at,
    )  # fmt: skip
    details: dict[str, Any] = {
        "order": order.number,
        "state": order.state,
        "until": str(order.until_on or ""),
    }
    record(act=act, actor=reader.login, area_code=order.area_code, at=at, details=details)


def reason_in(text: str) -> str:
    """A reason as it is kept; a `Refusal` where there is none."""
    text = " ".join(text.split())
    if len(text) < LEAST:
        raise Refusal("isolation_reason", least=LEAST)
    return text[:LONGEST]


def _check(wish: Wish, rules: Policy) -> None:
    known = (
        wish.basis in BASES
        and wish.place in ("", *PLACES)
        and wish.confirmed <= set(rules.table(CONDITIONS))
        and wish.exceptions <= set(rules.table(NOT_ALONE))
        and all(one.kind in KINDS for one in wish.exposures)
    )
    if not known or len(wish.where) > LONGEST:
        raise Refusal("isolation_unknown")
    late = [one.on for one in wish.exposures if one.on > rules.on]
    if late:
        raise Refusal("isolation_future", day=max(late))


def _by_age(person: Person, rules: Policy, on: date) -> frozenset[str]:
    born = person.birth_on
    if born is None:
        return frozenset()
    years = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return frozenset({"child"}) if years < rules.number(CHILD) else frozenset()


def _clock_of(wish: Wish, on: date, area: str) -> tuple[tuple[Said, ...], Clock]:
    """The clock of a wish; of who lives with somebody, that of the other's order."""
    if wish.basis != COHABITANT:
        return (), _as_refusals(wish.basis, wish.exposures, on, area)
    other = _order(wish.with_number)
    if other.state not in IN_FORCE or other.basis not in PLANS:
        raise Refusal("isolation_with")
    return (said("with", order=other.number),), _as_refusals(other.basis, exposures_of(other), on, area)


def _as_refusals(basis: str, exposures: Sequence[Exposure], on: date, area: str) -> Clock:
    try:
        return clock(basis, exposures, on=on, area=area)
    except NoAnchor as missing:
        kinds: dict[Lang, str] = {
            "zh": "、".join(word(one)[0] for one in missing.kinds),
            "en": ", ".join(word(one)[1] for one in missing.kinds),
        }
        raise Refusal("isolation_no_anchor", **kinds) from None
    except NotNeeded as free:
        raise Refusal("isolation_not_needed", document=free.document) from None


def _placed(planned: str, wish: Wish, rules: Policy) -> Placed:
    if wish.place == HOSPITAL:
        return Placed(HOSPITAL, (), ())
    if planned == SITE and wish.place == HOME:
        raise Refusal("isolation_not_at_home")
    return place_for(
        planned, wish=wish.place, confirmed=wish.confirmed, exceptions=wish.exceptions, rules=rules
    )


def _together(person: Person) -> tuple[tuple[str, str], ...]:
    """Who lives with somebody and has no order in force."""
    if person.household_id is None:
        return ()
    having = IsolationOrder.objects.filter(state__in=IN_FORCE).values("person_id")
    others = (
        Person.objects.filter(household_id=person.household_id).exclude(pk=person.pk).exclude(pk__in=having)
    )
    return tuple(others.order_by("id").values_list("public_id", "name"))


def _begin_again(order: IsolationOrder, again: Clock, known: set[Exposure]) -> None:
    kept = [
        one
        for one in order.reasons
        if one["rule"] in ("with", "home_fits", "home_lacks", "point_instead", "not_alone")
    ]
    order.exposures = _kept(sorted(known, key=lambda one: (one.on, one.kind)))
    order.anchor, order.anchor_on = again.anchor.kind, again.anchor.on
    order.from_on, order.until_on = again.from_on, again.until_on
    order.reasons = [*(one.record() for one in again.reasons), *kept]
    order.save(update_fields=["exposures", "anchor", "anchor_on", "from_on", "until_on", "reasons"])


def _kept(exposures: Sequence[Exposure]) -> list[dict[str, str]]:
    return [{"kind": one.kind, "on": one.on.isoformat()} for one in exposures]


def _number() -> str:
    """A number nobody can guess, and few letters to read out."""
    return "G" + base64.b32encode(secrets.token_bytes(5)).decode()


def _order(number: str) -> IsolationOrder:
    found = IsolationOrder.objects.filter(number=number).first()
    if found is None:
        raise Refusal("isolation_number")
    return found


def held_in_force(number: str, reader: Reader) -> IsolationOrder:
    """The order of that number, held while it is changed."""
    found = IsolationOrder.objects.select_for_update().filter(number=number).first()
    if found is None:
        raise Refusal("isolation_number")
    _check_right(reader, found.area_code)
    if found.state not in IN_FORCE:
        raise Refusal("isolation_over")
    return found


def _check_right(reader: Reader, area_code: str) -> None:
    if not reader.may_in(ORDER, area_code):
        raise Refusal("isolation_right")
