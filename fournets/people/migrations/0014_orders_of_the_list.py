from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0013_canaries_among")]

    operations = [
        migrations.AddIndex(
            model_name="person", index=models.Index(fields=["name", "id"], name="person_by_name")
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                fields=["area_code", "id"],
                condition=models.Q(phone_sealed__isnull=True),
                name="person_without_phone",
            ),
        ),
    ]
