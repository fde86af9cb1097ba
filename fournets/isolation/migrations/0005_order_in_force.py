from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("isolation", "0004_open_to")]

    operations = [
        migrations.AddIndex(
            model_name="isolationorder",
            index=models.Index(
                condition=models.Q(("state__in", ("home", "point", "site", "hospital"))),
                fields=["area_code", "id"],
                name="order_in_force",
            ),
        ),
    ]
