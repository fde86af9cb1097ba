import django.contrib.postgres.constraints
import django.db.models.functions.comparison
from django.db import migrations, models
from django.utils import timezone

# An auditor's post that was held beside another counts as never held; the chain still says that it was given.
BESIDE = """
UPDATE organization_appointment AS one SET until_at = from_at FROM accounts_user AS holder
WHERE role = 'auditor' AND holder.id = user_id AND EXISTS (
    SELECT FROM organization_appointment AS other WHERE other.user_id = one.user_id AND other.role <> 'auditor'
    AND tstzrange(other.from_at, other.until_at) && tstzrange(one.from_at, one.until_at))
RETURNING one.id, login, area_code, from_at
"""


def end_those_beside(apps, editor):
    from fournets.audit.services import record

    with editor.connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(BESIDE)
        for number, login, area, until in cursor.fetchall():
            details = {"appointment": number, "login": login, "role": "auditor", "until": until.isoformat()}
            record(act="withdrawn", actor="init", area_code=area, at=timezone.now(), details=details)


class Migration(migrations.Migration):
    dependencies = [("organization", "0010_token"), ("audit", "0003_chain")]
    operations = [
        migrations.RunPython(end_those_beside, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("user", "="),
                    (
                        django.db.models.functions.comparison.Cast(
                            models.Case(
                                models.When(role="auditor", then=1),
                                default=0,
                                output_field=models.IntegerField(),
                            ),
                            models.IntegerField(),
                        ),
                        "<>",
                    ),
                    (models.Func("from_at", "until_at", function="tstzrange"), "&&"),
                ],
                name="an_auditor_holds_no_other_post",
            ),
        ),
    ]
