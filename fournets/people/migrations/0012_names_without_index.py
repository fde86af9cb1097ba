from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0011_scope_by_index")]

    operations = [
        migrations.AlterField(model_name="person", name="name", field=models.TextField()),
    ]
