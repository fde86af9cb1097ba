"""The first start: a register without accounts gives its first administrator one address, for one hour, once."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection, transaction

from fournets.accounts.models import FirstStart, User
from fournets.accounts.services import create_user
from fournets.language import Refusal
from fournets.organization.appointments import appoint
from fournets.places.scope import local_scope
from fournets.places.selectors import town, towns
from fournets.places.services import plant_divisions

VALID = timedelta(hours=1)
ACTOR = "first start"  # no login has a blank
_LOCK = 0x4669727374  # the number of the lock that lets one first account through


@transaction.atomic
def open_first_start(*, at: datetime) -> str | None:
    """A fresh secret for the address of the first start; the one before is worth nothing. `None` when accounts exist."""
    _one_at_a_time()
    FirstStart.objects.all().delete()
    if User.objects.exists():
        return None
    token = secrets.token_urlsafe(32)
    FirstStart.objects.create(digest=_digest(token), until_at=at + VALID)
    return token


def first_start_is_open(token: str, *, at: datetime) -> bool:
    """Whether the secret is the newest one, not an hour old, and nobody has an account yet."""
    kept = FirstStart.objects.filter(until_at__gt=at).first()
    same = hmac.compare_digest(_digest(token), bytes(kept.digest) if kept else bytes(32))
    return same and kept is not None and not User.objects.exists()


def town_is_known() -> bool:
    """Whether the register knows its town yet."""
    return bool(towns())


@transaction.atomic
def plant_town(token: str, table: Path, *, town_name: str = "", at: datetime) -> None:
    """Plants the areas of a table of divisions, the town's and all within it, before there is any account.

    A `Refusal` when the address is worth nothing, the table is wrong (it names the row), or holds not one town.
    """
    _one_at_a_time()
    if not first_start_is_open(token, at=at):
        raise Refusal("first_start_over")
    local_scope("")
    plant_divisions(table, town_name=town_name)
    town()


@transaction.atomic
def found_administrator(token: str, *, login: str, name: str, password: str, at: datetime) -> User:
    """Makes the first account, the administrator of the town, with the password he chose.

    A `Refusal` when the address is not, or no longer, worth anything: of two who open it at once, one comes first.
    """
    _one_at_a_time()
    if not first_start_is_open(token, at=at):
        raise Refusal("first_start_over")
    area = town()
    local_scope("")
    user, _ = create_user(login, name, actor=ACTOR, at=at, password=password)
    appoint(user, "administrator", area.code, actor=ACTOR, at=at)
    FirstStart.objects.all().delete()
    return user


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
