from django.db import migrations

from fournets.database import APP_ROLE, protect, share

# What an account was told of its own records before, whatever area it sent them to: a repeat is answered as the first time,
# also when its post has moved meanwhile. Neither what they say nor whom they are about.
KNOWN = f"""
CREATE FUNCTION field_records_known(account text, asked uuid[])
    RETURNS TABLE (record_id uuid, digest bytea, state text, reason text, received_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.record_id, r.digest, r.state, r.reason, r.received_at FROM fieldwork_fieldrecord r
    WHERE r.sent_by = account AND r.record_id = ANY(asked)
$$;
REVOKE ALL ON FUNCTION field_records_known FROM PUBLIC;
GRANT EXECUTE ON FUNCTION field_records_known TO {APP_ROLE};
"""  # noqa: S608


class Migration(migrations.Migration):
    dependencies = [("fieldwork", "0001_initial")]
    operations = [
        migrations.RunSQL(protect("fieldwork_fieldrecord"), migrations.RunSQL.noop),
        migrations.RunSQL(protect("fieldwork_fieldvisited"), migrations.RunSQL.noop),
        migrations.RunSQL(share("fieldwork_phonekey"), migrations.RunSQL.noop),
        migrations.RunSQL(KNOWN, "DROP FUNCTION field_records_known"),
        migrations.RunSQL(  # what a phone sent is destroyed by its period alone
            f"REVOKE DELETE ON fieldwork_fieldrecord, fieldwork_fieldvisited FROM {APP_ROLE}",
            migrations.RunSQL.noop,
        ),
    ]
