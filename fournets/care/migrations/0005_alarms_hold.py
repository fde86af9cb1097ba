from django.db import migrations

# Nobody is released with an alarm nobody has decided on: that he is well again today says nothing of the fever before.
HOLDS = """
CREATE FUNCTION alarm_holds() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM care_alarm WHERE order_id = NEW.id AND state <> 'closed') THEN
        RAISE EXCEPTION 'release with an open alarm' USING ERRCODE = 'check_violation', CONSTRAINT = 'release_with_open_alarm';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER alarm_holds BEFORE UPDATE OF state ON isolation_order FOR EACH ROW
    WHEN (OLD.state <> NEW.state AND NEW.state = 'released') EXECUTE FUNCTION alarm_holds();
"""

# Who is at a hospital or withdrawn is transferred no more, whoever's act it was; withdrawn, nobody was brought anywhere.
OVER = """
CREATE OR REPLACE FUNCTION alarm_over() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE organization_task AS task SET closed_at = now(),
        result = CASE NEW.state WHEN 'hospital' THEN 'done' ELSE 'no_longer_needed' END
    FROM care_alarm AS alarm
    WHERE alarm.order_id = NEW.id AND alarm.state <> 'closed' AND task.id = alarm.task_id AND task.closed_at IS NULL;
    UPDATE care_alarm SET state = 'closed', closed_at = greatest(now(), raised_at),
        outcome = CASE NEW.state WHEN 'hospital' THEN 'transferred' ELSE 'ended' END
    WHERE order_id = NEW.id AND state <> 'closed';
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("care", "0004_protect_needs")]

    operations = [
        migrations.RunSQL(HOLDS, "DROP TRIGGER alarm_holds ON isolation_order; DROP FUNCTION alarm_holds()"),
        migrations.RunSQL(OVER, migrations.RunSQL.noop),
    ]
