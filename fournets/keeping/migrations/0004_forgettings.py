from django.db import migrations, models

from fournets.database import protect


class Migration(migrations.Migration):
    dependencies = [("keeping", "0003_deletions")]

    operations = [
        migrations.CreateModel(
            name="Forgetting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person_id", models.BigIntegerField(db_index=True)),
                ("area_code", models.TextField(db_collation="C")),
                ("reason_sealed", models.BinaryField()),
                ("state", models.TextField(default="asked")),
                ("asked_by", models.TextField()),
                ("asked_at", models.DateTimeField()),
                ("decided_by", models.TextField(default="")),
                ("decided_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["area_code", "id"], name="forgetting_by_area")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["asked", "approved", "refused"])),
                        name="a_forgetting_is_in_one_of_three_states",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_by", ""), ("state", "asked")),
                            models.Q(
                                models.Q(("state", "asked"), _negated=True),
                                models.Q(("decided_by", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_forgetting_is_decided_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decided_by", models.F("asked_by")), _negated=True),
                        name="a_forgetting_needs_two_people",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["asked", "approved"])),
                        fields=("person_id",),
                        name="one_forgetting_a_person_at_a_time",
                    ),
                ],
            },
        ),
        migrations.RunSQL(protect("keeping_forgetting"), migrations.RunSQL.noop),
    ]
