from django.db import migrations, models

from fournets.database import share


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_share")]
    operations = [
        migrations.CreateModel(
            name="FirstStart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.BinaryField()),
                ("until_at", models.DateTimeField()),
            ],
        ),
        migrations.RunSQL(share("accounts_firststart"), migrations.RunSQL.noop),
    ]
