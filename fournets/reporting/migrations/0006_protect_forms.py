from django.db import migrations

from fournets.database import APP_ROLE, protect


class Migration(migrations.Migration):
    dependencies = [("reporting", "0005_forms_on_the_page")]
    operations = [
        migrations.RunSQL(protect("reporting_keptform"), migrations.RunSQL.noop),
        migrations.RunSQL(protect("reporting_filledcopy"), migrations.RunSQL.noop),
        migrations.RunSQL(protect("reporting_formdeadline"), migrations.RunSQL.noop),
        migrations.RunSQL(  # what was filled stays on record
            f"REVOKE DELETE ON reporting_keptform FROM {APP_ROLE}", migrations.RunSQL.noop
        ),
    ]
