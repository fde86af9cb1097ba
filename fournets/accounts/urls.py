"""Addresses of sign-in. Of the library's pages only those that are used; nobody signs up or resets a password by mail."""

from __future__ import annotations

from allauth.account import views
from allauth.mfa import urls as second_factor
from allauth.socialaccount import urls as other_sign_in
from allauth.socialaccount.providers.openid_connect import urls as openid
from allauth.usersessions import urls as sessions
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path


def closed(request: HttpRequest, **_: str) -> HttpResponse:
    """A page of the library that this register does not have; its name is needed for the others to be drawn."""
    raise Http404


urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("2fa/", include(second_factor)),
    path("sessions/", include(sessions)),
    path("3rdparty/", include(other_sign_in)),
    path("", include(openid)),
    path("signup/", closed, name="account_signup"),
    path("email/", closed, name="account_email"),
    path("confirm-email/", closed, name="account_email_verification_sent"),
    path("password/set/", closed, name="account_set_password"),
    path("password/reset/", closed, name="account_reset_password"),
]
