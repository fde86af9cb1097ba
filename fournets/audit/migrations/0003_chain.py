from django.db import migrations, models

from fournets.audit.adopt import adopt_lines
from fournets.database import share

# Also for the owner, and in a session that plays a replica. A line may leave the queue when it stands in the chain.
REFUSE = """
DROP TRIGGER audit_lines_stay ON audit_auditline;
CREATE TRIGGER audit_lines_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_auditline
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_links_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_chainlink
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE FUNCTION refuse_leaving() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM audit_chainlink WHERE line_id = OLD.line_id) THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'an audit line waits until it is chained';
END $$;
CREATE TRIGGER audit_waiting_stay BEFORE UPDATE OR TRUNCATE ON audit_waitingline
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_waiting_leave BEFORE DELETE ON audit_waitingline
    FOR EACH ROW EXECUTE FUNCTION refuse_leaving();
ALTER TABLE audit_auditline ENABLE ALWAYS TRIGGER audit_lines_stay;
ALTER TABLE audit_chainlink ENABLE ALWAYS TRIGGER audit_links_stay;
ALTER TABLE audit_waitingline ENABLE ALWAYS TRIGGER audit_waiting_stay;
ALTER TABLE audit_waitingline ENABLE ALWAYS TRIGGER audit_waiting_leave;
"""


def adopt(apps, editor):
    adopt_lines(editor.connection)


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_protect")]
    operations = [
        migrations.CreateModel(
            name="ChainLink",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                ("line_id", models.BigIntegerField(unique=True)),
                ("hash", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="WaitingLine",
            fields=[
                ("line_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("seal", models.BinaryField()),
            ],
        ),
        migrations.RunSQL(share("audit_chainlink", "SELECT, INSERT"), migrations.RunSQL.noop),
        migrations.RunSQL(share("audit_waitingline", "SELECT, INSERT, DELETE"), migrations.RunSQL.noop),
        migrations.RunPython(adopt, migrations.RunPython.noop),
        migrations.RemoveField(model_name="auditline", name="hash"),
        migrations.RemoveField(model_name="auditline", name="previous_hash"),
        migrations.AlterField(model_name="auditline", name="at", field=models.DateTimeField(db_index=True)),
        migrations.AddIndex(
            model_name="auditline", index=models.Index(fields=["act", "id"], name="audit_by_act")
        ),
        migrations.AddIndex(
            model_name="auditline", index=models.Index(fields=["actor", "id"], name="audit_by_actor")
        ),
        migrations.AddIndex(
            model_name="auditline", index=models.Index(fields=["area_code", "id"], name="audit_by_area")
        ),
        migrations.RunSQL(REFUSE, migrations.RunSQL.noop),
    ]
