from django.db import migrations

from fournets.database import protect


class Migration(migrations.Migration):
    dependencies = [("screening", "0001_initial")]
    operations = [
        migrations.RunSQL(protect("screening_decision"), migrations.RunSQL.noop),
        migrations.RunSQL(protect("screening_assessment"), migrations.RunSQL.noop),
        migrations.RunSQL(protect("screening_visit"), migrations.RunSQL.noop),
    ]
