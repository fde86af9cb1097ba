"""Acts on accounts: made, closed, opened again, a new password handed over."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db import IntegrityError, transaction

from fournets.accounts.models import User, plain_login
from fournets.accounts.passwords import fresh_password
from fournets.audit.services import record
from fournets.language import Refusal

SECRETS = {"secret", "seed", "migrated_codes"}  # what the library hands to the adapter to be sealed
LOGIN = re.compile(r"[\w.-]{2,60}")


@transaction.atomic
def create_user(
    login: str, name: str, *, actor: str, at: datetime, password: str | None = None
) -> tuple[User, str]:
    """Makes an account; gives it and its password: the one its owner chose, else a fresh one, to be changed at first use."""
    plain = plain_login(login)
    if not LOGIN.fullmatch(plain):
        raise Refusal("login_form", login=login)
    if not name.strip():
        raise Refusal("name_missing")
    secret = password or fresh_password()
    user = User(login=plain, name=name.strip(), created_at=at, created_by=actor)
    user.must_change_password = password is None
    user.set_password(secret)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:  # whoever makes accounts need not see all there are
        raise Refusal("login_taken", login=plain) from None
    _record("user_created", user, actor, at)
    return user, secret


def draft_user(login: str, name: str) -> User:
    """An account that is not kept: what a password is held against before there is one."""
    return User(login=plain_login(login), name=name.strip())


@transaction.atomic
def reset_password(user: User, *, actor: str, at: datetime) -> str:
    """A new first password; second factors and other sign-ins are taken off, and every session of the account ends."""
    password = fresh_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    Authenticator.objects.filter(user=user).delete()
    SocialAccount.objects.filter(user=user).delete()
    end_sessions(user)
    _record("password_reset", user, actor, at)
    return password


@transaction.atomic
def set_active(user: User, active: bool, *, actor: str, at: datetime) -> None:
    """Closes an account, from its next request on, or opens it again."""
    user.is_active = active
    user.save(update_fields=["is_active"])
    if not active:
        end_sessions(user)
    _record("user_opened" if active else "user_closed", user, actor, at)


@transaction.atomic
def sign_out_everywhere(user: User, *, actor: str, at: datetime) -> None:
    """Ends every session of an account; it may sign in again at once."""
    end_sessions(user)
    _record("sessions_ended", user, actor, at)


def end_sessions(user: User) -> None:
    """Ends every session of an account."""
    for session in UserSession.objects.filter(user=user):
        session.end()


def user_of(login: str) -> User:
    """The account of a login; a `Refusal` when there is none."""
    user = User.objects.filter(login=plain_login(login)).first()
    if user is None:
        raise Refusal("user_unknown", login=login)
    return user


def _record(act: str, user: User, actor: str, at: datetime) -> None:
    record(act=act, actor=actor, area_code="", at=at, details={"login": user.login})


def has_second_factor(user_id: int | None) -> bool:
    """Whether an account has an authenticator program or a passkey."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return bool(Authenticator.objects.filter(user_id=user_id, type__in=kinds).exists())


def users_with_factor() -> dict[User, bool]:
    """Every account by login, with whether it has a second factor."""
    guarded = with_factor()
    return {user: user.pk in guarded for user in User.objects.order_by("login")}


def seal_second_factors_again() -> int:
    """Seals the secrets of second factors again with the newest key; how many."""
    adapter, count = get_adapter(), 0
    with transaction.atomic():
        for one in Authenticator.objects.select_for_update().exclude(type=Authenticator.Type.WEBAUTHN):
            for name in SECRETS & one.data.keys():
                one.data[name] = _again(one.data[name], adapter)
            one.save(update_fields=["data"])
            count += 1
    return count


def _again(sealed: Any, adapter: Any) -> Any:
    if isinstance(sealed, list):
        return [_again(one, adapter) for one in sealed]
    return adapter.encrypt(adapter.decrypt(sealed))


def with_factor(*users: User) -> set[int]:
    """The numbers of those accounts (none named: of all) that have a second factor."""
    found = Authenticator.objects.filter(type__in=(Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN))
    if users:
        found = found.filter(user__in=users)
    return set(found.values_list("user_id", flat=True))


def see_news(user_id: int, *, at: datetime) -> None:
    """An account has seen all that concerns it until a moment."""
    User.objects.filter(pk=user_id).update(news_seen_at=at)
