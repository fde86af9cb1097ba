from django.db import migrations

from fournets.database import protect, share


class Migration(migrations.Migration):
    dependencies = [("reporting", "0001_initial")]
    operations = [
        migrations.RunSQL(protect("reporting_filledform"), migrations.RunSQL.noop),
        migrations.RunSQL(protect("reporting_dayfigure"), migrations.RunSQL.noop),
        migrations.RunSQL(share("reporting_formtemplate"), migrations.RunSQL.noop),
        migrations.RunSQL(share("reporting_dayclose"), migrations.RunSQL.noop),
    ]
