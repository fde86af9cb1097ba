from django.db import migrations

from fournets.database import protect


class Migration(migrations.Migration):
    dependencies = [("screening", "0003_overrides")]
    operations = [migrations.RunSQL(protect("screening_override"), migrations.RunSQL.noop)]
