import django.contrib.postgres.fields
from django.db import migrations, models

from fournets.database import APP_ROLE, within_scope

# A site may hold people of another community. Whoever sees somebody's order is told which bed he has; whoever sees a site, who
# lies in it: the name that stands at the door and until when, not his file.
HELD = f"""
CREATE FUNCTION bed_of_order(asked bigint) RETURNS TABLE (site bigint, name text, bed bigint, label text, area_code text)
    LANGUAGE sql STABLE ROWS 1 SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT place.id, place.name, bed.id, bed.room || '-' || bed.label, bed.area_code
    FROM isolation_stay AS stay JOIN isolation_bed AS bed ON bed.id = stay.bed_id JOIN isolation_site AS place ON place.id = bed.site_id
    JOIN isolation_order AS held ON held.id = stay.order_id
    WHERE stay.order_id = asked AND stay.until_at IS NULL AND {within_scope("held.area_code")}
$$;
CREATE FUNCTION people_at_site(asked bigint)
    RETURNS TABLE (bed_id bigint, number text, person text, name text, from_on date, until_on date, known boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT bed.id, held.number, who.public_id, who.name, held.from_on, held.until_on, ({within_scope("held.area_code")})
    FROM isolation_bed AS bed JOIN isolation_stay AS stay ON stay.bed_id = bed.id AND stay.until_at IS NULL
    JOIN isolation_order AS held ON held.id = stay.order_id JOIN people_person AS who ON who.id = held.person_id
    WHERE bed.site_id = asked AND {within_scope("bed.area_code")}
$$;
REVOKE ALL ON FUNCTION bed_of_order, people_at_site FROM PUBLIC;
GRANT EXECUTE ON FUNCTION bed_of_order, people_at_site TO {APP_ROLE};
"""  # noqa: S608


class Migration(migrations.Migration):
    dependencies = [("isolation", "0003_own_words")]

    operations = [
        migrations.AddField(
            model_name="site",
            name="open_to",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(), default=list, size=None
            ),
        ),
        migrations.RunSQL(HELD, "DROP FUNCTION bed_of_order; DROP FUNCTION people_at_site"),
    ]
