"""Everything the register holds of some people, taken out of every table at once; what counts them stays true."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from fournets.crypto import KeyRing
from fournets.people.services.canary import forget_canaries
from fournets.people.services.derive import derive_people
from fournets.reporting.figures.definitions import definitions

Row = tuple[int, int, int]  # file, sheet, row

# Numbers and names people went by: those of files merged into theirs are found in old rows.
WHO = """
SELECT coalesce(array_agg(DISTINCT number), '{}'), coalesce(array_agg(DISTINCT name), '{}') FROM (
    SELECT id AS number, public_id AS name FROM people_person WHERE id = ANY(%(people)s)
    UNION ALL SELECT gone_id, gone_public_id FROM people_merge WHERE kept_id = ANY(%(people)s) AND undone_at IS NULL
) AS every
"""
# What is needed of their facts before these go.
STAGE = """
DROP TABLE IF EXISTS erased_row, erased_home;
CREATE TEMP TABLE erased_row ON COMMIT DROP AS
SELECT file_id, sheet, "row" FROM people_fact WHERE person_id = ANY(%(people)s)
UNION SELECT file_id, sheet, "row" FROM people_reviewitem WHERE decided = ANY(%(names)s)
UNION SELECT line.file_id, line.sheet, line."row" FROM intake_sourcerow AS line WHERE line.person_id = ANY(%(people)s)
    AND NOT EXISTS (SELECT FROM people_fact AS fact WHERE fact.file_id = line.file_id AND fact.sheet = line.sheet
        AND fact."row" = line."row" AND fact.person_id <> ALL(%(people)s))
UNION SELECT * FROM unnest(%(files)s::bigint[], %(sheets)s::int[], %(rows)s::int[]);
CREATE TEMP TABLE erased_home ON COMMIT DROP AS
SELECT household_id, array_agg(DISTINCT name) AS names FROM people_fact
WHERE person_id = ANY(%(people)s) AND household_id IS NOT NULL GROUP BY 1;
ANALYZE erased_row; ANALYZE erased_home
"""
# Visits are of a household as much as of a person: while others live there, that somebody came stays.
VISITS = """
UPDATE screening_visit AS visit SET person_id = NULL, "row" = NULL WHERE person_id = ANY(%(people)s)
    AND EXISTS (SELECT FROM people_person AS other WHERE other.household_id = visit.household_id
        AND other.id <> ALL(%(people)s))
"""
DECISIONS = """
WITH gone AS (DELETE FROM screening_assessment WHERE person_id = ANY(%(people)s) RETURNING id, decision_id)
SELECT array_agg(DISTINCT decision_id), count(*) FROM gone
"""
UNUSED = """
DELETE FROM screening_decision AS decision WHERE id = ANY(%s)
    AND NOT EXISTS (SELECT FROM screening_assessment WHERE decision_id = decision.id)
"""
OF_CALLS = "call_id IN (SELECT id FROM calls_call WHERE person_id = ANY(%(people)s))"
OF_ORDERS = "order_id IN (SELECT id FROM isolation_order WHERE person_id = ANY(%(people)s))"
# A case that goes takes its contacts along: whose contact somebody was would name nobody any more.
OF_CONTACTS = """SELECT contact.id FROM tracing_contact AS contact WHERE contact.person_id = ANY(%(people)s) OR contact.case_id IN
    (SELECT id FROM tracing_case WHERE person_id = ANY(%(people)s))"""
DELETE = {
    "care_link": OF_ORDERS,
    "care_alarm": OF_ORDERS,
    "care_need": OF_ORDERS,
    "care_caring": OF_ORDERS,
    "isolation_entry": OF_ORDERS,
    "isolation_stay": OF_ORDERS,
    "isolation_observation": OF_ORDERS,
    "isolation_change": OF_ORDERS,
    "isolation_order": "person_id = ANY(%(people)s)",
    "tracing_answerline": f"contact_id IN ({OF_CONTACTS})",
    "tracing_contact": f"id IN ({OF_CONTACTS})",
    "tracing_case": "person_id = ANY(%(people)s)",
    "calls_attempt": OF_CALLS,
    "calls_asked": OF_CALLS,
    "calls_call": "person_id = ANY(%(people)s)",
    "calls_wrongnumber": "person_id = ANY(%(people)s)",
    "screening_override": "person_id = ANY(%(people)s)",
    "keeping_forgetting": "person_id = ANY(%(people)s)",
    "organization_selection": "list = 'people' AND item = ANY(%(people)s) OR list = 'tasks' AND item IN"
    " (SELECT id FROM organization_task WHERE person_id = ANY(%(people)s))",
    "organization_task": "person_id = ANY(%(people)s)",
    "reporting_exportrow": "person_id = ANY(%(people)s)",
    "reporting_filledcopy": "people && %(people)s::bigint[]",
    "people_employment": "person_id = ANY(%(people)s)",
    "people_personkey": "person_id = ANY(%(people)s)",
    "people_searchtoken": "person_id = ANY(%(people)s)",
    "people_tosearch": "person_id = ANY(%(people)s)",
    "people_apart": "one_id = ANY(%(people)s) OR other_id = ANY(%(people)s)",
    "people_merge": "kept_id = ANY(%(people)s) OR gone_id = ANY(%(people)s)",
    "people_reviewitem": '(file_id, sheet, "row") IN (SELECT * FROM erased_row)',
    "screening_visit": "person_id = ANY(%(people)s)",
    "people_fact": "person_id = ANY(%(people)s)",
    "calls_registration": '(file_id, "row") IN (SELECT gone.file_id, gone."row" FROM erased_row AS gone)',
    "interop_submissionfile": "submission_id IN (SELECT sent.id FROM interop_submission AS sent JOIN erased_row AS gone"
    ' ON gone.file_id = sent.file_id AND gone."row" BETWEEN sent.first_row AND sent.last_row)',
}
BLANK = (
    """
UPDATE calls_attempt AS said SET answers_sealed = NULL, note_sealed = NULL FROM erased_row AS gone
WHERE gone.file_id = said.file_id AND gone."row" = said."row"
""",
    """
WITH gone AS (DELETE FROM fieldwork_fieldvisited WHERE person_id = ANY(%(people)s) RETURNING record_id)
UPDATE fieldwork_fieldrecord SET content_sealed = NULL WHERE id IN (SELECT record_id FROM gone)
""",
    """
UPDATE fieldwork_fieldrecord AS sent SET content_sealed = NULL FROM erased_row AS gone
WHERE gone.file_id = sent.file_id AND gone."row" BETWEEN sent.first_row AND sent.last_row
""",
    """
UPDATE interop_submission AS sent SET content_sealed = NULL FROM erased_row AS gone
WHERE gone.file_id = sent.file_id AND gone."row" BETWEEN sent.first_row AND sent.last_row
""",
    """
UPDATE isolation_order SET with_order_id = NULL
WHERE with_order_id IN (SELECT id FROM isolation_order WHERE person_id = ANY(%(people)s))
""",
    """
UPDATE intake_sourcerow AS line SET person_id = NULL, problems = NULL, rule = '', score = NULL, reason = 'forgotten'
FROM erased_row AS gone WHERE (line.file_id, line.sheet, line."row") = (gone.file_id, gone.sheet, gone."row")
""",
    """
UPDATE intake_sourcerow SET person_id = NULL WHERE person_id = ANY(%(people)s)
""",
    """
UPDATE people_reviewitem SET candidates = ARRAY(SELECT one FROM unnest(candidates) AS one WHERE one <> ALL(%(people)s))
WHERE candidates && %(people)s::bigint[]
""",
    """
UPDATE reporting_dayfigure SET behind = ARRAY(SELECT one FROM unnest(behind) AS one WHERE one <> ALL(%(people)s))
WHERE figure = ANY(%(figures)s) AND behind && %(people)s::bigint[]
""",
    """
UPDATE reporting_filledform SET report = regexp_replace(report::text, %(named)s, '"–"', 'g')::jsonb
WHERE report::text ~ %(named)s
""",
    """
UPDATE reporting_export SET chosen = ARRAY(SELECT one FROM unnest(chosen) AS one WHERE one <> ALL(%(people)s))
WHERE chosen && %(people)s::bigint[]
""",
    """
UPDATE people_household SET head_id = NULL WHERE head_id = ANY(%(people)s)
""",
)
# Rows of the others of a household name its head. What their cells said as they came goes along: it may say so too.
HEADS = """
UPDATE people_fact AS fact SET "values" = fact."values" - 'head_name', changes_sealed = NULL FROM erased_home AS home
WHERE fact.household_id = home.household_id AND fact."values" ->> 'head_name' = ANY(home.names)
"""
OTHERS = """
SELECT DISTINCT fact.person_id FROM people_fact AS fact JOIN erased_home USING (household_id)
WHERE fact.person_id <> ALL(%(people)s)
"""
EMPTY = """
WITH gone AS (
    DELETE FROM people_household AS household USING erased_home WHERE household.id = erased_home.household_id
        AND NOT EXISTS (SELECT FROM people_fact WHERE household_id = household.id) RETURNING household.id
), visits AS (DELETE FROM screening_visit USING gone WHERE household_id = gone.id)
SELECT count(*) FROM gone
"""
PEOPLE = "DELETE FROM people_person WHERE id = ANY(%(people)s)"


@dataclass
class Erased:
    """What went: the public ids people went by, how many rows of which table, and the source rows that led to them."""

    names: list[str]
    rows: dict[str, int] = field(default_factory=dict)
    sources: list[Row] = field(default_factory=list)


def names_of(people: Iterable[int]) -> tuple[list[int], list[str]]:
    """The numbers and public ids ``people`` go and went by."""
    with connection.cursor() as cursor:
        cursor.execute(WHO, {"people": list(people)})
        numbers, names = cursor.fetchone()
    return sorted(numbers), sorted(names)


def erase_people(people: Iterable[int], *, sources: Sequence[Row] = (), ring: KeyRing) -> Erased:
    """Takes ``people`` (numbers) out of every table, in the caller's transaction; ``sources``: more rows that are theirs.

    With the owner's rights: the application's role cannot. Source rows keep their outcome and lose all else; frozen figures keep their value. The database counts coverage anew.
    """
    numbers, names = names_of(people)
    erased = Erased(names)
    if not (numbers or sources):
        return erased
    given = _given(numbers, names, sources)
    with connection.cursor() as cursor:
        cursor.execute(STAGE, given)
        cursor.execute("SELECT * FROM erased_row ORDER BY 1, 2, 3")
        erased.sources = cursor.fetchall()
        cursor.execute(OTHERS, given)
        others = [row[0] for row in cursor.fetchall()]
        _decisions(cursor, given, erased)
        cursor.execute(VISITS, given)
        for table, which in DELETE.items():
            cursor.execute(f"DELETE FROM {table} WHERE {which}", given)  # noqa: S608  # nosec B608
            erased.rows[table] = cursor.rowcount
        for statement in (*BLANK, HEADS):
            cursor.execute(statement, given)
        forget_canaries(names, ring=ring)
        cursor.execute(PEOPLE, given)
        erased.rows["people_person"] = cursor.rowcount
        cursor.execute(EMPTY)
        erased.rows["people_household"] = cursor.fetchone()[0]
    derive_people(others)
    return erased


def _given(numbers: Sequence[int], names: Sequence[str], sources: Sequence[Row]) -> dict[str, Any]:
    files, sheets, rows = zip(*sources, strict=True) if sources else ((), (), ())
    return {
        "people": list(numbers),
        "names": list(names),
        "named": f'"({"|".join(names) or "-"})"',
        "figures": [name for name, one in definitions().items() if one.of == "person"],
        "files": list(files),
        "sheets": list(sheets),
        "rows": list(rows),
    }


def _decisions(cursor: Any, given: dict[str, Any], erased: Erased) -> None:
    """Their assessments, and the decisions that apply to nobody else."""
    cursor.execute(DECISIONS, given)
    decisions, erased.rows["screening_assessment"] = cursor.fetchone()
    cursor.execute(UNUSED, [decisions or []])
    erased.rows["screening_decision"] = cursor.rowcount
