from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organization", "0011_an_auditor_holds_no_other_post")]
    operations = [
        migrations.AddIndex(
            model_name="task", index=models.Index(fields=["person_id"], name="task_by_person")
        ),
    ]
