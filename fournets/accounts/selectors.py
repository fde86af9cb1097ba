"""Reads of accounts."""

from __future__ import annotations

from collections.abc import Iterable

from fournets.accounts.models import User


def names_of(logins: Iterable[str]) -> dict[str, str]:
    """The names of those of ``logins`` that are accounts, by login."""
    return dict(User.objects.filter(login__in=set(logins)).values_list("login", "name"))
