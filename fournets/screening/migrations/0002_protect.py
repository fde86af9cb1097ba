from django.db import migrations

from fournets.database import protect, share


class Migration(migrations.Migration):
    dependencies = [("screening", "0001_initial")]
    operations = [
        migrations.RunSQL(share("screening_policyrecord", "SELECT, INSERT"), migrations.RunSQL.noop),
        migrations.RunSQL(share("screening_decision", "SELECT, INSERT"), migrations.RunSQL.noop),
        migrations.RunSQL(protect("screening_assessment"), migrations.RunSQL.noop),
        migrations.RunSQL(protect("screening_visit"), migrations.RunSQL.noop),
    ]
