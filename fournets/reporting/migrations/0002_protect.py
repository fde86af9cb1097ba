from django.db import migrations

from fournets.database import APP_ROLE, protect, share


class Migration(migrations.Migration):
    dependencies = [("reporting", "0001_initial")]
    operations = [
        migrations.RunSQL(protect("reporting_filledform"), migrations.RunSQL.noop),
        migrations.RunSQL(protect("reporting_dayfigure"), migrations.RunSQL.noop),
        migrations.RunSQL(  # a frozen figure stays as it is
            f"REVOKE UPDATE, DELETE ON reporting_dayfigure FROM {APP_ROLE}", migrations.RunSQL.noop
        ),
        migrations.RunSQL(share("reporting_formtemplate"), migrations.RunSQL.noop),
        migrations.RunSQL(share("reporting_dayclose", "SELECT, INSERT"), migrations.RunSQL.noop),
    ]
