"""Acts of an administrator on accounts and posts, each kept to his area and to accounts that are not his own.

The command line of the server's owner calls the acts below them: it may do all.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from fournets.accounts.models import User
from fournets.accounts.services import create_user, reset_password, set_active, sign_out_everywhere, user_of
from fournets.audit.services import record
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.organization.appointments import appoint, withdraw
from fournets.organization.models import Appointment
from fournets.organization.rights import roles
from fournets.organization.staff import RIGHT, managed_post, managed_user
from fournets.organization.tokens import withdraw_tokens
from fournets.places.rules.codes import WIDTHS


@transaction.atomic
def engage(
    reader: Reader,
    *,
    login: str,
    name: str,
    role: str,
    area_code: str,
    post: str = "",
    until: datetime | None = None,
    at: datetime,
) -> tuple[int, str]:
    """Makes an account with its first post; gives its number and its first password."""
    check_may_give(reader, area_code)
    user, password = create_user(login, name, actor=reader.login, at=at)
    _alarm(
        appoint(user, role, area_code, post=post, until=until, actor=reader.login, at=at), reader, "post", at
    )
    return user.pk, password


@transaction.atomic
def give_post(
    reader: Reader,
    user_id: int,
    *,
    role: str,
    area_code: str,
    post: str = "",
    until: datetime | None = None,
    at: datetime,
) -> None:
    """Gives an account one more post, from now until ``until``."""
    check_may_give(reader, area_code)
    user = _other(reader, user_id)
    _alarm(
        appoint(user, role, area_code, post=post, until=until, actor=reader.login, at=at), reader, "post", at
    )


@transaction.atomic
def let_stand_in(reader: Reader, number: int, *, login: str, until: datetime | None, at: datetime) -> int:
    """Lets somebody of his area stand in for the holder of a post until a moment; gives the account that does."""
    held = managed_post(reader, number, at=at)
    try:
        other = _other(reader, user_of(login).pk)
    except Refusal:
        raise Refusal("stand_in_unknown", login=login) from None
    if other.pk == held.user_id:
        raise Refusal("stand_in_same")
    given = appoint(
        other,
        held.role,
        held.area_code,
        post=held.post,
        until=until,
        stands_in_for=held,
        actor=reader.login,
        at=at,
    )
    _alarm(given, reader, "stand_in", at)
    return other.pk


@transaction.atomic
def withdraw_post(reader: Reader, number: int, *, at: datetime) -> None:
    """Ends a post of his area, and those that stand in for it."""
    held = _of_another(reader, managed_post(reader, number, at=at))
    withdraw(held, actor=reader.login, at=at)


@transaction.atomic
def close_account(reader: Reader, user_id: int, *, at: datetime) -> None:
    """Nobody can sign in with the account any more; its sessions and tokens end."""
    user = _other(reader, user_id)
    set_active(user, False, actor=reader.login, at=at)
    withdraw_tokens(user, actor=reader.login, at=at)


@transaction.atomic
def open_account(reader: Reader, user_id: int, *, at: datetime) -> None:
    """Opens a closed account again."""
    set_active(_other(reader, user_id), True, actor=reader.login, at=at)


@transaction.atomic
def hand_out_password(reader: Reader, user_id: int, *, at: datetime) -> str:
    """A new first password for somebody who lost his; second factors are taken off, sessions and tokens end."""
    user = _other(reader, user_id)
    withdraw_tokens(user, actor=reader.login, at=at)
    for held in Appointment.objects.filter(user=user).in_force(at).select_related("user"):
        _alarm(held, reader, "password", at)
    return reset_password(user, actor=reader.login, at=at)


@transaction.atomic
def end_all_sessions(reader: Reader, user_id: int, *, at: datetime) -> None:
    """Signs an account out on every device, and ends its tokens."""
    user = _other(reader, user_id)
    sign_out_everywhere(user, actor=reader.login, at=at)
    withdraw_tokens(user, actor=reader.login, at=at)


def check_may_give(reader: Reader, area_code: str) -> None:
    """A `Refusal` unless he may give posts in the area."""
    if not reader.may_in(RIGHT, area_code):
        raise Refusal("area_not_yours")


def _alarm(held: Appointment, reader: Reader, how: str, at: datetime) -> None:
    """Tells those who audit: who could sign in for the holder of such a post could decide as him, or see a whole town."""
    role = roles()[held.role]
    if role.second_factor or (role.rows and len(held.area_code) <= WIDTHS.town):
        details = {"login": held.user.login, "role": held.role, "how": how}
        record(act="guarded_account", actor=reader.login, area_code=held.area_code, at=at, details=details)


def _other(reader: Reader, user_id: int) -> User:
    """The account, if he manages it and it is not his own."""
    user = managed_user(reader, user_id)
    if user.pk == reader.user_id:
        raise Refusal("account_own")
    return user


def _of_another(reader: Reader, held: Appointment) -> Appointment:
    _other(reader, held.user_id)
    return held
