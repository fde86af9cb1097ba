import django.contrib.postgres.fields
from django.db import migrations, models

# Two files of one person may each be a case. The one of the file that goes is excluded, and its contacts become contacts of
# the one that stays, so that nobody drops out of what is counted and handed over; taken apart, the case has its class again
# and its contacts. Whoever is a contact of both stays one of both, and the later day counts; "not a contact", said of one,
# does not hide the other. Contacts may live where whoever joins the files has no say: all go along, whoever's act it was.
FOLLOW = """
CREATE OR REPLACE FUNCTION contacts_follow() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE tracing_contact AS kept SET last_on = greatest(kept.last_on, gone.last_on), first_on = least(kept.first_on, gone.first_on),
            decision = CASE kept.decision WHEN 'excluded' THEN gone.decision ELSE kept.decision END,
            decided_on = CASE kept.decision WHEN 'excluded' THEN gone.decided_on ELSE kept.decided_on END
        FROM tracing_contact AS gone
        WHERE kept.person_id = NEW.kept_id AND gone.person_id = NEW.gone_id AND gone.case_id = kept.case_id;
        UPDATE tracing_contact AS gone SET person_id = NEW.kept_id WHERE gone.person_id = NEW.gone_id
            AND NOT EXISTS (SELECT FROM tracing_contact AS kept WHERE kept.case_id = gone.case_id AND kept.person_id = NEW.kept_id)
            AND NOT EXISTS (SELECT FROM tracing_case AS own WHERE own.id = gone.case_id AND own.person_id = NEW.kept_id);
        UPDATE tracing_contact AS kept SET last_on = greatest(kept.last_on, gone.last_on), first_on = least(kept.first_on, gone.first_on),
            decision = CASE kept.decision WHEN 'excluded' THEN gone.decision ELSE kept.decision END,
            decided_on = CASE kept.decision WHEN 'excluded' THEN gone.decided_on ELSE kept.decided_on END
        FROM tracing_contact AS gone, tracing_case AS stays, tracing_case AS goes
        WHERE stays.person_id = NEW.kept_id AND stays.classification <> 'excluded' AND kept.case_id = stays.id
            AND goes.person_id = NEW.gone_id AND goes.classification <> 'excluded' AND gone.case_id = goes.id
            AND kept.person_id = gone.person_id;
        UPDATE tracing_contact AS gone SET case_id = stays.id, joined_from = gone.joined_from || goes.id
        FROM tracing_case AS stays, tracing_case AS goes
        WHERE stays.person_id = NEW.kept_id AND stays.classification <> 'excluded'
            AND goes.person_id = NEW.gone_id AND goes.classification <> 'excluded' AND gone.case_id = goes.id
            AND gone.person_id NOT IN (NEW.kept_id, NEW.gone_id)
            AND NOT EXISTS (SELECT FROM tracing_contact AS kept WHERE kept.case_id = stays.id AND kept.person_id = gone.person_id);
        UPDATE tracing_case AS goes SET classification = 'excluded', joined_by = NEW.id, joined_class = goes.classification
        WHERE goes.person_id = NEW.gone_id AND goes.classification <> 'excluded'
            AND EXISTS (SELECT FROM tracing_case AS stays WHERE stays.person_id = NEW.kept_id AND stays.classification <> 'excluded');
        UPDATE tracing_case SET person_id = NEW.kept_id WHERE person_id = NEW.gone_id;
    ELSIF NEW.undone_at IS NOT NULL AND OLD.undone_at IS NULL THEN
        UPDATE tracing_contact SET person_id = NEW.gone_id WHERE person_id = NEW.kept_id AND (origin_id = NEW.gone_id
            OR origin_id IN (SELECT gone_id FROM people_merge WHERE kept_id = NEW.gone_id AND undone_at IS NULL));
        UPDATE tracing_case SET person_id = NEW.gone_id WHERE person_id = NEW.kept_id AND (origin_id = NEW.gone_id
            OR origin_id IN (SELECT gone_id FROM people_merge WHERE kept_id = NEW.gone_id AND undone_at IS NULL));
        UPDATE tracing_contact AS back SET case_id = own.id,
            joined_from = back.joined_from[:array_position(back.joined_from, own.id) - 1]
        FROM tracing_case AS own WHERE own.joined_by = NEW.id AND own.id = ANY(back.joined_from)
            AND NOT EXISTS (SELECT FROM tracing_contact AS there WHERE there.case_id = own.id AND there.person_id = back.person_id);
        UPDATE tracing_case AS own SET joined_by = NULL, joined_class = '', classification = CASE
            WHEN own.classification = 'excluded' AND NOT EXISTS (SELECT FROM tracing_case AS other
                WHERE other.person_id = own.person_id AND other.id <> own.id AND other.classification <> 'excluded')
            THEN own.joined_class ELSE own.classification END
        WHERE own.joined_by = NEW.id;
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("tracing", "0002_protect")]

    operations = [
        migrations.AddField("case", "joined_by", models.BigIntegerField(null=True)),
        migrations.AddField("case", "joined_class", models.TextField(default="")),
        migrations.AddField(
            "contact",
            "joined_from",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), null=True, size=None
            ),
        ),
        migrations.RunSQL(FOLLOW, migrations.RunSQL.noop),
    ]
