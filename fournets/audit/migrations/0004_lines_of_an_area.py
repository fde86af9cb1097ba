from django.db import migrations

from fournets.database import AUDIT_HIGH, AUDIT_LOW, AUDIT_NO_AREA, CHAIN

# Whoever acts adds a line. Lines are shown to who audits their area, those of no area to who audits the whole town, and
# all of them to the chain that is built and checked from them; each by a setting of its own, by default none.
# `nullif` as in `fournets.database.within_scope`.
SEEN = f"""
nullif(
    (SELECT current_setting('{CHAIN}', true)) = 'on'
    OR area_code ~>=~ (SELECT current_setting('{AUDIT_LOW}', true)) AND area_code ~<~ (SELECT current_setting('{AUDIT_HIGH}', true))
    OR area_code = '' AND (SELECT current_setting('{AUDIT_NO_AREA}', true)) = 'on',
    false) IS NOT NULL
"""
PROTECT = f"""
ALTER TABLE audit_auditline ENABLE ROW LEVEL SECURITY;
CREATE POLICY audit_auditline_seen ON audit_auditline FOR SELECT USING ({SEEN});
CREATE POLICY audit_auditline_added ON audit_auditline FOR INSERT WITH CHECK (true);
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_chain")]
    operations = [
        migrations.RunSQL(
            PROTECT,
            "DROP POLICY audit_auditline_seen ON audit_auditline; DROP POLICY audit_auditline_added ON audit_auditline;"
            "ALTER TABLE audit_auditline DISABLE ROW LEVEL SECURITY",
        )
    ]
