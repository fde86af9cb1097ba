"""Signing in somebody who has just made his account."""

from __future__ import annotations

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.http import HttpRequest, HttpResponse

from fournets.accounts.models import User


def sign_in_new(request: HttpRequest, user: User, *, to: str) -> HttpResponse:
    """Signs in with the password just chosen, so that nobody asks for it again, and leads to ``to``."""
    answer: HttpResponse = perform_password_login(
        request, {"username": user.login}, Login(user=user, redirect_url=to)
    )
    return answer
