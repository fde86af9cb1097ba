from django.db import migrations

from fournets.database import APP_ROLE, protect, share

# A call goes with a person whose file becomes part of another's, and comes back with him when they are taken apart. Where both
# have an open one, the gone person's ends and its lists ask for the other; the numbers known to be wrong go along.
FOLLOW = """
CREATE FUNCTION calls_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO calls_asked (call_id, area_code, file_id)
        SELECT kept.id, kept.area_code, asked.file_id FROM calls_call AS gone
        JOIN calls_call AS kept ON kept.person_id = NEW.kept_id AND kept.closed_at IS NULL
        JOIN calls_asked AS asked ON asked.call_id = gone.id
        WHERE gone.person_id = NEW.gone_id AND gone.closed_at IS NULL
        ON CONFLICT DO NOTHING;
        UPDATE calls_call AS gone SET closed_at = NEW.at, outcome = 'joined', held_by = '', held_from = NULL, held_until = NULL
        WHERE gone.person_id = NEW.gone_id AND gone.closed_at IS NULL AND EXISTS (
            SELECT FROM calls_call AS kept WHERE kept.person_id = NEW.kept_id AND kept.closed_at IS NULL);
        UPDATE calls_call SET person_id = NEW.kept_id WHERE person_id = NEW.gone_id;
        UPDATE calls_wrongnumber SET person_id = NEW.kept_id WHERE person_id = NEW.gone_id;
    ELSIF NEW.undone_at IS NOT NULL AND OLD.undone_at IS NULL THEN
        UPDATE calls_call SET person_id = NEW.gone_id
        WHERE person_id = NEW.kept_id AND (origin_id = NEW.gone_id OR origin_id IN (
            SELECT gone_id FROM people_merge WHERE kept_id = NEW.gone_id AND undone_at IS NULL));
        UPDATE calls_wrongnumber SET person_id = NEW.gone_id
        WHERE person_id = NEW.kept_id AND (origin_id = NEW.gone_id OR origin_id IN (
            SELECT gone_id FROM people_merge WHERE kept_id = NEW.gone_id AND undone_at IS NULL));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER calls_follow AFTER INSERT OR UPDATE OF undone_at ON people_merge
    FOR EACH ROW EXECUTE FUNCTION calls_follow();
"""

# A list that is taken back asks for nothing any more. Calls nobody else asks for end, and so do those of people who went along.
LEAVE = """
CREATE FUNCTION calls_leave() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    WITH left_ AS (DELETE FROM calls_asked WHERE file_id = NEW.id RETURNING call_id)
    UPDATE calls_call AS call SET closed_at = now(), outcome = 'withdrawn', held_by = '', held_from = NULL, held_until = NULL
    FROM left_ WHERE call.id = left_.call_id AND call.closed_at IS NULL AND (
        NOT call.by_task AND NOT EXISTS (
            SELECT FROM calls_asked AS other WHERE other.call_id = call.id AND other.file_id <> NEW.id)
        OR NOT EXISTS (SELECT FROM people_person AS person WHERE person.id = call.person_id));
    RETURN NULL;
END $$;
CREATE TRIGGER calls_leave AFTER UPDATE OF state ON intake_sourcefile
    FOR EACH ROW WHEN (NEW.state = 'undone' AND OLD.state <> 'undone') EXECUTE FUNCTION calls_leave();
"""
# What somebody who is not signed in sends is added and never read by him: how many wait is counted for him.
WAITING = f"""
CREATE FUNCTION registrations_lately(page bigint, since timestamptz, OUT lately bigint, OUT waiting bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT (SELECT count(*) FROM calls_registration WHERE poster_id = page AND received_at > since),
        (SELECT count(*) FROM calls_registration WHERE poster_id = page AND state IN ('waiting', 'asked'))
$$;
REVOKE ALL ON FUNCTION registrations_lately FROM PUBLIC;
GRANT EXECUTE ON FUNCTION registrations_lately TO {APP_ROLE};
"""  # noqa: S608


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0001_initial"),
        ("people", "0014_orders_of_the_list"),
        ("intake", "0009_uploads_nobody_decided_on"),
    ]

    operations = [
        *(
            migrations.RunSQL(protect(f"calls_{table}"), migrations.RunSQL.noop)
            for table in ("call", "asked", "attempt", "wrongnumber", "registration")
        ),
        *(
            migrations.RunSQL(share(f"calls_{table}"), migrations.RunSQL.noop)
            for table in ("poster", "knock")
        ),
        migrations.RunSQL(FOLLOW, "DROP TRIGGER calls_follow ON people_merge; DROP FUNCTION calls_follow()"),
        migrations.RunSQL(
            LEAVE, "DROP TRIGGER calls_leave ON intake_sourcefile; DROP FUNCTION calls_leave()"
        ),
        migrations.RunSQL(WAITING, "DROP FUNCTION registrations_lately"),
    ]
