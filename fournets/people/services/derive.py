"""What the facts of a person add up to, derived again in one statement a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import connection

from fournets.database import refresh_statistics

TOUCHED = """
DROP TABLE IF EXISTS touched;
CREATE TEMP TABLE touched (person_id bigint PRIMARY KEY, public_id text) ON COMMIT DROP
"""
# Of several spellings the one that most files give: the tabs of one workbook repeat each other's mistakes. Where as many
# files give another, a name beside a proven ID counts for more, then one written at the door, then the newest.
SPELLED = """
SELECT told.name FROM people_fact AS told WHERE told.person_id = ordered.person_id AND told.name <> '' GROUP BY told.name
ORDER BY count(DISTINCT told.file_id) DESC, count(DISTINCT told.file_id) FILTER (WHERE told.id_certainty = 'verified') DESC,
    bool_or(told.kind = 'household_register') DESC, max(told.seen_on) DESC, max(told.id) DESC LIMIT 1
"""
CURRENT = (
    "area_code, name, sex, birth_on, household_id, dwelling_id, id_number_sealed, id_certainty, phone_sealed,"
    " address_sealed, values_sealed, values, seen_on"
)
_GIVEN = "EXCLUDED." + CURRENT.replace(", ", ", EXCLUDED.")
# Rows come sorted by person and day, so `latest` and `jsonb_merge` see a person's facts in order.
# A sex, birth or number beside a proven ID counts for more than a later one without.
# Whoever changed waits for the tokens he is found by (`index_people`).
_PEOPLE = f"""
WITH changed AS (
INSERT INTO people_person AS person (id, public_id, {CURRENT})
SELECT person_id, min(public_id),
    coalesce(settled_area(area_code) FILTER (WHERE length(area_code) > 12 OR length(area_code) = 12 AND kind <> 'staff_roster'),
        settled_area(area_code)),
    CASE WHEN min(nullif(name, '') COLLATE "C") IS NOT DISTINCT FROM max(nullif(name, '') COLLATE "C")
        THEN coalesce(max(nullif(name, '') COLLATE "C"), '') ELSE ({SPELLED}) END,
    coalesce(latest(nullif(sex, '')) FILTER (WHERE proven), latest(nullif(sex, '')), ''),
    coalesce(latest(birth_on) FILTER (WHERE proven), latest(birth_on)),
    latest(household_id), latest(dwelling_id),
    coalesce(latest(id_number_sealed) FILTER (WHERE proven),
        latest(id_number_sealed) FILTER (WHERE id_certainty = 'unverified'), latest(id_number_sealed)),
    CASE WHEN bool_or(proven) THEN 'verified' WHEN bool_or(id_certainty = 'unverified') THEN 'unverified'
        ELSE coalesce(latest(nullif(id_certainty, '')), '') END,
    latest(phone_sealed), latest(address_sealed), latest(values_sealed), jsonb_merge(values), max(seen_on)
FROM (
    SELECT fact.*, coalesce(touched.public_id, known.public_id) AS public_id,
        fact.id_certainty = 'verified' AS proven
    FROM touched JOIN people_fact AS fact USING (person_id) LEFT JOIN people_person AS known ON known.id = person_id
    ORDER BY fact.person_id, fact.seen_on, fact.id
) AS ordered
GROUP BY person_id
{{conflict}}
RETURNING person.id, person.area_code
)
INSERT INTO people_tosearch (person_id, area_code) SELECT id, area_code FROM changed
"""  # noqa: S608
_CHANGE = f"""
ON CONFLICT (id) DO UPDATE SET ({CURRENT}) = ROW ({_GIVEN})
WHERE (person.{CURRENT.replace(", ", ", person.")}) IS DISTINCT FROM ({_GIVEN})
"""
# Where all are new nobody is in the way, and looking for him costs as much again.
PEOPLE, NEW_PEOPLE = _PEOPLE.replace("{conflict}", _CHANGE), _PEOPLE.replace("{conflict}", "")
_ENTRIES = """
SELECT DISTINCT entry.key, fact.person_id, person.area_code
FROM touched JOIN people_fact AS fact USING (person_id) JOIN people_person AS person ON person.id = fact.person_id
CROSS JOIN LATERAL unnest(fact.keys) AS entry (key)
"""
WANTED_KEYS = f"""
DROP TABLE IF EXISTS wanted_entry;
CREATE TEMP TABLE wanted_entry ON COMMIT DROP AS {_ENTRIES};
ANALYZE wanted_entry
"""
FORGET_KEYS = """
DELETE FROM people_personkey AS entry USING touched
WHERE entry.person_id = touched.person_id AND NOT EXISTS (
    SELECT FROM wanted_entry AS wanted
    WHERE wanted.key = entry.key AND wanted.person_id = entry.person_id AND wanted.area_code = entry.area_code
)
"""
KEYS = """
INSERT INTO people_personkey (key, person_id, area_code)
SELECT key, person_id, area_code FROM wanted_entry ORDER BY key, person_id ON CONFLICT DO NOTHING
"""
NEW_KEYS = f"INSERT INTO people_personkey (key, person_id, area_code) {_ENTRIES} ORDER BY key, person_id"  # nosec B608
HEADS = """
UPDATE people_household AS household SET head_id = found.head
FROM (
    SELECT DISTINCT ON (around.household_id) around.household_id, fact.person_id AS head
    FROM (SELECT DISTINCT household_id FROM people_fact JOIN touched USING (person_id)
          WHERE household_id IS NOT NULL) AS around
    LEFT JOIN people_fact AS fact ON fact.household_id = around.household_id AND fact.values ->> 'relation' = '户主'
    ORDER BY around.household_id, fact.seen_on DESC, fact.id DESC
) AS found
WHERE household.id = found.household_id AND household.head_id IS DISTINCT FROM found.head
"""
EMPTY_PEOPLE = """
SELECT person_id FROM touched WHERE NOT EXISTS (SELECT FROM people_fact WHERE person_id = touched.person_id)
"""


def derive_people(people: Iterable[int], *, public_ids: Mapping[int, str] | None = None) -> None:
    """Derives the current values, keys and household heads of ``people``; ``public_ids`` names the new ones.

    Somebody without any fact left is taken out of the register.
    """
    fresh = public_ids or {}
    known = set(people) - set(fresh)
    with connection.cursor() as cursor:
        cursor.execute(TOUCHED)
        with cursor.copy("COPY touched FROM STDIN") as copy:
            copy.write("".join(f"{person}\t\\N\n" for person in sorted(known)))
            copy.write("".join(f"{person}\t{name}\n" for person, name in fresh.items()))
        cursor.execute("ANALYZE touched")
        if known:
            _forget_empty(cursor)
        cursor.execute(PEOPLE if known else NEW_PEOPLE)
        refresh_statistics(cursor, len(known) + len(fresh), "people_person")
        for statement in (WANTED_KEYS, FORGET_KEYS, KEYS) if known else (NEW_KEYS,):
            cursor.execute(statement)
        refresh_statistics(cursor, len(known) + len(fresh), "people_personkey")
        cursor.execute(HEADS)


def _forget_empty(cursor) -> None:  # type: ignore[no-untyped-def]
    cursor.execute(EMPTY_PEOPLE)
    gone = [row[0] for row in cursor.fetchall()]
    if not gone:
        return
    cursor.execute("UPDATE people_household SET head_id = NULL WHERE head_id = ANY(%s)", [gone])
    cursor.execute("DELETE FROM people_apart WHERE one_id = ANY(%s) OR other_id = ANY(%s)", [gone, gone])
    cursor.execute("DELETE FROM people_merge WHERE kept_id = ANY(%s)", [gone])
    cursor.execute("DELETE FROM people_personkey WHERE person_id = ANY(%s)", [gone])
    cursor.execute("DELETE FROM people_searchtoken WHERE person_id = ANY(%s)", [gone])
    cursor.execute("DELETE FROM people_person WHERE id = ANY(%s)", [gone])
    cursor.execute("DELETE FROM touched WHERE person_id = ANY(%s)", [gone])
