"""What the rules answer: risk class, action, from when until when, and why."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that spoke: its name, the facts and numbers it used, and the sentence in both languages."""

    rule: str
    risk_class: str
    facts: Mapping[str, str]
    policy: tuple[Mapping[str, str], ...]
    zh: str
    en: str

    def record(self) -> dict[str, Any]:
        """The reason as it is kept with the decision."""
        return {
            "rule": self.rule,
            "class": self.risk_class,
            "facts": dict(self.facts),
            "policy": [dict(one) for one in self.policy],
            "zh": self.zh,
            "en": self.en,
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer for one person on one day. ``until_on`` is exclusive; None while the day it counts from is not known.

    ``action``: hospital, isolate_site, isolate_home, isolate_point, self_monitor, ask or none.
    """

    risk_class: str
    action: str
    from_on: date | None = None
    until_on: date | None = None
    reasons: tuple[Reason, ...] = field(default=())

    @property
    def facts(self) -> dict[str, str]:
        """The facts the answer rests on, as canonical texts; those that played no part are left out."""
        return {name: text for reason in self.reasons for name, text in reason.facts.items()}

    def key(self, area: str) -> str:
        """SHA-256 of the answer in ``area``: equal answers for equal facts have equal keys."""
        whole = [
            area,
            self.risk_class,
            self.action,
            self.from_on,
            self.until_on,
            [reason.record() for reason in self.reasons],
        ]
        text = json.dumps(whole, ensure_ascii=False, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()
