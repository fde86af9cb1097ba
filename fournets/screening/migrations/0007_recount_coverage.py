from django.db import migrations

from fournets.database import APP_ROLE, protect

# The cells (or communities, for what is in none) an act has touched, until it commits; nobody but the triggers sees it.
TOUCHED = """
CREATE TABLE screening_touchedcell (act xid8 NOT NULL, cell text COLLATE "C" NOT NULL, PRIMARY KEY (act, cell));

CREATE FUNCTION note_cells() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO screening_touchedcell SELECT DISTINCT pg_current_xact_id(), left(area_code, 15) FROM changed
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE FUNCTION note_area_cells() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO screening_touchedcell SELECT pg_current_xact_id(), code FROM changed WHERE length(code) = 15
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE FUNCTION note_visited_cells() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO screening_touchedcell SELECT DISTINCT pg_current_xact_id(), left(household.area_code, 15)
    FROM changed JOIN people_household AS household ON household.id = changed.household_id ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE FUNCTION note_both_cells() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO screening_touchedcell VALUES (pg_current_xact_id(), left(OLD.area_code, 15)),
        (pg_current_xact_id(), left(NEW.area_code, 15)) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
"""

# One recount an act, when it commits: the lock lets one act count at a time, and each statement after it sees what the
# one before has committed. Every count is a change from one day to the next: their sum up to a day is how it stood then.
RECOUNT = """
CREATE FUNCTION count_cells(cells text[]) RETURNS void LANGUAGE sql SET search_path = public, pg_temp AS $$
DELETE FROM screening_coveragecount WHERE area_code = ANY(cells);
INSERT INTO screening_coveragecount (area_code, "on", households_known, households, done, unreached, refused, persons,
    enterprises, enterprises_surveyed)
WITH span AS (
    SELECT cell, cell || CASE length(cell) WHEN 15 THEN ':' ELSE '!' END AS beyond FROM unnest(cells) AS cell
), built AS (
    SELECT s.cell, sum(b.households_known) AS known FROM span s
    JOIN places_building b ON b.code >= s.cell AND b.code < s.beyond GROUP BY 1
), household AS (
    SELECT s.cell, h.id FROM span s JOIN people_household h ON h.area_code >= s.cell AND h.area_code < s.beyond
), found AS (
    SELECT DISTINCT ON (h.id, v."on") h.cell, h.id, v."on", v.outcome
    FROM household h JOIN screening_visit v ON v.household_id = h.id
    ORDER BY h.id, v."on", array_position(ARRAY['done', 'refused', 'unreached', 'not_started'], v.outcome)
), turn AS (
    SELECT cell, "on", outcome AS now, lag(outcome) OVER (PARTITION BY id ORDER BY "on") AS before FROM found
), piece AS (
    SELECT s.cell, date '0001-01-01' AS "on", coalesce(b.known, a.households_known) AS known, 0 AS households, 0 AS done,
        0 AS unreached, 0 AS refused, 0 AS persons, 0 AS enterprises, 0 AS surveyed
    FROM span s LEFT JOIN built b USING (cell) LEFT JOIN places_area a ON a.code = s.cell AND length(s.cell) = 15
    UNION ALL
    SELECT cell, '0001-01-01', NULL, count(*), 0, 0, 0, 0, 0, 0 FROM household GROUP BY 1
    UNION ALL
    SELECT cell, "on", NULL, 0,
        count(*) FILTER (WHERE now = 'done') - count(*) FILTER (WHERE before = 'done'),
        count(*) FILTER (WHERE now = 'unreached') - count(*) FILTER (WHERE before = 'unreached'),
        count(*) FILTER (WHERE now = 'refused') - count(*) FILTER (WHERE before = 'refused'), 0, 0, 0
    FROM turn GROUP BY 1, 2
    UNION ALL
    SELECT s.cell, '0001-01-01', NULL, 0, 0, 0, 0, count(*), 0, 0
    FROM span s JOIN people_person p ON p.area_code >= s.cell AND p.area_code < s.beyond GROUP BY 1
    UNION ALL
    SELECT s.cell, '0001-01-01', NULL, 0, 0, 0, 0, 0, count(*),
        count(*) FILTER (WHERE e.surveyed_on IS NOT NULL AND e.headcount IS NOT NULL)
    FROM span s JOIN places_enterprise e ON e.area_code >= s.cell AND e.area_code < s.beyond GROUP BY 1
)
SELECT cell, "on", sum(known), sum(households), sum(done), sum(unreached), sum(refused), sum(persons), sum(enterprises),
    sum(surveyed) FROM piece GROUP BY 1, 2
$$;

CREATE FUNCTION recount_coverage() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE cells text[];
BEGIN
    IF NOT EXISTS (SELECT FROM screening_touchedcell WHERE act = pg_current_xact_id()) THEN
        RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('fournets coverage'));
    WITH mine AS (DELETE FROM screening_touchedcell WHERE act = pg_current_xact_id() RETURNING cell)
    SELECT array_agg(cell) INTO cells FROM mine;
    PERFORM count_cells(cells);
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER recount AFTER INSERT ON screening_touchedcell DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION recount_coverage();
REVOKE ALL ON FUNCTION count_cells(text[]) FROM PUBLIC;
"""

COUNT_ALL = """
SELECT count_cells(array_agg(DISTINCT left(code, 15))) FROM (
    SELECT area_code AS code FROM people_person UNION ALL SELECT area_code FROM people_household
    UNION ALL SELECT area_code FROM places_enterprise UNION ALL SELECT code FROM places_building
    UNION ALL SELECT code FROM places_area WHERE length(code) = 15
) AS every
"""

# Which tables the counts are of: the function that notes the cells of rows that come and go, and what of a row counts.
COUNTED = {
    "people_person": ("note_cells", "left({row}.area_code, 15)"),
    "people_household": ("note_cells", "left({row}.area_code, 15)"),
    "places_enterprise": (
        "note_cells",
        "(left({row}.area_code, 15), {row}.surveyed_on IS NULL, {row}.headcount IS NULL)",
    ),
    "places_building": ("note_cells", "{row}.households_known"),
    "places_area": ("note_area_cells", "{row}.households_known"),
    "screening_visit": ("note_visited_cells", '({row}.household_id, {row}.outcome, {row}."on")'),
}


def watch(table: str) -> str:
    """The SQL that notes what an act touches in ``table``; a change of what does not count costs next to nothing."""
    note, counts = COUNTED[table]
    came = f"CREATE TRIGGER coverage_came AFTER INSERT ON {table} REFERENCING NEW TABLE AS changed"
    went = f"CREATE TRIGGER coverage_went AFTER DELETE ON {table} REFERENCING OLD TABLE AS changed"
    each = f"FOR EACH STATEMENT EXECUTE FUNCTION {note}();"
    old, new = counts.format(row="OLD"), counts.format(row="NEW")
    turned = f"CREATE TRIGGER coverage_turned AFTER UPDATE ON {table} FOR EACH ROW WHEN ({old} IS DISTINCT FROM {new})"
    return (
        f"{came} {each} {went} {each} {turned} EXECUTE FUNCTION {NOTE_ROW.get(table, 'note_both_cells')}();"
    )


NOTE_ROW = {"places_area": "note_area", "screening_visit": "note_visit"}
ROWS = """
CREATE FUNCTION note_area() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO screening_touchedcell SELECT pg_current_xact_id(), NEW.code WHERE length(NEW.code) = 15
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE FUNCTION note_visit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO screening_touchedcell SELECT DISTINCT pg_current_xact_id(), left(area_code, 15) FROM people_household
    WHERE id IN (OLD.household_id, NEW.household_id) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
"""
FORGET = """
DROP TABLE screening_touchedcell;
DROP FUNCTION note_cells, note_area_cells, note_visited_cells, note_both_cells, note_area, note_visit CASCADE;
DROP FUNCTION recount_coverage, count_cells
"""
READ_ONLY = f"REVOKE INSERT, UPDATE, DELETE ON screening_coveragecount FROM {APP_ROLE};"


class Migration(migrations.Migration):
    dependencies = [
        ("screening", "0006_coveragecount"),
        ("people", "0007_household_by_area"),
        ("places", "0003_sealed_addresses_of_enterprises"),
    ]
    operations = [
        migrations.RunSQL(protect("screening_coveragecount"), migrations.RunSQL.noop),
        migrations.RunSQL(READ_ONLY, migrations.RunSQL.noop),
        migrations.RunSQL(TOUCHED + ROWS + RECOUNT, FORGET),
        *[migrations.RunSQL(watch(table), migrations.RunSQL.noop) for table in COUNTED],
        migrations.RunSQL(COUNT_ALL, migrations.RunSQL.noop),
    ]
