"""Everybody assessed in one go: each distinct combination of facts once by the pure rule, joined back by SQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from django.db import connection, transaction

from fournets.audit.services import record
from fournets.database import refresh_statistics
from fournets.places.scope import code_range
from fournets.policy import Policy, in_force
from fournets.screening.models import PolicyRecord
from fournets.screening.rules import FACTS, Outcome, RiskFacts, assess
from fournets.screening.services.report import AssessReport, Changed, Move

TOWN = 9  # digits of a town's code: the policy of a town counts for everybody in it
SUBJECTS = ("fever", "isolation", "screening", "outbreak_areas")

ORDERED = "ordered"  # the one fact no file tells: what two people have ordered
_FACTS = ", ".join("o.said" if name == ORDERED else f"values->>'{name}'" for name in FACTS)

EVERYBODY = f"""
SELECT p.id AS person_id, p.area_code, left(p.area_code, {TOWN}) AS town, jsonb_build_array({_FACTS})::text AS facts
FROM people_person p LEFT JOIN (
    SELECT person_id, concat_ws('|', id, risk_class, from_on, until_on) AS said FROM screening_override
    WHERE state = 'approved' AND from_on <= %(on)s AND until_on > %(on)s
) o ON o.person_id = p.id
WHERE p.area_code >= %(low)s AND p.area_code < %(high)s
"""  # noqa: S608
NOW = f"CREATE TEMP TABLE assess_now ON COMMIT DROP AS {EVERYBODY}"

ANSWERS = """
CREATE TEMP TABLE assess_answer (town text, facts text, key text) ON COMMIT DROP;
CREATE TEMP TABLE assess_decision (key text, facts text, town_code text, policy_digest text, risk_class text, action text,
    reasons text, from_on date, until_on date) ON COMMIT DROP
"""

DECIDE = """
INSERT INTO screening_decision (key, facts, "on", town_code, policy_digest, risk_class, action, reasons, from_on, until_on)
SELECT key, facts::jsonb, %s, town_code, policy_digest, risk_class, action, reasons::jsonb, from_on, until_on
FROM assess_decision ORDER BY key ON CONFLICT (key) DO NOTHING
"""

CHANGES = """
CREATE TEMP TABLE assess_change ON COMMIT DROP AS
WITH wanted AS (
    SELECT a.town, a.facts, d.id, d.risk_class, d.action, d.from_on, d.until_on, d.reasons->0->>'rule' AS rule
    FROM assess_answer a JOIN screening_decision d USING (key)
)
SELECT n.person_id, n.area_code, d.id AS decision_id, d.risk_class AS went_to, d.rule,
    coalesce(o.risk_class, '') AS came_from, a.since_on,
    (o.risk_class, o.action) IS NOT DISTINCT FROM (d.risk_class, d.action) AS same_class,
    (o.from_on, o.until_on) IS NOT DISTINCT FROM (d.from_on, d.until_on) AS same_days
FROM assess_now n JOIN wanted d USING (town, facts)
LEFT JOIN screening_assessment a ON a.person_id = n.person_id AND a.superseded_on IS NULL
LEFT JOIN screening_decision o ON o.id = a.decision_id
WHERE a.decision_id IS DISTINCT FROM d.id
"""

SUPERSEDE = """
UPDATE screening_assessment a SET superseded_on = %s FROM assess_change c
WHERE a.person_id = c.person_id AND a.superseded_on IS NULL
"""

ASSESS = """
INSERT INTO screening_assessment (person_id, area_code, decision_id, assessed_on, since_on, was)
SELECT person_id, area_code, decision_id, %s, CASE WHEN same_class THEN since_on ELSE %s END,
    CASE WHEN came_from <> went_to THEN came_from ELSE '' END FROM assess_change
"""

FOLLOW = """
UPDATE screening_assessment a SET area_code = n.area_code FROM assess_now n
WHERE a.person_id = n.person_id AND a.superseded_on IS NULL AND a.area_code <> n.area_code
"""

# Everybody has one assessment in force; more of them than people are those of people no longer filed.
IN_FORCE = """
SELECT count(*) FROM screening_assessment WHERE superseded_on IS NULL AND area_code >= %s AND area_code < %s
"""

GONE = """
DELETE FROM screening_assessment a WHERE a.area_code >= %s AND a.area_code < %s
AND NOT EXISTS (SELECT 1 FROM people_person p WHERE p.id = a.person_id)
"""

MOVES = """
SELECT came_from, went_to, rule, count(*) FROM assess_change WHERE NOT (same_class AND same_days)
GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3
"""

WHO = """
SELECT p.public_id, c.came_from, c.went_to, c.rule, d.from_on, d.until_on FROM assess_change c
JOIN people_person p ON p.id = c.person_id JOIN screening_decision d ON d.id = c.decision_id
WHERE c.came_from <> '' AND NOT (c.same_class AND c.same_days) ORDER BY c.area_code, p.id
"""


@transaction.atomic
def assess_people(*, on: date, area_code: str = "", actor: str, at: datetime) -> AssessReport:
    """Assesses everybody in ``area_code`` (empty: the whole scope) under the rules of ``on``; only changes are written.

    Again on the same facts and rules it writes nothing. Raises `MissingNumber` when a number is not in force on that day.
    """
    low, high = code_range(area_code)
    with connection.cursor() as cursor:
        cursor.execute(NOW, {"on": on, "low": low, "high": high})
        people = cursor.rowcount
        cursor.execute("SELECT town, facts, count(*) FROM assess_now GROUP BY 1, 2")
        combinations = cursor.fetchall()
        digests, classes = _answer(cursor, combinations, on)
        cursor.execute(DECIDE, [on])
        cursor.execute(CHANGES)
        changed_rows = cursor.rowcount
        gone = _write(cursor, on, people, (low, high))
        moves = _moves(cursor)
        who = tuple(Changed(*row) for row in _all(cursor, WHO))
        cursor.execute("DROP TABLE assess_now, assess_answer, assess_decision, assess_change")
    changed = sum(move.people for move in moves)
    report = AssessReport(
        on,
        area_code,
        people,
        len(combinations),
        changed,
        changed_rows - changed,
        gone,
        classes,
        moves,
        digests,
        who,
    )
    record(act="assess_people", actor=actor, area_code=area_code, at=at, details=report.as_json())
    return report


def _answer(
    cursor: Any, combinations: Sequence[tuple[str, str, int]], on: date
) -> tuple[dict[str, str], Counter[str]]:
    """Puts the pure rule's answer to each combination beside it; gives the digest of each town's policy, and how many
    people are in each class."""
    policies = {town: in_force(on=on, area=town) for town in sorted({town for town, *_ in combinations})}
    classes: Counter[str] = Counter()
    digests = {town: _keep(policy) for town, policy in policies.items()}
    decisions: dict[str, tuple[Outcome, str]] = {}
    cursor.execute(ANSWERS)
    read, keys = msgspec.json.Decoder(list[str | None]).decode, _Keys()
    with cursor.copy("COPY assess_answer FROM STDIN") as copy:
        for town, facts, people in combinations:
            values = dict(zip(FACTS, read(facts), strict=True))
            outcome = assess(RiskFacts.of(values), policies[town], on)
            classes[outcome.risk_class] += people
            key = keys.of(outcome, town)
            decisions.setdefault(key, (outcome, town))
            copy.write_row((town, facts, key))
    with cursor.copy("COPY assess_decision FROM STDIN") as copy:
        for key, (outcome, town) in decisions.items():
            copy.write_row(_decision(key, outcome, town, digests[town]))
    cursor.execute("ANALYZE assess_now; ANALYZE assess_answer; ANALYZE assess_decision")
    return digests, classes


class _Keys:
    """Keys of answers; the one answer most people get, that nothing is known, is worked out once a town."""

    def __init__(self) -> None:
        self.ordinary: dict[str, str] = {}

    def of(self, outcome: Outcome, town: str) -> str:
        if outcome.risk_class != "none":
            return outcome.key(town)
        if town not in self.ordinary:
            self.ordinary[town] = outcome.key(town)
        return self.ordinary[town]


def _keep(policy: Policy) -> str:
    """Keeps the numbers a decision may rest on; gives their digest."""
    digest = policy.digest_of(*SUBJECTS)
    kept = PolicyRecord(digest=digest, record=policy.record(*SUBJECTS))
    PolicyRecord.objects.bulk_create([kept], ignore_conflicts=True)
    return digest


def _decision(key: str, outcome: Outcome, town: str, digest: str) -> tuple[Any, ...]:
    reasons = msgspec.json.encode([reason.record() for reason in outcome.reasons]).decode()
    facts = msgspec.json.encode(outcome.facts).decode()
    answer = (outcome.risk_class, outcome.action, reasons, outcome.from_on, outcome.until_on)
    return (key, facts, town, digest, *answer)


def _write(cursor: Any, on: date, people: int, area: tuple[str, str]) -> int:
    cursor.execute("ANALYZE assess_change")
    cursor.execute(SUPERSEDE, [on])
    cursor.execute(ASSESS, [on, on])
    cursor.execute(FOLLOW)
    cursor.execute("SELECT count(*) FROM assess_change")
    refresh_statistics(cursor, cursor.fetchone()[0], "screening_assessment", "screening_decision")
    cursor.execute(IN_FORCE, area)
    if cursor.fetchone()[0] == people:
        return 0
    cursor.execute(GONE, area)
    return int(cursor.rowcount)


def _moves(cursor: Any) -> tuple[Move, ...]:
    return tuple(Move(*row) for row in _all(cursor, MOVES))


def _all(cursor: Any, sql: str) -> list[tuple[Any, ...]]:
    cursor.execute(sql)
    return list(cursor.fetchall())
