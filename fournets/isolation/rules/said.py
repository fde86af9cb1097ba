"""What the rules say, in both languages, with the document it rests on."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fournets.policy import Reference


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence: the rule that says it, its words, and the document where it rests on one."""

    rule: str
    zh: str
    en: str
    document: str = ""

    def record(self) -> dict[str, str]:
        """The sentence as it is kept with an order."""
        return {"rule": self.rule, "zh": self.zh, "en": self.en, "document": self.document}


def said(rule: str, reference: Reference | None = None, /, **values: Any) -> Said:
    """The sentence of a rule. A value that is a pair has its own word in each language: Chinese, English."""
    pairs = {name: value if isinstance(value, tuple) else (value, value) for name, value in values.items()}
    text = words()[rule]
    return Said(
        rule,
        text["zh"].format(**{name: zh for name, (zh, _) in pairs.items()}),
        text["en"].format(**{name: en for name, (_, en) in pairs.items()}),
        reference.document if reference else "",
    )


def word(code: str) -> tuple[str, str]:
    """The word for a code: Chinese, English."""
    text = words()[code]
    return text["zh"], text["en"]


@cache
def words() -> dict[str, dict[str, str]]:
    """Every sentence and word of these rules."""
    text = Path(__file__).parents[1].joinpath("words.toml").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = tomllib.loads(text)
    return found
