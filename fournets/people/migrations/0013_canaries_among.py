from django.db import migrations

from fournets.database import APP_ROLE

# Which of these marks are canaries', asked in one statement: the setting that opens the table lasts as long as the function.
AMONG = f"""
CREATE FUNCTION canaries_among(marks bigint[]) RETURNS SETOF bigint LANGUAGE sql STABLE
    SET search_path = public, pg_temp SET fournets.canary = 'on'
    AS $$ SELECT mark FROM people_canary WHERE mark = ANY (marks) $$;
REVOKE EXECUTE ON FUNCTION canaries_among FROM PUBLIC;
GRANT EXECUTE ON FUNCTION canaries_among TO {APP_ROLE};
"""  # noqa: S608


class Migration(migrations.Migration):
    dependencies = [("people", "0012_names_without_index")]

    operations = [migrations.RunSQL(AMONG, "DROP FUNCTION canaries_among")]
