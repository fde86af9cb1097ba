from django.db import migrations

from fournets.database import APP_ROLE, protect

# Whoever is shown a certificate may ask whether it stands, signed in or not: he is told the day of release, and nobody's name.
STANDS = f"""
CREATE FUNCTION certificate_stands(asked text) RETURNS date
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT well_on FROM isolation_order WHERE certificate = asked AND asked <> '' AND state = 'released'
$$;
REVOKE ALL ON FUNCTION certificate_stands FROM PUBLIC;
GRANT EXECUTE ON FUNCTION certificate_stands TO {APP_ROLE};
"""  # noqa: S608

# Whoever is at another place now, released or withdrawn, has no bed any more, whoever's act it was: a community that releases
# its people does not see the beds of the town's site, and a bed nobody lies in must not stay taken.
LEAVES = """
CREATE FUNCTION order_leaves_bed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE isolation_bed AS bed SET state = 'to_disinfect' FROM isolation_stay AS stay
    WHERE stay.bed_id = bed.id AND stay.order_id = NEW.id AND stay.until_at IS NULL;
    UPDATE isolation_stay SET until_at = greatest(now(), from_at), ended_by = coalesce(nullif(NEW.ended_by, ''), NEW.state)
    WHERE order_id = NEW.id AND until_at IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER order_leaves_bed AFTER UPDATE OF state ON isolation_order
    FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION order_leaves_bed();
"""

# An order goes with a person whose file becomes part of another's, and comes back with him when they are taken apart. Where
# both have one in force, the one that lasts longer stays in force.
FOLLOW = """
CREATE FUNCTION orders_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE isolation_order AS shorter SET state = 'withdrawn', ended_by = NEW.actor, ended_at = NEW.at
        FROM isolation_order AS longer
        WHERE least(shorter.person_id, longer.person_id) = least(NEW.kept_id, NEW.gone_id)
            AND greatest(shorter.person_id, longer.person_id) = greatest(NEW.kept_id, NEW.gone_id)
            AND shorter.state IN ('home', 'point', 'site', 'hospital')
            AND longer.state IN ('home', 'point', 'site', 'hospital')
            AND (coalesce(shorter.until_on, 'infinity'), shorter.id) < (coalesce(longer.until_on, 'infinity'), longer.id);
        UPDATE isolation_order SET person_id = NEW.kept_id WHERE person_id = NEW.gone_id;
    ELSIF NEW.undone_at IS NOT NULL AND OLD.undone_at IS NULL THEN
        UPDATE isolation_order SET person_id = NEW.gone_id
        WHERE person_id = NEW.kept_id AND (origin_id = NEW.gone_id OR origin_id IN (
            SELECT gone_id FROM people_merge WHERE kept_id = NEW.gone_id AND undone_at IS NULL
        ));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER orders_follow AFTER INSERT OR UPDATE OF undone_at ON people_merge
    FOR EACH ROW EXECUTE FUNCTION orders_follow();
"""


class Migration(migrations.Migration):
    dependencies = [("isolation", "0001_initial"), ("people", "0014_orders_of_the_list")]

    operations = [
        migrations.RunSQL(protect(f"isolation_{table}"), migrations.RunSQL.noop)
        for table in ("order", "entry", "change", "observation", "site", "bed", "stay")
    ] + [
        migrations.RunSQL(
            LEAVES, "DROP TRIGGER order_leaves_bed ON isolation_order; DROP FUNCTION order_leaves_bed()"
        ),
        migrations.RunSQL(STANDS, "DROP FUNCTION certificate_stands"),
        migrations.RunSQL(
            FOLLOW, "DROP TRIGGER orders_follow ON people_merge; DROP FUNCTION orders_follow()"
        ),
    ]
