from django.db import migrations, models

# An order goes with a person whose file becomes part of another's, and comes back with him when they are taken apart. Where
# both have one in force, the one that lasts longer stays in force; taken apart, the other is in force again, as it was, unless
# its person was given another order since.
FOLLOW = """
CREATE OR REPLACE FUNCTION orders_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE isolation_order AS shorter SET state = 'withdrawn', ended_by = NEW.actor, ended_at = NEW.at,
            merged_in = NEW.id, merged_at = shorter.state
        FROM isolation_order AS longer
        WHERE least(shorter.person_id, longer.person_id) = least(NEW.kept_id, NEW.gone_id)
            AND greatest(shorter.person_id, longer.person_id) = greatest(NEW.kept_id, NEW.gone_id)
            AND shorter.state IN ('home', 'point', 'site', 'hospital')
            AND longer.state IN ('home', 'point', 'site', 'hospital')
            AND (coalesce(shorter.until_on, 'infinity'), shorter.id) < (coalesce(longer.until_on, 'infinity'), longer.id);
        UPDATE isolation_order SET person_id = NEW.kept_id WHERE person_id = NEW.gone_id;
    ELSIF NEW.undone_at IS NOT NULL AND OLD.undone_at IS NULL THEN
        UPDATE isolation_order SET person_id = NEW.gone_id
        WHERE person_id = NEW.kept_id AND (origin_id = NEW.gone_id OR origin_id IN (
            SELECT gone_id FROM people_merge WHERE kept_id = NEW.gone_id AND undone_at IS NULL
        ));
        UPDATE isolation_order AS back SET state = merged_at, ended_by = '', ended_at = NULL, merged_in = NULL, merged_at = ''
        WHERE merged_in = NEW.id AND NOT EXISTS (
            SELECT FROM isolation_order AS other WHERE other.person_id = back.person_id
                AND other.state IN ('home', 'point', 'site', 'hospital')
        );
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("isolation", "0005_order_in_force")]

    operations = [
        migrations.AddField("isolationorder", "merged_in", models.BigIntegerField(null=True)),
        migrations.AddField("isolationorder", "merged_at", models.TextField(default="", db_default="")),
        migrations.AddIndex(
            "isolationorder",
            models.Index(
                condition=models.Q(("merged_in__isnull", False)), fields=["merged_in"], name="order_by_merge"
            ),
        ),
        migrations.RunSQL(FOLLOW, migrations.RunSQL.noop),
    ]
