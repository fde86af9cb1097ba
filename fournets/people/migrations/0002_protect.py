from django.db import migrations

from fournets.database import protect


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [
        migrations.RunSQL(protect("people_household"), migrations.RunSQL.noop),
        migrations.RunSQL(protect("people_person"), migrations.RunSQL.noop),
        migrations.RunSQL(protect("people_fact"), migrations.RunSQL.noop),
        migrations.RunSQL(protect("people_personkey"), migrations.RunSQL.noop),
        migrations.RunSQL(protect("people_employment"), migrations.RunSQL.noop),
        migrations.RunSQL(protect("people_reviewitem"), migrations.RunSQL.noop),
        migrations.RunSQL(protect("people_merge"), migrations.RunSQL.noop),
    ]
