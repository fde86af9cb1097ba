"""What an assessment of everybody found, and whom it changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Move:
    """So many people went from one class to another by one rule; ``came_from`` is empty for the newly assessed."""

    came_from: str
    went_to: str
    rule: str
    people: int


@dataclass(frozen=True, slots=True)
class Changed:
    """Somebody assessed before whose class, action or dates are others now: by which rule, from when until when."""

    person: str
    came_from: str
    went_to: str
    rule: str
    from_on: date | None
    until_on: date | None


@dataclass(frozen=True, slots=True)
class AssessReport:
    """One assessment. ``changed`` counts people whose class, action or dates changed; ``restated`` those whose
    decision rests on other facts or numbers with the same answer; ``gone`` assessments of people no longer filed."""

    on: date
    area_code: str
    people: int
    combinations: int
    changed: int
    restated: int
    gone: int
    classes: Mapping[str, int]
    moves: tuple[Move, ...]
    digests: Mapping[str, str]
    who: tuple[Changed, ...] = ()

    def who_as_json(self) -> list[dict[str, Any]]:
        """Who changed, of those assessed before: [{"person","from","to","rule","from_on","until_on"}]."""
        return [
            {
                "person": one.person,
                "from": one.came_from,
                "to": one.went_to,
                "rule": one.rule,
                "from_on": one.from_on,
                "until_on": one.until_on,
            }
            for one in self.who
        ]

    def as_json(self) -> dict[str, Any]:
        """The report for scripts: {"on","area","people","combinations","changed","restated","gone","classes":{class:people},
        "moves":[{"from","to","rule","people"}],"policy":{town:digest}}."""
        return {
            "on": self.on.isoformat(),
            "area": self.area_code,
            "people": self.people,
            "combinations": self.combinations,
            "changed": self.changed,
            "restated": self.restated,
            "gone": self.gone,
            "classes": dict(self.classes),
            "moves": [
                {"from": one.came_from, "to": one.went_to, "rule": one.rule, "people": one.people}
                for one in self.moves
            ],
            "policy": dict(self.digests),
        }
