from django.conf import settings
from django.db import migrations, models

from fournets.database import APP_ROLE, protect

# By how much an hour changed the counts of a cell: what they were is taken from it before they are counted again, and what
# they are is added after. The moment is that of the commit, taken once, so that no recount is torn over two hours.
NOTE_HOUR = f"""
CREATE FUNCTION note_hour(cells text[], at timestamptz, sign integer) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
INSERT INTO screening_coveragehour AS kept (area_code, hour, households_known, households, done, unreached, refused)
SELECT area_code, date_trunc('hour', at), sign * sum(coalesce(households_known, 0)), sign * sum(households), sign * sum(done),
    sign * sum(unreached), sign * sum(refused)
FROM screening_coveragecount
WHERE area_code = ANY(cells) AND "on" <= (at AT TIME ZONE '{settings.TIME_ZONE}')::date GROUP BY area_code
ON CONFLICT (area_code, hour) DO UPDATE SET households_known = kept.households_known + excluded.households_known,
    households = kept.households + excluded.households, done = kept.done + excluded.done,
    unreached = kept.unreached + excluded.unreached, refused = kept.refused + excluded.refused;
DELETE FROM screening_coveragehour WHERE sign > 0 AND area_code = ANY(cells) AND hour = date_trunc('hour', at)
AND (households_known, households, done, unreached, refused) = (0, 0, 0, 0, 0);
$$;
REVOKE ALL ON FUNCTION note_hour(text[], timestamptz, integer) FROM PUBLIC;
"""  # noqa: S608

RECOUNT = """
CREATE OR REPLACE FUNCTION recount_coverage() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE cells text[]; at timestamptz;
BEGIN
    IF NOT EXISTS (SELECT FROM screening_touchedcell WHERE act = pg_current_xact_id()) THEN
        RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('fournets coverage'));
    WITH mine AS (DELETE FROM screening_touchedcell WHERE act = pg_current_xact_id() RETURNING cell)
    SELECT array_agg(cell) INTO cells FROM mine;
    {before}PERFORM count_cells(cells);{after}
    RETURN NULL;
END $$;
"""
WITH_HOURS = RECOUNT.format(
    before="at := clock_timestamp();\n    PERFORM note_hour(cells, at, -1);\n    ",
    after="\n    PERFORM note_hour(cells, at, 1);",
)
WITHOUT = RECOUNT.format(before="", after="") + "DROP FUNCTION note_hour"
READ_ONLY = f"REVOKE INSERT, UPDATE, DELETE ON screening_coveragehour FROM {APP_ROLE};"


class Migration(migrations.Migration):
    dependencies = [("screening", "0008_reminders")]
    operations = [
        migrations.CreateModel(
            name="CoverageHour",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "area_code",
                        "hour",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("area_code", models.TextField(db_collation="C")),
                ("hour", models.DateTimeField()),
                ("households_known", models.BigIntegerField()),
                ("households", models.BigIntegerField()),
                ("done", models.BigIntegerField()),
                ("unreached", models.BigIntegerField()),
                ("refused", models.BigIntegerField()),
            ],
        ),
        migrations.RunSQL(protect("screening_coveragehour"), migrations.RunSQL.noop),
        migrations.RunSQL(READ_ONLY, migrations.RunSQL.noop),
        migrations.RunSQL(NOTE_HOUR + WITH_HOURS, WITHOUT),
    ]
