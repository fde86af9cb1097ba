"""Accounts: who may sign in. What somebody may see comes from appointments, never from the account."""

from __future__ import annotations

import unicodedata
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models


class UserManager(BaseUserManager["User"]):
    """Finds accounts by login, however it is typed."""

    def get_by_natural_key(self, login: str | None) -> User:
        return self.get(login=plain_login(login or ""))


class User(AbstractBaseUser):
    """One person who may sign in. ``login`` is typed, ``name`` is shown; nobody shares an account."""

    login = models.TextField(unique=True)
    name = models.TextField()
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    created_by = models.TextField(default="")
    news_seen_at = models.DateTimeField(null=True)  # until when he has seen what concerns him
    digest_to = models.TextField(
        default="", db_default=""
    )  # where the digest of the day is sent, if he wishes it
    digest_sent_on = models.DateField(null=True)  # the last day of which it was

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "login"
    REQUIRED_FIELDS = ["name", "created_at"]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(login__regex=r"^[\w.-]{2,60}$"), name="a_login_is_one_short_word"
            )
        ]

    def __str__(self) -> str:
        return self.login


class FirstStart(models.Model):
    """The one-time address of a register without accounts; of its secret only the hash is kept."""

    digest = models.BinaryField()
    until_at = models.DateTimeField()


def plain_login(text: str) -> str:
    """A login as it is kept: full-width signs made plain, small letters, no blanks around it."""
    return unicodedata.normalize("NFKC", text).strip().lower()
