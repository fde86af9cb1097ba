from django.db import migrations, models

# Who is released or withdrawn needs nothing of us any more: what is open ends with his isolation, whoever's act it was.
ENDS = """
CREATE FUNCTION needs_over() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE care_need SET state = 'answered', answer = 'ended', owner = coalesce(nullif(owner, ''), NEW.ended_by),
        answered_by = NEW.ended_by, answered_at = greatest(now(), asked_at)
    WHERE order_id = NEW.id AND state <> 'answered';
    RETURN NULL;
END $$;
CREATE TRIGGER needs_over AFTER UPDATE OF state ON isolation_order FOR EACH ROW
    WHEN (OLD.state <> NEW.state AND NEW.state IN ('released', 'withdrawn')) EXECUTE FUNCTION needs_over();
UPDATE care_need AS need SET state = 'answered', answer = 'ended', owner = coalesce(nullif(need.owner, ''), held.ended_by),
    answered_by = held.ended_by, answered_at = greatest(coalesce(held.ended_at, now()), need.asked_at)
FROM isolation_order AS held
WHERE held.id = need.order_id AND held.state IN ('released', 'withdrawn') AND need.state <> 'answered';
"""


class Migration(migrations.Migration):
    dependencies = [("care", "0005_alarms_hold")]

    operations = [
        migrations.RemoveConstraint(model_name="need", name="an_answered_need_says_how"),
        migrations.AddConstraint(
            model_name="need",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answer__in", ("done", "not_possible", "ended")),
                        ("answered_at__isnull", False),
                        ("state", "answered"),
                    ),
                    models.Q(
                        models.Q(("state", "answered"), _negated=True),
                        ("answer", ""),
                        ("answered_at", None),
                    ),
                    _connector="OR",
                ),
                name="an_answered_need_says_how",
            ),
        ),
        migrations.RunSQL(ENDS, "DROP TRIGGER needs_over ON isolation_order; DROP FUNCTION needs_over()"),
    ]
