"""What happens at sign-in goes to the audit: in, out, refused, locked out, second factors changed."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.signals import password_changed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from allauth.socialaccount.signals import social_account_added, social_account_removed
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from fournets.accounts.models import User, plain_login
from fournets.audit.services import record

UNKNOWN = "?"  # what was typed as a login may be a password: it is not kept


def _note(act: str, actor: str, **details: str) -> None:
    record(act=act, actor=actor, area_code="", at=timezone.now(), details=details)


@receiver(user_logged_in)
def _in(user: User, **_: Any) -> None:
    _note("signed_in", user.login)


@receiver(user_logged_out)
def _out(user: User | None, **_: Any) -> None:
    if user is not None:
        _note("signed_out", user.login)


@receiver(user_login_failed)
def _failed(credentials: dict[str, Any], **_: Any) -> None:
    _note("sign_in_failed", _known(credentials.get("username") or credentials.get("login")))


@receiver(user_locked_out)
def _locked(username: str | None, **_: Any) -> None:
    _note("locked_out", _known(username))


@receiver(password_changed)
def _changed(user: User, **_: Any) -> None:
    _note("password_changed", user.login)


@receiver(authenticator_added)
def _added(request: HttpRequest, user: User, authenticator: Any, **_: Any) -> None:
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        # whoever has just set it up has used it: its code or its key was asked for
        record_authentication(request, user, method="mfa", type=authenticator.type)
    _note("second_factor_added", user.login, kind=authenticator.type)


@receiver(authenticator_removed)
def _removed(user: User, authenticator: Any, **_: Any) -> None:
    _note("second_factor_removed", user.login, kind=authenticator.type)


@receiver(social_account_added)
def _tied(sociallogin: Any, **_: Any) -> None:
    _note("other_sign_in_tied", sociallogin.user.login, provider=sociallogin.account.provider)


@receiver(social_account_removed)
def _untied(socialaccount: Any, **_: Any) -> None:
    _note("other_sign_in_untied", socialaccount.user.login, provider=socialaccount.provider)


def _known(login: str | None) -> str:
    plain = plain_login(login or "")
    return plain if User.objects.filter(login=plain).exists() else UNKNOWN
