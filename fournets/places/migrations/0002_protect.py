from django.db import migrations

from fournets.database import STATISTICS, protect, share

MERGE = """
CREATE AGGREGATE places_merge(jsonb) (sfunc = jsonb_concat, stype = jsonb, initcond = '{}');
"""


class Migration(migrations.Migration):
    dependencies = [("places", "0001_initial")]
    operations = [
        migrations.RunSQL(protect("places_building"), migrations.RunSQL.noop),
        migrations.RunSQL(protect("places_placefact"), migrations.RunSQL.noop),
        migrations.RunSQL(protect("places_dwelling"), migrations.RunSQL.noop),
        migrations.RunSQL(protect("places_enterprise"), migrations.RunSQL.noop),
        migrations.RunSQL(protect("places_enterprisefact"), migrations.RunSQL.noop),
        migrations.RunSQL(share("places_area"), migrations.RunSQL.noop),
        migrations.RunSQL(STATISTICS, "DROP FUNCTION refresh_statistics"),
        migrations.RunSQL(MERGE, "DROP AGGREGATE places_merge(jsonb)"),
    ]
