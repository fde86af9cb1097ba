from django.db import migrations

from fournets.database import HIGH, LOW

# A decision names nobody, but what it rests on (where from, since when, how warm) may be true of one person in a town
# only: it is shown to those whose scope lies in its town or holds it. `town_code` has at most nine digits.
TOWN = f"""
nullif(town_code COLLATE "C" >= left((SELECT current_setting('{LOW}', true)), 9)
AND town_code COLLATE "C" < (SELECT current_setting('{HIGH}', true)), false) IS NOT NULL
"""
PROTECT = f"""
ALTER TABLE screening_decision ENABLE ROW LEVEL SECURITY;
CREATE POLICY screening_decision_scope ON screening_decision USING ({TOWN}) WITH CHECK ({TOWN});
"""
REVERSE = """
DROP POLICY screening_decision_scope ON screening_decision;
ALTER TABLE screening_decision DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("screening", "0004_protect_overrides")]
    operations = [migrations.RunSQL(PROTECT, REVERSE)]
