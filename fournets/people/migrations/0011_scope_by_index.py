from django.db import migrations

from fournets.database import within_scope, within_scope_by_index

# People are counted by area; see `within_scope_by_index`.
POLICY = "ALTER POLICY people_person_scope ON people_person USING ({0}) WITH CHECK ({0})"


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0010_search"),
        ("places", "0004_scope_by_bytes"),
    ]  # that one writes every policy anew
    operations = [migrations.RunSQL(POLICY.format(within_scope_by_index()), POLICY.format(within_scope()))]
