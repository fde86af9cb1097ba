from django.db import migrations

from fournets.database import protect

# A case and a contact go with a person whose file becomes part of another's, and come back with him when they are taken
# apart. Where both were in contact with one case, the contact of the file that stays stays, and takes the later day. Nobody
# becomes a contact of himself: such a contact waits with the file that is gone until the two are taken apart.
FOLLOW = """
CREATE FUNCTION contacts_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE tracing_contact AS kept SET last_on = greatest(kept.last_on, gone.last_on), first_on = least(kept.first_on, gone.first_on)
        FROM tracing_contact AS gone
        WHERE kept.person_id = NEW.kept_id AND gone.person_id = NEW.gone_id AND gone.case_id = kept.case_id;
        UPDATE tracing_contact AS gone SET person_id = NEW.kept_id WHERE gone.person_id = NEW.gone_id
            AND NOT EXISTS (SELECT FROM tracing_contact AS kept WHERE kept.case_id = gone.case_id AND kept.person_id = NEW.kept_id)
            AND NOT EXISTS (SELECT FROM tracing_case AS own WHERE own.id = gone.case_id AND own.person_id = NEW.kept_id);
        UPDATE tracing_case AS gone SET classification = 'excluded'
        WHERE gone.person_id = NEW.gone_id AND gone.classification <> 'excluded'
            AND EXISTS (SELECT FROM tracing_case AS kept WHERE kept.person_id = NEW.kept_id AND kept.classification <> 'excluded');
        UPDATE tracing_case SET person_id = NEW.kept_id WHERE person_id = NEW.gone_id;
    ELSIF NEW.undone_at IS NOT NULL AND OLD.undone_at IS NULL THEN
        UPDATE tracing_contact SET person_id = NEW.gone_id WHERE person_id = NEW.kept_id AND (origin_id = NEW.gone_id
            OR origin_id IN (SELECT gone_id FROM people_merge WHERE kept_id = NEW.gone_id AND undone_at IS NULL));
        UPDATE tracing_case SET person_id = NEW.gone_id WHERE person_id = NEW.kept_id AND (origin_id = NEW.gone_id
            OR origin_id IN (SELECT gone_id FROM people_merge WHERE kept_id = NEW.gone_id AND undone_at IS NULL));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER contacts_follow AFTER INSERT OR UPDATE OF undone_at ON people_merge
    FOR EACH ROW EXECUTE FUNCTION contacts_follow();
"""


class Migration(migrations.Migration):
    dependencies = [("tracing", "0001_initial"), ("people", "0014_orders_of_the_list")]

    operations = [
        migrations.RunSQL(protect(f"tracing_{table}"), migrations.RunSQL.noop)
        for table in ("case", "contact", "answer", "answerline")
    ] + [
        migrations.RunSQL(
            FOLLOW, "DROP TRIGGER contacts_follow ON people_merge; DROP FUNCTION contacts_follow()"
        )
    ]
