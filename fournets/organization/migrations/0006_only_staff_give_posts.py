from django.db import migrations

from fournets.database import HIGH, LOW

# An appointment is seen in the scope of the connection, by its holder and by whoever gives appointments there; it is
# given and changed by the last alone, and by commands on the server, which are opened to everything. Before, whoever
# was shown the rows of an area could have written himself another post in it.
SEEN = f"""
area_code COLLATE "C" >= current_setting('{LOW}', true) AND area_code COLLATE "C" < current_setting('{HIGH}', true)
OR user_id::text = current_setting('fournets.user', true)
OR area_code COLLATE "C" >= current_setting('fournets.staff_low', true)
    AND area_code COLLATE "C" < current_setting('fournets.staff_high', true)
"""
GIVEN = f"""
current_setting('{LOW}', true) = '0' AND current_setting('{HIGH}', true) = ':'
OR area_code COLLATE "C" >= current_setting('fournets.staff_low', true)
    AND area_code COLLATE "C" < current_setting('fournets.staff_high', true)
"""
NARROW = f"""
DROP POLICY organization_appointment_scope ON organization_appointment;
CREATE POLICY organization_appointment_seen ON organization_appointment FOR SELECT USING ({SEEN});
CREATE POLICY organization_appointment_given ON organization_appointment FOR INSERT WITH CHECK ({GIVEN});
CREATE POLICY organization_appointment_changed ON organization_appointment FOR UPDATE USING ({GIVEN}) WITH CHECK ({GIVEN});
"""


class Migration(migrations.Migration):
    dependencies = [("organization", "0005_accounts_by_area")]
    operations = [migrations.RunSQL(NARROW, migrations.RunSQL.noop)]
