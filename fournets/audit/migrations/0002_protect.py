from django.db import migrations

from fournets.database import share

# Owners pass by grants, so a trigger keeps the chain from them too.
REFUSE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'an audit line is never changed or deleted'; END $$;
CREATE TRIGGER audit_lines_stay BEFORE UPDATE OR DELETE ON audit_auditline
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.RunSQL(share("audit_auditline", "SELECT, INSERT"), migrations.RunSQL.noop),
        migrations.RunSQL(
            REFUSE,
            "DROP TRIGGER audit_lines_stay ON audit_auditline; DROP FUNCTION refuse_change()",
        ),
    ]
