import django.db.models.deletion
from django.db import migrations, models

from fournets.database import protect

ALL = "INSERT INTO people_tosearch (person_id, area_code) SELECT id, area_code FROM people_person ORDER BY id"


class Migration(migrations.Migration):
    dependencies = [("people", "0009_fact_by_household")]
    operations = [
        migrations.CreateModel(
            name="SearchToken",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "token",
                        "area_code",
                        "person_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("token", models.BigIntegerField()),
                ("area_code", models.TextField(db_collation="C")),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False, on_delete=django.db.models.deletion.CASCADE, to="people.person"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ToSearch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person_id", models.BigIntegerField()),
                ("area_code", models.TextField(db_collation="C")),
            ],
        ),
        migrations.RunSQL(protect("people_searchtoken"), migrations.RunSQL.noop),
        migrations.RunSQL(protect("people_tosearch"), migrations.RunSQL.noop),
        migrations.RunSQL(ALL, migrations.RunSQL.noop),
    ]
