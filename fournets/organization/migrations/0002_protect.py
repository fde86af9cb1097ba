from django.db import migrations

from fournets.database import protect


class Migration(migrations.Migration):
    dependencies = [("organization", "0001_initial")]
    operations = [
        migrations.RunSQL(protect("organization_cover"), migrations.RunSQL.noop),
        migrations.RunSQL(protect("organization_absence"), migrations.RunSQL.noop),
        migrations.RunSQL(protect("organization_task"), migrations.RunSQL.noop),
    ]
