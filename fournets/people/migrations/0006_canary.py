from django.db import migrations, models

from fournets.database import share

# No page's connection sees a canary: only an act that asks for them by name, in its own transaction.
PROTECT = """
ALTER TABLE people_canary ENABLE ROW LEVEL SECURITY;
CREATE POLICY people_canary_asked_for ON people_canary USING (current_setting('fournets.canary', true) = 'on')
    WITH CHECK (current_setting('fournets.canary', true) = 'on');
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0005_links_already_checked_with_the_facts")]
    operations = [
        migrations.CreateModel(
            name="Canary",
            fields=[
                ("mark", models.BigIntegerField(primary_key=True, serialize=False)),
                ("person_sealed", models.BinaryField()),
                ("added_at", models.DateTimeField()),
                ("added_by", models.TextField()),
            ],
        ),
        migrations.RunSQL(
            PROTECT + share("people_canary", "SELECT, INSERT, UPDATE, DELETE"), migrations.RunSQL.noop
        ),
    ]
