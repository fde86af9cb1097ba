from django.db import migrations, models
from django.db.models.functions import Now

# Of tasks from before nobody knows the moment: they must not look as if they had all been opened when this was run.
ADD = """
ALTER TABLE organization_task ADD COLUMN opened_at timestamptz;
ALTER TABLE organization_task ALTER COLUMN opened_at SET DEFAULT now();
"""
FORGET = "ALTER TABLE organization_task DROP COLUMN opened_at"


class Migration(migrations.Migration):
    dependencies = [("organization", "0013_lists")]
    operations = [
        migrations.RunSQL(
            ADD,
            FORGET,
            state_operations=[
                migrations.AddField("task", "opened_at", models.DateTimeField(db_default=Now(), null=True))
            ],
        ),
        migrations.AddIndex("task", models.Index(fields=["opened_at"], name="task_by_opening")),
        migrations.AddIndex(
            "task",
            models.Index(
                fields=["closed_at"], condition=models.Q(closed_at__isnull=False), name="task_by_closing"
            ),
        ),
    ]
