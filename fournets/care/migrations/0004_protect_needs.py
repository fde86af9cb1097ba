from django.db import migrations

from fournets.database import APP_ROLE, protect, within_scope

# A team of the town looks after people of a community: whoever sees the order is told who that is, though not the town's teams.
CARING = f"""
CREATE FUNCTION caring_team(asked bigint) RETURNS SETOF care_team
    LANGUAGE sql STABLE ROWS 1 SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT team.* FROM care_caring AS given JOIN care_team AS team ON team.id = given.team_id
    WHERE given.order_id = asked AND {within_scope("given.area_code")}
$$;
REVOKE ALL ON FUNCTION caring_team FROM PUBLIC;
GRANT EXECUTE ON FUNCTION caring_team TO {APP_ROLE};
"""  # noqa: S608


class Migration(migrations.Migration):
    dependencies = [("care", "0003_needs")]

    operations = [
        *(
            migrations.RunSQL(protect(f"care_{table}"), migrations.RunSQL.noop)
            for table in ("need", "team", "caring")
        ),
        migrations.RunSQL(CARING, "DROP FUNCTION caring_team"),
    ]
