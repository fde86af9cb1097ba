from django.db import migrations

from fournets.database import share


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.RunSQL(share("audit_auditline", "SELECT, INSERT"), migrations.RunSQL.noop),
    ]
