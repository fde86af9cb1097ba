"""What would change if: everybody's class under the rules of another day, or with a region more on the list; nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

import msgspec
from django.db import connection

from fournets.audit.services import record
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.places.rules.regions import find_region, region_name
from fournets.places.scope import code_range
from fournets.policy import OutbreakArea, Policy, in_force
from fournets.policy.catalogue import Reference
from fournets.screening.rules import FACTS, RiskFacts, assess
from fournets.screening.services.assess import EVERYBODY

PREVIEW = "policy.preview"
NOBODY_SAID = Reference("假设 supposed", "", None)
# As many rows as there are distinct combinations in a community, not as there are people.
COMBINED = f"""
SELECT n.town, left(n.area_code, 12), n.facts, coalesce(d.risk_class, ''), count(*) FROM ({EVERYBODY}) n
LEFT JOIN screening_assessment a ON a.person_id = n.person_id AND a.superseded_on IS NULL
LEFT JOIN screening_decision d ON d.id = a.decision_id GROUP BY 1, 2, 3, 4
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Supposed:
    """What is supposed: the rules of ``on``, and, where ``region`` (a division code) is not empty, that it were listed."""

    on: date
    region: str = ""
    via_counts: bool = False

    @property
    def region_name(self) -> str:
        """The region as people call it."""
        return region_name(self.region) or self.region


@dataclass(frozen=True, slots=True)
class Preview:
    """How many people would go from a class (empty: not assessed) to another, and how many of them in each community."""

    people: int
    moves: Mapping[tuple[str, str], int]
    communities: Mapping[str, int]

    @property
    def changed(self) -> int:
        return sum(self.moves.values())


def suppose(text_of_region: str, *, on: date, via_counts: bool) -> Supposed:
    """What somebody typed; a `Refusal` when the words name no division for sure."""
    code = find_region(text_of_region) if text_of_region.strip() else ""
    if code is None:
        raise Refusal("preview_region", text=text_of_region.strip()[:40])
    return Supposed(on, code, via_counts)


def preview(what: Supposed, reader: Reader, *, at: datetime) -> Preview:
    """Everybody of the reader's area under what is supposed, beside the class in force; on record, and nothing written."""
    low, high = code_range(reader.area_code)
    with connection.cursor() as cursor:
        cursor.execute(COMBINED, {"on": what.on, "low": low, "high": high})
        combined = cursor.fetchall()
    policies = {town: _policy(town, what) for town in {town for town, *_ in combined}}
    read = msgspec.json.Decoder(list[str | None]).decode
    answers: dict[tuple[str, str], str] = {}
    moves: Counter[tuple[str, str]] = Counter()
    communities: Counter[str] = Counter()
    for town, community, facts, came_from, people in combined:
        if (town, facts) not in answers:
            values = dict(zip(FACTS, read(facts), strict=True))
            answers[town, facts] = assess(RiskFacts.of(values), policies[town], what.on).risk_class
        if answers[town, facts] != came_from:
            moves[came_from, answers[town, facts]] += people
            communities[community] += people
    found = Preview(sum(row[4] for row in combined), moves, communities)
    details = {"on": what.on.isoformat(), "region": what.region, "people": found.changed}
    record(act="policy_previewed", actor=reader.login, area_code=reader.area_code, at=at, details=details)
    return found


def _policy(town: str, what: Supposed) -> Policy:
    policy = in_force(on=what.on, area=town)
    if not what.region:
        return policy
    name = what.region_name
    supposed = OutbreakArea(
        what.region, name, name, what.on, None, what.via_counts, "", NOBODY_SAID, checked=False
    )
    return replace(policy, supposed=(supposed,))
