from django.db import migrations

from fournets.database import APP_ROLE

# Who gives posts in an area sees and changes the accounts whose posts all lie in it: those that are held or will be,
# or, when none is, all that were. The function asks with the owner's eyes, for the asker may not see the others' posts.
INSIDE = """
CREATE FUNCTION account_in_area(account bigint, low text, high text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(
        bool_and(area_code COLLATE "C" >= low AND area_code COLLATE "C" < high)
            FILTER (WHERE until_at IS NULL OR until_at > now()),
        bool_and(area_code COLLATE "C" >= low AND area_code COLLATE "C" < high))
    FROM organization_appointment WHERE user_id = account
$$;
REVOKE ALL ON FUNCTION account_in_area(bigint, text, text) FROM PUBLIC;
"""
SHARE = f"GRANT EXECUTE ON FUNCTION account_in_area(bigint, text, text) TO {APP_ROLE};"
# Sign-in asks before anybody's area is known; only a transaction opened to an administrator of accounts is kept to his.
OPEN_TO = """
coalesce(current_setting('fournets.staff_low', true), '') = ''
OR id::text = current_setting('fournets.user', true)
OR coalesce(
    account_in_area(id, current_setting('fournets.staff_low', true), current_setting('fournets.staff_high', true)),
    created_by = current_setting('fournets.login', true))
"""
PROTECT = f"""
ALTER TABLE accounts_user ENABLE ROW LEVEL SECURITY;
CREATE POLICY accounts_user_staff ON accounts_user USING ({OPEN_TO}) WITH CHECK ({OPEN_TO});
"""


class Migration(migrations.Migration):
    dependencies = [
        ("organization", "0004_protect_appointments"),
        ("accounts", "0002_share"),
    ]
    operations = [migrations.RunSQL(INSIDE + SHARE + PROTECT, migrations.RunSQL.noop)]
