"""What a list that is handed out is narrowed to beside area and selection: as the list on the page it was asked from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fournets.reporting.models import Export
from fournets.screening.selectors.people import NOT_ASSESSED, WORKS_AT


@dataclass(frozen=True, slots=True)
class Narrow:
    """Only people of a class, of lists since a day, without a phone, working for an enterprise (its public id), or those
    chosen one by one (None: nobody was)."""

    risk_class: str = ""  # or `NOT_ASSESSED`
    seen_since: date | None = None
    no_phone: bool = False
    chosen: Sequence[int] | None = None
    enterprise: str = ""

    def condition(self) -> str:
        """The condition on people, of statements that join the decision in force."""
        wanted = ["true"]
        if self.risk_class:
            wanted.append(
                "decision.id IS NULL"
                if self.risk_class == NOT_ASSESSED
                else "decision.risk_class = %(risk_class)s"
            )
        if self.seen_since:
            wanted.append("person.seen_on >= %(seen_since)s")
        if self.no_phone:
            wanted.append("person.phone_sealed IS NULL")
        if self.enterprise:
            wanted.append(f"person.id IN ({WORKS_AT})")
        if self.chosen is not None:
            wanted.append("person.id = ANY(%(chosen)s::bigint[])")
        return " AND ".join(wanted)

    def values(self) -> dict[str, Any]:
        """What the condition is run with."""
        chosen = list(self.chosen) if self.chosen is not None else []
        return {
            "risk_class": self.risk_class,
            "seen_since": self.seen_since,
            "chosen": chosen,
            "enterprise": self.enterprise,
        }

    def kept(self) -> dict[str, Any]:
        """What an export keeps of it, and its audit line says, beside who was chosen."""
        since = self.seen_since and self.seen_since.isoformat()
        asked = {
            "class": self.risk_class,
            "since": since,
            "no_phone": self.no_phone,
            "enterprise": self.enterprise,
        }
        return {word: said for word, said in asked.items() if said}


def narrow_of(export: Export) -> Narrow:
    """What an export was narrowed to when it was asked for."""
    kept = export.narrow
    since = date.fromisoformat(kept["since"]) if kept.get("since") else None
    return Narrow(
        kept.get("class", ""), since, bool(kept.get("no_phone")), export.chosen, kept.get("enterprise", "")
    )
