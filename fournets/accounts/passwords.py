"""Which passwords are too easy to guess, worked out on this machine alone."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from zxcvbn import zxcvbn

from fournets.language import Lang, say

LEAST = 10  # signs
GUESSES = 3  # zxcvbn's score: 3 is more than 10 to the 8 guesses, 4 the most
LONGEST = 72  # signs looked at, for the time grows with the length
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that look alike


def page_language() -> Lang:
    """The language of the page that is being made."""
    return "en" if (get_language() or "").startswith("en") else "zh"


class HardToGuess:
    """Refuses a password that a list of common ones, a pattern, or what is known of its owner would soon give away."""

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) < LEAST:
            raise ValidationError(say("password_short", page_language(), least=LEAST), code="password_short")
        known = [text for text in (getattr(user, "login", ""), getattr(user, "name", ""), "fournets") if text]
        if zxcvbn(password[:LONGEST], user_inputs=known)["score"] < GUESSES:
            raise ValidationError(say("password_easy", page_language()), code="password_easy")

    def get_help_text(self) -> str:
        return say("password_help", page_language(), least=LEAST)


def fresh_password() -> str:
    """A password to hand over once: four groups of four signs that can be read out."""
    return "-".join("".join(secrets.choice(SIGNS) for _ in range(4)) for _ in range(4))
