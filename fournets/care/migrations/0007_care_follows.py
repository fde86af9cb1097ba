from django.db import migrations, models

IN_FORCE = "('home', 'point', 'site', 'hospital')"
# Two files become one and the shorter of two orders is about to be withdrawn (`orders_follow`; triggers go by their names): what
# is open goes to the order that stays. Of two alarms the one that is further on; one at a hospital already needs none.
FOLLOWS = f"""
CREATE FUNCTION care_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    steps CONSTANT text[] := ARRAY['raised', 'taken', 'transfer'];
    pair record;
BEGIN
    FOR pair IN
        SELECT shorter.id AS goes, longer.id AS stays, longer.area_code, longer.state
        FROM isolation_order AS shorter JOIN isolation_order AS longer
            ON (coalesce(shorter.until_on, 'infinity'), shorter.id) < (coalesce(longer.until_on, 'infinity'), longer.id)
        WHERE least(shorter.person_id, longer.person_id) = least(NEW.kept_id, NEW.gone_id)
            AND greatest(shorter.person_id, longer.person_id) = greatest(NEW.kept_id, NEW.gone_id)
            AND shorter.state IN {IN_FORCE} AND longer.state IN {IN_FORCE}
    LOOP
        UPDATE care_alarm AS behind SET state = 'closed', outcome = 'ended', closed_at = greatest(now(), behind.raised_at)
        FROM care_alarm AS ahead
        WHERE behind.order_id = pair.stays AND behind.state <> 'closed' AND ahead.order_id = pair.goes AND ahead.state <> 'closed'
            AND array_position(steps, ahead.state) > array_position(steps, behind.state);
        UPDATE care_alarm SET order_id = pair.stays, area_code = pair.area_code, moved_from = coalesce(moved_from, pair.goes)
        WHERE order_id = pair.goes AND state <> 'closed' AND pair.state <> 'hospital'
            AND NOT EXISTS (SELECT FROM care_alarm WHERE order_id = pair.stays AND state <> 'closed');
        UPDATE care_need SET order_id = pair.stays, area_code = pair.area_code, moved_from = coalesce(moved_from, pair.goes)
        WHERE order_id = pair.goes AND state <> 'answered';
        UPDATE care_caring SET order_id = pair.stays, area_code = pair.area_code, moved_from = coalesce(moved_from, pair.goes)
        WHERE order_id = pair.goes AND NOT EXISTS (SELECT FROM care_caring WHERE order_id = pair.stays);
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER care_follows AFTER INSERT ON people_merge FOR EACH ROW EXECUTE FUNCTION care_follows();
"""  # noqa: S608

# Taken apart again (after `orders_follow`), each has his own back, by the order he has now; who is in force again with an alarm
# that ended only because of the merge has it raised anew.
RETURNS = f"""
CREATE FUNCTION returned_care() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE one record;
BEGIN
    FOR one IN
        SELECT came.id AS came, now_his.id AS goes, now_his.area_code
        FROM isolation_order AS came JOIN isolation_order AS now_his ON now_his.id = coalesce(
            (SELECT held.id FROM isolation_order AS held WHERE held.person_id = came.person_id AND held.state IN {IN_FORCE}), came.id)
        WHERE came.person_id IN (NEW.kept_id, NEW.gone_id)
    LOOP
        UPDATE care_alarm AS alarm SET state = 'closed', outcome = 'ended', closed_at = greatest(now(), alarm.raised_at)
        FROM isolation_order AS held
        WHERE alarm.moved_from = one.came AND held.id = alarm.order_id AND held.person_id IN (NEW.kept_id, NEW.gone_id)
            AND held.id <> one.goes AND alarm.state <> 'closed'
            AND EXISTS (SELECT FROM care_alarm WHERE order_id = one.goes AND state <> 'closed');
        UPDATE care_alarm SET order_id = one.goes, area_code = one.area_code WHERE moved_from = one.came;
        UPDATE care_need SET order_id = one.goes, area_code = one.area_code WHERE moved_from = one.came;
        DELETE FROM care_caring WHERE moved_from = one.came AND order_id <> one.goes
            AND EXISTS (SELECT FROM care_caring WHERE order_id = one.goes);
        UPDATE care_caring SET order_id = one.goes, area_code = one.area_code WHERE moved_from = one.came;
    END LOOP;
    INSERT INTO care_alarm (order_id, area_code, state, raised_at, owner, decided_by, outcome)
    SELECT held.id, held.area_code, 'raised', ended.raised_at, '', '', ''
    FROM isolation_order AS held JOIN LATERAL (
        SELECT raised_at, outcome FROM care_alarm WHERE order_id = held.id ORDER BY id DESC LIMIT 1
    ) AS ended ON ended.outcome = 'ended'
    WHERE held.person_id IN (NEW.kept_id, NEW.gone_id) AND held.state IN ('home', 'point', 'site')
    ON CONFLICT (order_id) WHERE state <> 'closed' DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER returned_care AFTER UPDATE OF undone_at ON people_merge FOR EACH ROW
    WHEN (OLD.undone_at IS NULL AND NEW.undone_at IS NOT NULL) EXECUTE FUNCTION returned_care();
"""  # noqa: S608


class Migration(migrations.Migration):
    dependencies = [("care", "0006_needs_end"), ("isolation", "0006_orders_come_back")]

    operations = [
        *(
            migrations.AddField(model, "moved_from", models.BigIntegerField(null=True))
            for model in ("alarm", "need", "caring")
        ),
        *(
            migrations.AddIndex(
                model,
                models.Index(
                    fields=["moved_from"],
                    condition=models.Q(("moved_from__isnull", False)),
                    name=f"{model}_moved",
                ),
            )
            for model in ("alarm", "need", "caring")
        ),
        migrations.RunSQL(FOLLOWS, "DROP TRIGGER care_follows ON people_merge; DROP FUNCTION care_follows()"),
        migrations.RunSQL(
            RETURNS, "DROP TRIGGER returned_care ON people_merge; DROP FUNCTION returned_care()"
        ),
    ]
