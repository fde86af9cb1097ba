from django.db import migrations

# Django adds an index for LIKE beside every unique or indexed text; nothing here is searched by LIKE, and they made up
# a fifth of the time of filing a new person.
UNUSED = (
    "people_person_public_id_ac134729_like",
    "people_person_name_2a843d4b_like",
    "people_household_public_id_c607b239_like",
)


class Migration(migrations.Migration):
    dependencies = [("people", "0003_rows_that_return_mended")]
    operations = [
        migrations.RunSQL(f"DROP INDEX IF EXISTS {name}", migrations.RunSQL.noop) for name in UNUSED
    ]
