from django.db import migrations

from fournets.database import protect, share


class Migration(migrations.Migration):
    dependencies = [("places", "0001_initial")]
    operations = [
        migrations.RunSQL(protect("places_building"), migrations.RunSQL.noop),
        migrations.RunSQL(protect("places_dwelling"), migrations.RunSQL.noop),
        migrations.RunSQL(protect("places_enterprise"), migrations.RunSQL.noop),
        migrations.RunSQL(protect("places_enterprisefact"), migrations.RunSQL.noop),
        migrations.RunSQL(share("places_area"), migrations.RunSQL.noop),
    ]
