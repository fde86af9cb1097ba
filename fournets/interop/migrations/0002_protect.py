from django.db import migrations

from fournets.database import APP_ROLE, protect, share


class Migration(migrations.Migration):
    dependencies = [("interop", "0001_initial")]
    operations = [
        migrations.RunSQL(share("interop_fieldform", "SELECT, INSERT, UPDATE"), migrations.RunSQL.noop),
        migrations.RunSQL(protect("interop_submission"), migrations.RunSQL.noop),
        migrations.RunSQL(protect("interop_submissionfile"), migrations.RunSQL.noop),
        migrations.RunSQL(protect("interop_keptaside"), migrations.RunSQL.noop),
        migrations.RunSQL(  # what a device sent is destroyed by its period alone
            f"REVOKE DELETE ON interop_submission, interop_submissionfile, interop_keptaside FROM {APP_ROLE}",
            migrations.RunSQL.noop,
        ),
    ]
