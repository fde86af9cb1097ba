import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from fournets.database import protect, share

MINE = "user_id::text = (SELECT current_setting('fournets.user', true))"
# A view is its account's; those of posts of the very area it is shared with read it.
VIEWS = f"""
ALTER TABLE organization_savedview ENABLE ROW LEVEL SECURITY;
CREATE POLICY organization_savedview_own ON organization_savedview USING ({MINE}) WITH CHECK ({MINE});
CREATE POLICY organization_savedview_shared ON organization_savedview FOR SELECT
    USING (shared_with <> '' AND shared_with = (SELECT current_setting('fournets.low', true)));
"""
SELECTION = f"""
ALTER TABLE organization_selection ENABLE ROW LEVEL SECURITY;
CREATE POLICY organization_selection_own ON organization_selection USING ({MINE}) WITH CHECK ({MINE});
"""


class Migration(migrations.Migration):
    dependencies = [
        ("organization", "0012_task_by_person"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("list", models.TextField()),
                ("name", models.TextField(default="")),
                ("query", models.TextField()),
                ("shared_with", models.TextField(db_collation="C", default="")),
                ("made_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Selection",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "user_id",
                        "list",
                        "item",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("list", models.TextField()),
                ("item", models.BigIntegerField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="TaskAct",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("area_code", models.TextField(db_collation="C")),
                ("kind", models.TextField()),
                (
                    "tasks",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
                (
                    "covers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(null=True), size=None
                    ),
                ),
                (
                    "given",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BooleanField(), size=None),
                ),
                ("cover_id", models.BigIntegerField(null=True)),
                ("result", models.TextField(default="")),
                ("actor", models.TextField()),
                ("at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="task",
            name="given",
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("closed_at", None)), fields=["due_at", "id"], name="open_task_by_due"
            ),
        ),
        migrations.AddIndex(
            model_name="savedview",
            index=models.Index(
                condition=models.Q(models.Q(("shared_with", ""), _negated=True), ("removed_at", None)),
                fields=["shared_with", "list"],
                name="view_by_area",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at", None)),
                fields=("user", "list", "name"),
                name="one_view_a_name",
            ),
        ),
        migrations.RunSQL(VIEWS + share("organization_savedview"), migrations.RunSQL.noop),
        migrations.RunSQL(SELECTION + share("organization_selection"), migrations.RunSQL.noop),
        migrations.RunSQL(
            protect("organization_taskact").replace(
                "SELECT, INSERT, UPDATE, DELETE", "SELECT, INSERT, UPDATE"
            ),
            migrations.RunSQL.noop,
        ),
    ]
