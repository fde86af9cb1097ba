import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reporting", "0006_protect_forms"),
    ]

    operations = [
        migrations.AddField(
            model_name="export",
            name="chosen",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), null=True, size=None
            ),
        ),
        migrations.AddField(
            model_name="export",
            name="narrow",
            field=models.JSONField(default=dict),
        ),
    ]
