from django.db import migrations

from fournets.database import protect

# Whoever works at a site was trained before, whoever assigns him: the row says which trainings its day asks for, and each of
# them has to count on its first day.
TRAINED = """
CREATE FUNCTION assignment_needs_training() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE missing text;
BEGIN
    SELECT string_agg(kind, ',' ORDER BY kind) INTO missing FROM unnest(NEW.needed) AS needed (kind)
    WHERE NOT EXISTS (SELECT FROM sites_training AS training WHERE training.worker_id = NEW.worker_id
        AND training.kind = needed.kind AND training."on" <= NEW.from_on AND training.until_on > NEW.from_on);
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION 'assignment without training: %', missing
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_needs_training', DETAIL = missing;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER assignment_needs_training AFTER INSERT OR UPDATE OF worker_id, needed, from_on ON sites_assignment
    FOR EACH ROW EXECUTE FUNCTION assignment_needs_training();
"""
TABLES = (
    "zone",
    "arrival",
    "supply",
    "supplycount",
    "roundplan",
    "rounddone",
    "worker",
    "training",
    "assignment",
)


class Migration(migrations.Migration):
    dependencies = [("sites", "0001_initial")]

    operations = [
        migrations.RunSQL(protect(f"sites_{table}"), migrations.RunSQL.noop) for table in TABLES
    ] + [
        migrations.RunSQL(
            TRAINED,
            "DROP TRIGGER assignment_needs_training ON sites_assignment; DROP FUNCTION assignment_needs_training()",
        )
    ]
