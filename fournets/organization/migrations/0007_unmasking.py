import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from fournets.database import share


class Migration(migrations.Migration):
    dependencies = [
        ("organization", "0006_only_staff_give_posts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="Unmasking",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["user", "at"], name="unmasking_by_user")]},
        ),
        migrations.RunSQL(share("organization_unmasking", "SELECT, INSERT, DELETE"), migrations.RunSQL.noop),
    ]
