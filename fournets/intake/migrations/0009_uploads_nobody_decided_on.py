from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0008_rows_by_one_index")]

    operations = [
        migrations.RemoveConstraint(model_name="upload", name="an_upload_is_in_one_of_five_states"),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("waiting", "looked", "done", "failed", "cancelled", "lapsed"))
                ),
                name="an_upload_is_in_one_of_six_states",
            ),
        ),
    ]
