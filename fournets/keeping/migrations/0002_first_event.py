from django.db import migrations

from fournets.database import share

FIRST = """
INSERT INTO keeping_event (uuid, begun_at, reason, asked_by, decided_by) VALUES (gen_random_uuid(), now(), '', '', '')
"""


class Migration(migrations.Migration):
    dependencies = [("keeping", "0001_initial")]
    operations = [
        migrations.RunSQL(share("keeping_event", "SELECT, INSERT, UPDATE"), migrations.RunSQL.noop),
        migrations.RunSQL(FIRST, migrations.RunSQL.noop),
    ]
