from django.db import migrations

from fournets.database import within_scope

# Policies made before `within_scope` looked the scope up once a row; see there what that cost.
AGAIN = f"""
DO $do$
DECLARE one record;
BEGIN
    FOR one IN SELECT tablename, policyname FROM pg_policies
        WHERE schemaname = 'public' AND policyname = tablename || '_scope' AND tablename <> 'screening_decision'
    LOOP
        EXECUTE format('ALTER POLICY %I ON %I USING (%s) WITH CHECK (%s)', one.policyname, one.tablename,
            $in${within_scope()}$in$, $in${within_scope()}$in$);
    END LOOP;
END $do$
"""  # noqa: S608


class Migration(migrations.Migration):
    dependencies = [
        ("organization", "0007_unmasking"),
        ("intake", "0002_protect"),
        ("people", "0002_protect"),
        ("places", "0002_protect"),
        ("reporting", "0004_protect_exports"),
        ("screening", "0005_decisions_by_town"),
    ]
    operations = [migrations.RunSQL(AGAIN, migrations.RunSQL.noop)]
