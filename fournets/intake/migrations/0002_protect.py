from django.db import migrations

from fournets.database import protect, share


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]
    operations = [
        migrations.RunSQL(protect("intake_sourcefile"), migrations.RunSQL.noop),
        migrations.RunSQL(protect("intake_sourcesheet"), migrations.RunSQL.noop),
        migrations.RunSQL(protect("intake_sourcerow"), migrations.RunSQL.noop),
        migrations.RunSQL(share("intake_knownlayout"), migrations.RunSQL.noop),
    ]
