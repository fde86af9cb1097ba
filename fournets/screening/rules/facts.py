"""What the rules look at: the risk facts of one person, read from the values of the file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache
from pathlib import Path

WORDS = Path(__file__).parent.parent / "words.toml"


@dataclass(frozen=True, slots=True)
class Ordered:
    """A class two people have put in the place of the rules' for a time (人工改判): its number, from and until when."""

    number: int
    risk_class: str
    from_on: date
    until_on: date

    @classmethod
    def of(cls, text: str | None) -> Ordered | None:
        """From ``number|class|from|until``; None for anything else."""
        match (text or "").split("|"):
            case [number, risk_class, from_on, until_on]:
                return cls(int(number), risk_class, date.fromisoformat(from_on), date.fromisoformat(until_on))
        return None

    def holds(self, on: date) -> bool:
        """Whether it counts on a day; ``until_on`` is exclusive."""
        return self.from_on <= on < self.until_on

    def __str__(self) -> str:
        return f"{self.number}|{self.risk_class}|{self.from_on}|{self.until_on}"


@dataclass(frozen=True, slots=True)
class RiskFacts:
    """What is known of a person, nothing assumed: an empty field is not known.

    Places are division codes (GB/T 2260, any length); temperature in °C; ``contact_degree`` is ``close``, ``secondary``
    or empty; ``exposed_on`` holds every known day of unprotected contact.
    """

    from_place: tuple[str, ...] = ()
    via_place: tuple[str, ...] = ()
    native_place: tuple[str, ...] = ()
    been_to_outbreak_area: bool | None = None
    contact_history: bool | None = None
    contact_degree: str = ""
    exposed_on: tuple[date, ...] = ()
    left_on: date | None = None
    returned_on: date | None = None
    temperature: float | None = None
    symptoms: str = ""
    health_state: str = ""
    ordered: Ordered | None = None

    @classmethod
    def of(cls, values: Mapping[str, str | None]) -> RiskFacts:
        """The facts in ``values`` (canonical texts by field name); a text that cannot be read is not known."""
        get = values.get
        return cls(
            from_place=_codes(get("from_place")),
            via_place=_codes(get("via_place")),
            native_place=_codes(get("native_place")),
            been_to_outbreak_area=_yes_no(get("been_to_outbreak_area")),
            contact_history=_yes_no(get("contact_history")),
            contact_degree=get("contact_degree") or "",
            exposed_on=_days(get("exposed_on")),
            left_on=_day(get("left_on")),
            returned_on=_day(get("returned_on")),
            temperature=_number(get("temperature")),
            symptoms=get("symptoms") or "",
            health_state=get("health_state") or "",
            ordered=Ordered.of(get("ordered")),
        )

    def text(self, name: str) -> str:
        """The fact ``name`` as the canonical text it was read from; empty when not known."""
        value = getattr(self, name)
        if value is None:
            return ""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, tuple):
            return "|".join(map(str, value))
        return str(value)


FACTS = tuple(field.name for field in fields(RiskFacts))


def reports_symptoms(text: str) -> bool:
    """Whether what stands under 症状 tells of symptoms: anything but the words for none (无, 正常, 否 …)."""
    return bool(text) and not _denied(text)


def sounds_ill(text: str) -> bool:
    """Whether what stands under 健康状况 names a symptom of the outbreak that is not denied in the same breath."""
    return any(_names_symptom(part) for part in _parts(text))


def _names_symptom(part: str) -> bool:
    words = _words()
    return not part.startswith(words["not"]) and any(word in part for word in words["symptoms"])


def _denied(text: str) -> bool:
    words = _words()
    return all(part in words["none"] or part.startswith(words["not"]) for part in _parts(text))


@cache
def _words() -> Mapping[str, tuple[str, ...]]:
    return {name: tuple(words) for name, words in tomllib.loads(WORDS.read_text()).items()}


def _parts(text: str) -> list[str]:
    for mark in ",。;;、,.":
        text = text.replace(mark, " ")
    return text.lower().split()


def _codes(text: str | None) -> tuple[str, ...]:
    return tuple(sorted(filter(None, text.split("|")))) if text else ()


def _yes_no(text: str | None) -> bool | None:
    return {"yes": True, "no": False}.get(text or "")


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _day(text: str | None) -> date | None:
    try:
        return datetime.fromisoformat(text).date() if text else None
    except ValueError:
        return None


def _days(text: str | None) -> tuple[date, ...]:
    return tuple(sorted(day for one in (text or "").split("|") if (day := _day(one))))
