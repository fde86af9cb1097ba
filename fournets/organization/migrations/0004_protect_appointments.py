from django.db import migrations

from fournets.database import HIGH, LOW, share

# An appointment is seen in the scope of the connection, by whoever holds it, and by whoever gives appointments there.
OPEN_TO = f"""
area_code COLLATE "C" >= current_setting('{LOW}', true) AND area_code COLLATE "C" < current_setting('{HIGH}', true)
OR user_id::text = current_setting('fournets.user', true)
OR area_code COLLATE "C" >= current_setting('fournets.staff_low', true)
    AND area_code COLLATE "C" < current_setting('fournets.staff_high', true)
"""
GIVEN_BY = f"""
area_code COLLATE "C" >= current_setting('{LOW}', true) AND area_code COLLATE "C" < current_setting('{HIGH}', true)
OR area_code COLLATE "C" >= current_setting('fournets.staff_low', true)
    AND area_code COLLATE "C" < current_setting('fournets.staff_high', true)
"""
PROTECT = f"""
ALTER TABLE organization_appointment ENABLE ROW LEVEL SECURITY;
CREATE POLICY organization_appointment_scope ON organization_appointment USING ({OPEN_TO}) WITH CHECK ({GIVEN_BY});
"""


class Migration(migrations.Migration):
    dependencies = [("organization", "0003_appointment")]
    operations = [
        migrations.RunSQL(
            PROTECT + share("organization_appointment", "SELECT, INSERT, UPDATE"), migrations.RunSQL.noop
        )
    ]
