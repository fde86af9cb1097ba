from django.db import migrations

from fournets.database import protect


class Migration(migrations.Migration):
    dependencies = [("care", "0003_needs")]

    operations = [
        migrations.RunSQL(protect(f"care_{table}"), migrations.RunSQL.noop)
        for table in ("need", "team", "caring")
    ]
