import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0006_what_a_sheet_speaks_of")]

    operations = [
        migrations.AlterField(
            model_name="sourcerow",
            name="file",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, to="intake.sourcefile"
            ),
        ),
    ]
