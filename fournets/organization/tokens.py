"""Tokens of the machine API: a program acts for an account under one of its posts, until a day, and may be stopped at once.

A token opens no more than its owner's post does at the moment of the request: post, account and second factor are asked
for anew each time.
"""

from __future__ import annotations

import hashlib
import secrets
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Q

from fournets.accounts.models import User
from fournets.accounts.services import has_second_factor
from fournets.audit.services import record
from fournets.database import within
from fournets.language import Refusal
from fournets.organization.access import USER, Reader, readers
from fournets.organization.models import Appointment, Token, WrongToken
from fournets.organization.rights import Role, roles

PREFIX = "fournets_api_"  # so that a token left in a file is recognised for what it is
DEVICE = (
    "fournets_device_"  # one for a field device opens nothing of the machine API, and the other way round
)
HOUR, STALE = timedelta(hours=1), timedelta(minutes=1)
LONGEST = 60  # signs of a purpose
NOBODY = "?"
FIND = """
SELECT token.id, token.user_id, appointment_id, purpose, until_at, used_at, withdrawn_at, must_change_password
FROM organization_token AS token JOIN accounts_user AS owner ON owner.id = token.user_id WHERE digest = %s
"""


@dataclass(frozen=True, slots=True)
class Limits:
    """What ``limits.toml`` says of tokens."""

    most_days: int
    wrong_per_hour: int


@dataclass(frozen=True, slots=True)
class Found:
    """A token as it is kept, and what of its owner's account stands in its way."""

    number: int
    user_id: int
    appointment_id: int
    purpose: str
    until_at: datetime
    used_at: datetime | None
    withdrawn_at: datetime | None
    must_change_password: bool


@dataclass(frozen=True, slots=True)
class Holder:
    """Who a token acts for, and which it is."""

    reader: Reader
    number: int
    purpose: str
    until_at: datetime


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token that holds, as its owner's page shows it; nothing here lets anybody act."""

    number: int
    purpose: str
    role: Role
    post: str
    until_at: datetime
    used_at: datetime | None


@cache
def limits() -> Limits:
    """The limits in force."""
    text = Path(__file__).with_name("limits.toml").read_text(encoding="utf-8")
    return Limits(**tomllib.loads(text)["token"])


@transaction.atomic
def make_token(
    held: Appointment,
    *,
    purpose: str,
    until: datetime | None,
    actor: str,
    at: datetime,
    prefix: str = PREFIX,
) -> tuple[int, str]:
    """A token for the holder of a post; gives its number and the token, which nobody can be shown again.

    With ``prefix`` `DEVICE` it is one for a field device.

    It ends at ``until``, by default as late as it may. A `Refusal` when it would last longer than ``limits.toml`` allows,
    would be over already, does not say what it is for, or when the role asks for a second factor the account has not.
    """
    latest = at + timedelta(days=limits().most_days)
    ends = until or latest
    said = " ".join(purpose.split())
    if not said or len(said) > LONGEST:
        raise Refusal("token_purpose", longest=LONGEST)
    if not at < ends <= latest:
        raise Refusal("token_days", most=limits().most_days)
    if roles()[held.role].second_factor and not has_second_factor(held.user_id):
        raise Refusal("token_second_factor")
    secret = prefix + secrets.token_urlsafe(32)
    one = Token.objects.create(
        user_id=held.user_id,
        appointment=held,
        digest=_digest(secret),
        purpose=said,
        made_by=actor,
        made_at=at,
        until_at=ends,
    )
    _record("token_made", one, held, actor, at)
    return one.pk, secret


def make_token_of(reader: Reader, *, purpose: str, at: datetime, prefix: str) -> tuple[str, datetime]:
    """A token for the post somebody acts under, made by himself: the token and when it ends. Refused as by `make_token`."""
    held = Appointment.objects.get(pk=reader.appointment_id, user__login=reader.login)
    number, secret = make_token(held, purpose=purpose, until=None, actor=reader.login, at=at, prefix=prefix)
    return secret, Token.objects.get(pk=number).until_at


def holder_of(secret: str, *, address: str, at: datetime, prefix: str = PREFIX) -> Holder:
    """Whom the holder of ``secret`` acts for at a moment; a `Refusal` for each thing that stands in the way.

    One that does not begin with ``prefix`` is for another door, and unknown here.

    An unknown token is counted by ``address`` and audited, until there were too many; a right one always passes, for a
    town hall goes out by one address. Not to be called inside a transaction: the count has to stay.
    """
    one = _found(secret)
    if one is None or not secret.startswith(prefix):
        _count_wrong(address, at)
        raise Refusal("token_wrong")
    if one.withdrawn_at or one.until_at <= at:
        raise Refusal("token_over")
    reader = _reader(one, at)
    if one.used_at is None or one.used_at < at - STALE:
        mine = Token.objects.filter(pk=one.number)
        mine.filter(Q(used_at=None) | Q(used_at__lt=at - STALE)).update(used_at=at)
    return Holder(reader, one.number, one.purpose, one.until_at)


def tokens_of(user_id: int, *, at: datetime) -> list[TokenLine]:
    """The tokens of an account that hold, the newest first; without those of a post that is over."""
    posts = {one.appointment_id: one for one in readers(user_id, at=at)}
    found = Token.objects.filter(
        user_id=user_id, appointment_id__in=posts, withdrawn_at=None, until_at__gt=at
    ).order_by("-id")
    return [
        TokenLine(
            one.pk,
            one.purpose,
            posts[one.appointment_id].role,
            posts[one.appointment_id].post,
            one.until_at,
            one.used_at,
        )
        for one in found
    ]


@transaction.atomic
def withdraw_token(user_id: int, number: int, *, actor: str, at: datetime) -> None:
    """Ends a token of one's own from its next request on; a `Refusal` when there is none of that number."""
    one = (
        Token.objects.select_for_update(of=("self",))
        .filter(pk=number, user_id=user_id, withdrawn_at=None)
        .first()
    )
    if one is None:
        raise Refusal("token_unknown")
    _withdraw([one], user_id, actor, at)


@transaction.atomic
def withdraw_tokens(user: User, *, actor: str, at: datetime) -> None:
    """Ends every token of an account: it was closed, or somebody else may have it in hand."""
    found = Token.objects.select_for_update(of=("self",)).filter(
        user=user, withdrawn_at=None, until_at__gt=at
    )
    _withdraw(list(found), user.pk, actor, at)


def _withdraw(found: list[Token], user_id: int, actor: str, at: datetime) -> None:
    Token.objects.filter(pk__in=[one.pk for one in found]).update(withdrawn_at=at)
    login = User.objects.get(pk=user_id).login
    with within({USER: str(user_id)}):
        posts = Appointment.objects.filter(pk__in={one.appointment_id for one in found})
        areas = dict(posts.values_list("pk", "area_code"))
    for one in found:
        details = {"token": one.pk, "login": login, "appointment": one.appointment_id}
        area = areas.get(one.appointment_id, "")
        record(act="token_withdrawn", actor=actor, area_code=area, at=at, details=details)


def _found(secret: str) -> Found | None:
    """The token, whatever stands in its way; asked with every request, so in as few words as it takes."""
    with connection.cursor() as cursor:
        cursor.execute(FIND, [_digest(secret)])
        row = cursor.fetchone()
    return Found(*row) if row else None


def _reader(one: Found, at: datetime) -> Reader:
    """The post the token was made for, as it stands now."""
    held = {found.appointment_id: found for found in readers(one.user_id, at=at)}
    reader = held.get(one.appointment_id)
    if reader is None:
        raise Refusal("token_no_post")
    if one.must_change_password:
        raise Refusal("token_password")
    if reader.role.second_factor and not has_second_factor(one.user_id):
        raise Refusal("token_second_factor")
    return reader


def _count_wrong(address: str, at: datetime) -> None:
    """Puts one more unknown token on record; a `Refusal`, and no record, when the address has sent its share."""
    WrongToken.objects.filter(at__lte=at - HOUR).delete()
    if WrongToken.objects.filter(ip_address=address).count() >= limits().wrong_per_hour:
        raise Refusal("token_wait")
    with transaction.atomic():
        WrongToken.objects.create(ip_address=address, at=at)
        record(act="token_refused", actor=NOBODY, area_code="", at=at, details={})


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()  # of 256 random bits: no dictionary leads back to it


def _record(act: str, one: Token, held: Appointment, actor: str, at: datetime) -> None:
    details = {
        "token": one.pk,
        "login": held.user.login,
        "appointment": held.pk,
        "until": one.until_at.isoformat(),
    }
    record(act=act, actor=actor, area_code=held.area_code, at=at, details=details)
