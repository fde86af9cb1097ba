import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0007_looked_at_first")]

    operations = [
        migrations.AlterField(
            model_name="sourcerow",
            name="file",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, to="intake.sourcefile"
            ),
        ),
    ]
