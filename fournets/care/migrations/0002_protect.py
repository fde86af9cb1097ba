from django.db import migrations

from fournets.database import APP_ROLE, protect

# Whoever holds a link is nobody the scope knows: he is told which order it opens, while link and order hold, and no more.
OPENS = f"""
CREATE FUNCTION own_link(asked bytea) RETURNS TABLE (order_id bigint, area_code text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT held.id, held.area_code FROM care_link AS link JOIN isolation_order AS held ON held.id = link.order_id
    WHERE link.digest = asked AND link.ended_at IS NULL AND held.state IN ('home', 'point', 'site', 'hospital')
$$;
REVOKE ALL ON FUNCTION own_link FROM PUBLIC;
GRANT EXECUTE ON FUNCTION own_link TO {APP_ROLE};
"""  # noqa: S608

# However an observation comes in (sheet, own page, device), one that is an alarm raises one: nobody has to think of it.
RAISES = """
CREATE FUNCTION alarm_raised() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO care_alarm (order_id, area_code, state, raised_at, owner, decided_by, outcome)
    SELECT held.id, held.area_code, 'raised', NEW.at, '', '', '' FROM isolation_order AS held
    WHERE held.id = NEW.order_id AND held.state IN ('home', 'point', 'site')
    ON CONFLICT (order_id) WHERE state <> 'closed' DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER alarm_raised AFTER INSERT ON isolation_observation
    FOR EACH ROW WHEN (NEW.alarm) EXECUTE FUNCTION alarm_raised();
"""

# Who is at a hospital, released or withdrawn is transferred no more, whoever's act it was.
OVER = """
CREATE FUNCTION alarm_over() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE organization_task AS task SET closed_at = now(), result = 'done' FROM care_alarm AS alarm
    WHERE alarm.order_id = NEW.id AND alarm.state <> 'closed' AND task.id = alarm.task_id AND task.closed_at IS NULL;
    UPDATE care_alarm SET state = 'closed', closed_at = greatest(now(), raised_at),
        outcome = CASE NEW.state WHEN 'hospital' THEN 'transferred' ELSE 'ended' END
    WHERE order_id = NEW.id AND state <> 'closed';
    RETURN NULL;
END $$;
CREATE TRIGGER alarm_over AFTER UPDATE OF state ON isolation_order FOR EACH ROW
    WHEN (OLD.state <> NEW.state AND NEW.state IN ('hospital', 'released', 'withdrawn')) EXECUTE FUNCTION alarm_over();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("care", "0001_initial"),
        ("isolation", "0003_own_words"),
        ("organization", "0015_posts_held"),
    ]

    operations = [
        *(migrations.RunSQL(protect(f"care_{table}"), migrations.RunSQL.noop) for table in ("link", "alarm")),
        migrations.RunSQL(OPENS, "DROP FUNCTION own_link"),
        migrations.RunSQL(
            RAISES, "DROP TRIGGER alarm_raised ON isolation_observation; DROP FUNCTION alarm_raised()"
        ),
        migrations.RunSQL(OVER, "DROP TRIGGER alarm_over ON isolation_order; DROP FUNCTION alarm_over()"),
    ]
