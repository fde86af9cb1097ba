from django.db import migrations

from fournets.database import within_scope

# Policies made before `within_scope` compared byte by byte; see there.
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
        ("places", "0003_sealed_addresses_of_enterprises"),
        ("intake", "0002_protect"),
        ("organization", "0008_scope_once_a_query"),
        ("people", "0002_protect"),
        ("reporting", "0004_protect_exports"),
        ("screening", "0007_recount_coverage"),
    ]
    operations = [migrations.RunSQL(AGAIN, migrations.RunSQL.noop)]
