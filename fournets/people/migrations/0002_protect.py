from django.db import migrations

from fournets.database import protect

TABLES = ("household", "person", "fact", "personkey", "employment", "reviewitem", "merge", "apart")
MERGE_DOCUMENTS = "CREATE AGGREGATE jsonb_merge(jsonb) (SFUNC = jsonb_concat, STYPE = jsonb, INITCOND = '{}')"
# The last value that is not null, in the order in which rows come.
LATEST = """
CREATE FUNCTION later_of(anyelement, anyelement) RETURNS anyelement
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT $2';
CREATE AGGREGATE latest(anyelement) (SFUNC = later_of, STYPE = anyelement)
"""
# The last area, but never a less exact name of the same place, and never the town alone after a community.
SETTLED = """
CREATE FUNCTION settle(text, text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
    'SELECT CASE WHEN left($1, length($2)) = $2 OR length($2) < 12 AND length($1) >= 12 THEN $1 ELSE $2 END';
CREATE AGGREGATE settled_area(text) (SFUNC = settle, STYPE = text)
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [
        *[migrations.RunSQL(protect(f"people_{table}"), migrations.RunSQL.noop) for table in TABLES],
        migrations.RunSQL(MERGE_DOCUMENTS, "DROP AGGREGATE jsonb_merge(jsonb)"),
        migrations.RunSQL(LATEST, "DROP AGGREGATE latest(anyelement); DROP FUNCTION later_of"),
        migrations.RunSQL(SETTLED, "DROP AGGREGATE settled_area(text); DROP FUNCTION settle"),
    ]
