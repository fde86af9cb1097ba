from django.db import migrations, models
from django.db.models.functions import Now

# What was assessed before has no moment: it must not look as if it had all changed when this was run.
ADD = """
ALTER TABLE screening_assessment ADD COLUMN at timestamptz;
ALTER TABLE screening_assessment ALTER COLUMN at SET DEFAULT now();
"""
FORGET = "ALTER TABLE screening_assessment DROP COLUMN at"


class Migration(migrations.Migration):
    dependencies = [("screening", "0009_coverage_by_hour")]
    operations = [
        migrations.RunSQL(
            ADD,
            FORGET,
            state_operations=[
                migrations.AddField("assessment", "at", models.DateTimeField(db_default=Now(), null=True))
            ],
        ),
        migrations.AddField("assessment", "was", models.TextField(db_default="")),
        migrations.AddIndex(
            "assessment",
            models.Index(fields=["at"], condition=~models.Q(was=""), name="change_of_class_by_time"),
        ),
    ]
