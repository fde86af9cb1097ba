"""Links to own pages: made for an order, made anew, ended; and what one opens."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction

from fournets.audit.services import record
from fournets.care.models import Link
from fournets.crypto import KeyRing
from fournets.isolation.models import IsolationOrder
from fournets.isolation.rules import IN_FORCE
from fournets.isolation.services import OBSERVE
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.places.scope import scope

OPENS = "secret"  # what is sealed, and for what
BYTES, LONGEST = 18, 40  # of a secret; characters of one that is looked up at all


@transaction.atomic
def link_for(reader: Reader, number: str, *, at: datetime, ring: KeyRing) -> str:
    """The secret that opens the own page of an order, made if there is none; a `Refusal` for an order that is over."""
    order = _held(reader, number)
    found = Link.objects.filter(order=order, ended_at=None).first()
    if found is None:
        return _made(reader, order, at, ring)
    _record("own_link_shown", reader, order, at)
    return ring.unseal(OPENS, bytes(found.secret_sealed))


@transaction.atomic
def renew_link(reader: Reader, number: str, *, at: datetime, ring: KeyRing) -> str:
    """A new secret for an order; the one before opens nothing any more."""
    order = _held(reader, number)
    _ended(reader, order, at)
    return _made(reader, order, at, ring)


@transaction.atomic
def end_link(reader: Reader, number: str, *, at: datetime) -> None:
    """The link of an order opens nothing any more; a `Refusal` when there is none."""
    order = _held(reader, number)
    if not _ended(reader, order, at):
        raise Refusal("own_link_none")
    _record("own_link_ended", reader, order, at)


def has_link(number: str) -> bool:
    """Whether the order of that number has a link in force."""
    return Link.objects.filter(order__number=number, ended_at=None).exists()


@contextmanager
def opened_by(secret: str) -> Iterator[int | None]:
    """One transaction in which the order a secret opens may be read, its number in the database given; None: it opens none.

    A wrong, ended or lapsed secret are all alike. The database shows the area of the order for as long: whoever uses it asks
    for that order alone.
    """
    found = _order_of(secret)
    if found is None:
        yield None
        return
    order_id, area_code = found
    with scope(area_code):
        yield order_id


def _order_of(secret: str) -> tuple[int, str] | None:
    if not secret.isascii() or len(secret) > LONGEST:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT order_id, area_code FROM own_link(%s)", [_digest(secret)])
        found: tuple[int, str] | None = cursor.fetchone()
        return found


def _held(reader: Reader, number: str) -> IsolationOrder:
    order = IsolationOrder.objects.select_for_update().filter(number=number).first()
    if order is None:
        raise Refusal("isolation_number")
    if not reader.may_in(OBSERVE, order.area_code):
        raise Refusal("isolation_right")
    if order.state not in IN_FORCE:
        raise Refusal("isolation_over")
    return order


def _made(reader: Reader, order: IsolationOrder, at: datetime, ring: KeyRing) -> str:
    secret = secrets.token_urlsafe(BYTES)
    Link.objects.create(
        order=order,
        area_code=order.area_code,
        digest=_digest(secret),
        secret_sealed=ring.seal(OPENS, secret),
        made_by=reader.login,
        made_at=at,
    )
    _record("own_link_made", reader, order, at)
    return secret


def _ended(reader: Reader, order: IsolationOrder, at: datetime) -> int:
    return Link.objects.filter(order=order, ended_at=None).update(ended_at=at, ended_by=reader.login)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()  # of 144 random bits: no dictionary leads back to it


def _record(act: str, reader: Reader, order: IsolationOrder, at: datetime) -> None:
    details = {"order": order.number}
    record(act=act, actor=reader.login, area_code=order.area_code, at=at, details=details)
