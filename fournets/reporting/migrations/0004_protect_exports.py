from django.db import migrations

from fournets.database import APP_ROLE, protect


class Migration(migrations.Migration):
    dependencies = [("reporting", "0003_exports")]
    operations = [
        migrations.RunSQL(protect("reporting_export"), migrations.RunSQL.noop),
        migrations.RunSQL(protect("reporting_exportrow"), migrations.RunSQL.noop),
        migrations.RunSQL(  # what was handed out stays on record
            f"REVOKE DELETE ON reporting_export FROM {APP_ROLE};"
            f"REVOKE UPDATE, DELETE ON reporting_exportrow FROM {APP_ROLE}",
            migrations.RunSQL.noop,
        ),
    ]
