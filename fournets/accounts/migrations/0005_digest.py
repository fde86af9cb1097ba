from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_news_seen")]
    operations = [
        migrations.AddField("user", "digest_to", models.TextField(db_default="", default="")),
        migrations.AddField("user", "digest_sent_on", models.DateField(null=True)),
    ]
