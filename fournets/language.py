"""Sentences for people, in Chinese and English, kept beside the code that says them.

Each folder may hold a ``messages.toml``, or a folder ``messages`` with a file for each subject: one table a message,
with ``zh`` and ``en`` and ``{values}`` in braces.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

Lang = Literal["zh", "en"]


@dataclass(frozen=True)
class Message:
    """One sentence to say: its code in ``messages.toml`` and the values in it."""

    code: str
    values: dict[str, Any] = field(default_factory=dict)

    def text(self, lang: Lang | None = None) -> str:
        """The sentence in ``lang``, or in the reader's language."""
        return say(self.code, lang, **self.values)


class Refusal(Exception):
    """Something cannot be done; carries the sentence that says what, where and what to do next."""

    def __init__(self, code: str, **values: Any) -> None:
        self.message = Message(code, values)
        super().__init__(code)

    def __str__(self) -> str:
        return self.message.text()


def reader_language() -> Lang:
    """The reader's language: ``FOURNETS_LANG``, else the terminal's, else English."""
    wish = os.environ.get("FOURNETS_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "zh" if wish.lower().startswith("zh") else "en"


def say(code: str, lang: Lang | None = None, /, **values: Any) -> str:
    """The sentence ``code`` in ``lang`` with ``values`` filled in; an unknown code is a `KeyError`."""
    return catalogue()[code][lang or reader_language()].format(**values)


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Every message of the package by its code; a code used twice is a `ValueError`."""
    found: dict[str, dict[str, str]] = {}
    here = Path(__file__).parent
    for path in sorted([*here.glob("*/messages.toml"), *here.glob("*/messages/*.toml")]):
        for code, texts in tomllib.loads(path.read_text()).items():
            if code in found:
                raise ValueError(f"message {code} stands twice")
            found[code] = texts
    return found
