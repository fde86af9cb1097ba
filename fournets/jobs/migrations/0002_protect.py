from django.db import migrations

from fournets.database import protect, share

QUEUE = ("jobs", "events", "workers", "periodic_defers")


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial"), ("procrastinate", "0041_post_retry_failed_job")]
    operations = [
        migrations.RunSQL(protect("jobs_job"), migrations.RunSQL.noop),
        *(migrations.RunSQL(share(f"procrastinate_{name}"), migrations.RunSQL.noop) for name in QUEUE),
    ]
