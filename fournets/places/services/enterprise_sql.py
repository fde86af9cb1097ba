"""The statements by which enterprises are filed; each handles every staged row at once."""

from __future__ import annotations

from typing import Final

COLUMNS: Final = (
    "ord", "file_id", "sheet", "row", "seen_on", "area_code", "name", "name_key", "uscc", "organization",
    "sole_trader", "industry_section", "industry_division", "values", "contact_phone_sealed", "address_sealed",
    "address_index", "changes_sealed", "digest", "public_id",
)  # fmt: skip

STAGING: Final = """
DROP TABLE IF EXISTS staged_enterprise;
CREATE TEMPORARY TABLE staged_enterprise (
    ord int PRIMARY KEY, file_id bigint, sheet int, row int, seen_on date, area_code text COLLATE "C", name text,
    name_key text, uscc text, organization text, sole_trader boolean, industry_section text, industry_division text,
    values jsonb, contact_phone_sealed bytea, address_sealed bytea, address_index bigint, changes_sealed bytea,
    digest bigint, public_id text, enterprise_id bigint, outcome text, reason text, rule text, before jsonb,
    address_before bigint
) ON COMMIT DROP
"""
COPY: Final = f"COPY staged_enterprise ({', '.join(COLUMNS)}) FROM STDIN"

BY_CODE: Final = """
UPDATE staged_enterprise AS row SET enterprise_id = known.id, rule = 'uscc'
FROM places_enterprise AS known
WHERE row.enterprise_id IS NULL AND row.uscc = known.uscc
"""
BY_ORGANIZATION: Final = """
UPDATE staged_enterprise AS row SET enterprise_id = known.id, rule = 'organization_code'
FROM places_enterprise AS known
WHERE row.enterprise_id IS NULL AND row.organization = substr(known.uscc, 9, 9)
"""
# The row's own community first; further away only a company, or one known by name alone. Two codes are two enterprises.
BY_NAME: Final = """
WITH fit AS (
    SELECT row.ord, known.id, left(known.area_code, 12) = left(row.area_code, 12) AS near
    FROM staged_enterprise AS row JOIN places_enterprise AS known ON known.name_key = row.name_key
    WHERE row.enterprise_id IS NULL AND row.outcome IS NULL AND row.name_key <> ''
        AND (row.uscc IS NOT NULL) = %(coded)s AND (row.uscc IS NULL OR known.uscc IS NULL)
        AND (%(loosely)s OR left(known.area_code, 12) = left(row.area_code, 12)
             OR NOT row.sole_trader OR known.surveyed_on IS NULL)
), counted AS (
    SELECT ord, count(*) FILTER (WHERE near) AS near, min(id) FILTER (WHERE near) AS near_id,
        count(*) AS found, min(id) AS id FROM fit GROUP BY ord
)
UPDATE staged_enterprise AS row SET
    enterprise_id = CASE WHEN near = 1 THEN near_id WHEN near = 0 AND found = 1 THEN id END,
    rule = CASE WHEN near = 1 OR (near = 0 AND found = 1) THEN 'name' ELSE '' END,
    outcome = CASE WHEN near > 1 OR (near = 0 AND found > 1) THEN 'review' END,
    reason = CASE WHEN near > 1 OR (near = 0 AND found > 1) THEN 'two_enterprises_fit' END
FROM counted WHERE counted.ord = row.ord
"""
# Rows with different codes that found the same code-less enterprise by name: the first keeps it.
ONE_CODE_EACH: Final = """
WITH first AS (
    SELECT DISTINCT ON (enterprise_id) enterprise_id, uscc FROM staged_enterprise
    WHERE rule = 'name' AND uscc IS NOT NULL ORDER BY enterprise_id, ord
), given AS (
    UPDATE places_enterprise AS known SET uscc = first.uscc FROM first
    WHERE known.id = first.enterprise_id AND known.uscc IS NULL RETURNING known.id
)
UPDATE staged_enterprise AS row SET enterprise_id = NULL, rule = NULL
FROM first WHERE row.rule = 'name' AND row.enterprise_id = first.enterprise_id AND row.uscc <> first.uscc
"""
FOUND_BY_CODE: Final = """
WITH founder AS (
    SELECT DISTINCT ON (uscc) * FROM staged_enterprise
    WHERE enterprise_id IS NULL AND outcome IS NULL AND uscc IS NOT NULL ORDER BY uscc, ord
), made AS (
    INSERT INTO places_enterprise (public_id, area_code, uscc, name, name_key, sole_trader, industry_section,
        industry_division, values)
    SELECT public_id, area_code, uscc, name, name_key, sole_trader, industry_section, industry_division, '{}'
    FROM founder RETURNING id, uscc
)
UPDATE staged_enterprise AS row SET enterprise_id = made.id, outcome = 'created', rule = 'new'
FROM made, founder WHERE founder.uscc = made.uscc AND row.ord = founder.ord
"""
# A roster says in which community its people live at most, never in which building the enterprise stands.
FOUND_BY_NAME: Final = """
WITH founder AS (
    SELECT DISTINCT ON (name_key, CASE WHEN %(loosely)s THEN '' ELSE left(area_code, 12) END) *
    FROM staged_enterprise
    WHERE enterprise_id IS NULL AND outcome IS NULL AND name_key <> ''
    ORDER BY name_key, CASE WHEN %(loosely)s THEN '' ELSE left(area_code, 12) END, ord
), made AS (
    INSERT INTO places_enterprise (public_id, area_code, uscc, name, name_key, sole_trader, industry_section,
        industry_division, values)
    SELECT public_id, CASE WHEN %(loosely)s AND left(area_code, 12) COLLATE "C" >= current_setting('fournets.low')
            THEN left(area_code, 12) ELSE area_code END,
        NULL, name, name_key, sole_trader, industry_section, industry_division, '{}'
    FROM founder RETURNING id, public_id
)
UPDATE staged_enterprise AS row SET enterprise_id = made.id, outcome = 'created', rule = 'new'
FROM made, founder WHERE founder.public_id = made.public_id AND row.ord = founder.ord
"""
JOIN_FOUNDED: Final = """
WITH founded AS (
    SELECT enterprise_id, name_key, left(area_code, 12) AS community FROM staged_enterprise
    WHERE outcome = 'created' AND uscc IS NULL
)
UPDATE staged_enterprise AS row SET enterprise_id = founded.enterprise_id, rule = 'name'
FROM founded WHERE row.enterprise_id IS NULL AND row.outcome IS NULL AND row.name_key = founded.name_key
    AND (%(loosely)s OR left(row.area_code, 12) = founded.community);
UPDATE staged_enterprise SET outcome = 'review', reason = 'no_name_or_code'
WHERE enterprise_id IS NULL AND outcome IS NULL
"""
REMEMBER_BEFORE: Final = """
UPDATE staged_enterprise AS row SET before = coalesce(founder.values, known.values),
    address_before = coalesce(founder.address_index, known.address_index)
FROM places_enterprise AS known
LEFT JOIN staged_enterprise AS founder ON founder.enterprise_id = known.id AND founder.outcome = 'created'
WHERE known.id = row.enterprise_id
"""
SAME_AS_BEFORE: Final = """
WITH told AS (
    SELECT ord FROM (
        SELECT ord, outcome, enterprise_id, digest,
            row_number() OVER (PARTITION BY enterprise_id, digest ORDER BY ord) > 1 AS again
        FROM staged_enterprise WHERE enterprise_id IS NOT NULL
    ) AS row
    WHERE outcome IS NULL AND (again
        OR (enterprise_id, digest) IN (SELECT enterprise_id, digest FROM places_enterprisefact))
)
UPDATE staged_enterprise AS row SET outcome = 'unchanged' FROM told WHERE told.ord = row.ord
"""
STATE: Final = """
INSERT INTO places_enterprisefact (enterprise_id, area_code, file_id, sheet, row, seen_on, name, name_key, uscc,
    sole_trader, industry_section, industry_division, values, contact_phone_sealed, address_sealed, address_index,
    changes_sealed, digest)
SELECT enterprise_id, area_code, file_id, sheet, row, seen_on, name, name_key, uscc, sole_trader,
    industry_section, industry_division, values, contact_phone_sealed, address_sealed, address_index,
    changes_sealed, digest
FROM staged_enterprise WHERE enterprise_id IS NOT NULL ORDER BY ord
ON CONFLICT ON CONSTRAINT one_enterprise_fact_a_row DO NOTHING
"""
TOUCHED: Final = "SELECT enterprise_id FROM staged_enterprise WHERE enterprise_id IS NOT NULL"
# A row that names no community says nothing of where the enterprise stands, however new it is.
# Of the spellings of the name last used the fullest counts: people shorten a name, nobody adds to it.
DERIVE: Final = """
WITH touched (id) AS ({touched}),
called AS (
    SELECT DISTINCT ON (enterprise_id) enterprise_id AS id, name, name_key FROM (
        SELECT *, first_value(name_key) OVER (PARTITION BY enterprise_id
            ORDER BY seen_on DESC, file_id DESC, sheet DESC, row DESC) AS newest_key
        FROM places_enterprisefact WHERE name <> '' AND enterprise_id IN (SELECT id FROM touched)
    ) AS spelled WHERE name_key = newest_key
    ORDER BY enterprise_id, length(replace(name, ' ', '')) DESC, length(name),
        seen_on DESC, file_id DESC, sheet DESC, row DESC
), told AS (
    SELECT enterprise_id AS id, places_merge(values ORDER BY seen_on, file_id, sheet, row) AS values,
        max(seen_on) AS surveyed_on,
        (array_agg(area_code ORDER BY length(area_code) < 12, seen_on DESC, file_id DESC, sheet DESC, row DESC))[1]
            AS area_code,
        (array_agg(uscc ORDER BY seen_on DESC, file_id DESC, sheet DESC, row DESC)
            FILTER (WHERE uscc IS NOT NULL))[1] AS uscc,
        (array_agg(ARRAY[industry_section, industry_division] ORDER BY seen_on DESC, file_id DESC, sheet DESC, row DESC)
            FILTER (WHERE industry_section <> '')) AS industries,
        (array_agg(sole_trader ORDER BY (uscc IS NULL), seen_on DESC, file_id DESC, sheet DESC, row DESC))[1]
            AS sole_trader,
        (array_agg(contact_phone_sealed ORDER BY seen_on DESC, file_id DESC, sheet DESC, row DESC)
            FILTER (WHERE contact_phone_sealed IS NOT NULL))[1] AS phone,
        (array_agg(address_sealed ORDER BY seen_on DESC, file_id DESC, sheet DESC, row DESC)
            FILTER (WHERE address_sealed IS NOT NULL))[1] AS address,
        (array_agg(address_index ORDER BY seen_on DESC, file_id DESC, sheet DESC, row DESC)
            FILTER (WHERE address_sealed IS NOT NULL))[1] AS address_index
    FROM places_enterprisefact WHERE enterprise_id IN (SELECT id FROM touched) GROUP BY enterprise_id
)
UPDATE places_enterprise AS known SET values = told.values, surveyed_on = told.surveyed_on,
    area_code = told.area_code, uscc = coalesce(told.uscc, known.uscc),
    name = coalesce(called.name, known.name), name_key = coalesce(called.name_key, known.name_key),
    industry_section = coalesce(told.industries[1][1], ''),
    industry_division = coalesce(told.industries[1][2], ''), sole_trader = told.sole_trader,
    headcount = CASE WHEN told.values ->> 'headcount' ~ '^[0-9]{{1,7}}$' THEN (told.values ->> 'headcount')::int END,
    resume_on = CASE WHEN told.values ->> 'resume_on' ~ '^\\d{{4}}-\\d\\d-\\d\\d' THEN
        left(told.values ->> 'resume_on', 10)::date END,
    contact_phone_sealed = told.phone, address_sealed = told.address, address_index = told.address_index
FROM told LEFT JOIN called USING (id) WHERE told.id = known.id
""".replace("{{", "{").replace("}}", "}")
JUDGE: Final = """
UPDATE staged_enterprise AS row SET outcome = CASE WHEN EXISTS (
        SELECT 1 FROM jsonb_each(row.values) AS said
        WHERE known.values -> said.key = said.value AND row.before -> said.key IS DISTINCT FROM said.value
    ) OR known.address_index = row.address_index AND row.address_before IS DISTINCT FROM row.address_index THEN 'updated' ELSE 'matched' END
FROM places_enterprise AS known WHERE row.outcome IS NULL AND known.id = row.enterprise_id
"""
RESULT: Final = """
SELECT row.outcome, row.reason, row.rule, NULL::float, row.enterprise_id, known.public_id
FROM staged_enterprise AS row LEFT JOIN places_enterprise AS known ON known.id = row.enterprise_id ORDER BY row.ord
"""
