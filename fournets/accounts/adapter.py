"""What of sign-in is ours: nobody signs up by himself, and the secrets of second factors are sealed."""

from __future__ import annotations

import base64
import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.functional import lazy

from fournets.accounts.models import User, plain_login
from fournets.accounts.passwords import page_language
from fournets.crypto import load_ring
from fournets.home import home
from fournets.language import say

SEAL = "second_factor"


def _said(code: str) -> str:
    return say(code, page_language())


_lazily = lazy(_said, str)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator, see `fournets.accounts.services.create_user`."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _lazily("inactive"),
        "enter_current_password": _lazily("wrong_password"),
        "incorrect_code": _lazily("wrong_code"),
        "incorrect_password": _lazily("wrong_password"),
        "rate_limited": _lazily("too_many"),
        "too_many_login_attempts": _lazily("too_many"),
        "username_password_mismatch": _lazily("wrong_login"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def clean_username(self, username: str, shallow: bool = False) -> str:
        return plain_login(username)

    def set_password(self, user: Any, password: str) -> None:
        user.must_change_password = False
        super().set_password(user, password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def is_reauthentication_required(self, *, app: str, **words: Any) -> bool:
        """Whoever signed in a moment ago is not asked again before his second factor is set up."""
        needed: bool = super().is_reauthentication_required(app=app, **words)
        return needed and not _signed_in_lately(context.request)

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """No mail: changes of an account are audited, and its owner sees them on his page."""


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Another sign-in (OpenID Connect) is tied to an account from within it; by itself it opens nothing."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of authenticator programs are sealed like every other secret of the register."""

    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": _lazily("wrong_code")}

    def encrypt(self, text: str) -> str:
        ring = load_ring(home() / "keys.toml")
        return base64.b64encode(ring.seal(SEAL, text)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        ring = load_ring(home() / "keys.toml")
        return ring.unseal(SEAL, base64.b64decode(encrypted_text))

    def get_totp_issuer(self) -> str:
        return "Fournets 四网"

    def get_totp_label(self, user: Any) -> str:
        found: User = user
        return found.login

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": "Fournets 四网"}


def _signed_in_lately(request: HttpRequest) -> bool:
    since = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
    records = get_authentication_records(request, request.user)
    return any(one["at"] > since for one in records)


def tried_login(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The login somebody tries, as it is kept: however it is typed, its wrong passwords are counted together."""
    given = credentials or {}  # the lock's own word is the field of the form; a device sends no form
    found = given.get("username") or given.get("login") or request.POST.get("login", "")
    return plain_login(str(found))


def client_address(request: HttpRequest) -> str:
    """The address a connection comes from; what a request says of itself is not asked."""
    return str(request.META.get("REMOTE_ADDR", ""))
