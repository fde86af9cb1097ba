from django.db import migrations

from fournets.database import APP_ROLE

# The posts an account holds at a moment: the first thing every request asks, before anybody's area is known, so with the
# owner's eyes and in one statement. Whoever may ask for an account's posts could have named that account to the policy.
HELD = f"""
CREATE FUNCTION posts_held(account bigint, at timestamptz)
    RETURNS TABLE (id bigint, role text, post text, area_code text, enterprise_id bigint, login text, name text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.id, a.role, a.post, a.area_code, a.enterprise_id, u.login, u.name
    FROM organization_appointment a JOIN accounts_user u ON u.id = a.user_id
    WHERE a.user_id = account AND u.is_active AND a.from_at <= at AND (a.until_at IS NULL OR a.until_at > at)
    ORDER BY a.id
$$;
REVOKE ALL ON FUNCTION posts_held FROM PUBLIC;
GRANT EXECUTE ON FUNCTION posts_held TO {APP_ROLE};
"""  # noqa: S608


class Migration(migrations.Migration):
    dependencies = [
        ("organization", "0014_tasks_by_moment"),
        ("accounts", "0005_digest"),
    ]
    operations = [migrations.RunSQL(HELD, "DROP FUNCTION posts_held")]
