"""The statements by which cells, groups and buildings are stated and derived; each handles all of them at once."""

from __future__ import annotations

from typing import Final

STAGING: Final = """
DROP TABLE IF EXISTS staged_place;
CREATE TEMPORARY TABLE staged_place (place_code text, file_id bigint, sheet int, row int, seen_on date, name text,
    values jsonb, boundary jsonb) ON COMMIT DROP
"""
COPY: Final = (
    "COPY staged_place (place_code, file_id, sheet, row, seen_on, name, values, boundary) FROM STDIN"
)
STATE: Final = """
INSERT INTO places_placefact (place_code, area_code, file_id, sheet, row, seen_on, name, values, boundary)
SELECT place_code, place_code, file_id, sheet, row, seen_on, name, values, boundary FROM staged_place
ON CONFLICT ON CONSTRAINT one_fact_a_row_and_place DO NOTHING
"""
_TOLD: Final = """
WITH wanted AS (SELECT * FROM unnest(%(codes)s::text[], %(names)s::text[]) AS wanted (code, name)), told AS (
    SELECT wanted.code, wanted.name AS default_name,
        (array_agg(fact.name ORDER BY seen_on DESC, file_id DESC, sheet DESC, row DESC)
            FILTER (WHERE fact.name <> ''))[1] AS name,
        coalesce(array_agg(DISTINCT fact.name COLLATE "C") FILTER (WHERE fact.name <> ''), ARRAY[]::text[]) AS names,
        places_merge(values ORDER BY seen_on, file_id, sheet, row) AS values,
        (array_agg(boundary ORDER BY seen_on DESC, file_id DESC, sheet DESC, row DESC)
            FILTER (WHERE boundary IS NOT NULL))[1] AS boundary
    FROM wanted JOIN places_placefact AS fact ON fact.place_code = wanted.code
    WHERE length(wanted.code) {width} GROUP BY wanted.code, wanted.name
)
"""
_TOTALS: Final = """
    (values ->> 'dwellings_known')::int, (values ->> 'households_known')::int, (values ->> 'persons_known')::int, boundary
"""
_KEEP: Final = """
    dwellings_known = excluded.dwellings_known, households_known = excluded.households_known,
    persons_known = excluded.persons_known, boundary = excluded.boundary
"""
DERIVE_AREAS: Final = (
    _TOLD.format(width="BETWEEN 12 AND 18")
    + """
INSERT INTO places_area (code, kind, official_name, short_name, aliases, civil_code, dwellings_known,
    households_known, persons_known, boundary)
SELECT code, CASE length(code) WHEN 15 THEN 'cell' ELSE 'group' END, coalesce(name, default_name),
    coalesce(name, default_name), array_remove(names, name), '',"""
    + _TOTALS
    + """FROM told ORDER BY code
ON CONFLICT (code) DO UPDATE SET """
    + _KEEP
    + """, official_name = CASE WHEN length(excluded.code) = 12 THEN places_area.official_name ELSE excluded.official_name END,
    short_name = CASE WHEN length(excluded.code) = 12 THEN places_area.short_name ELSE excluded.short_name END,
    aliases = CASE WHEN length(excluded.code) = 12 THEN places_area.aliases ELSE excluded.aliases END
"""
)
DERIVE_BUILDINGS: Final = (
    _TOLD.format(width="= 22")
    + """
INSERT INTO places_building (code, area_code, name, aliases, dwellings_known, households_known, persons_known, boundary)
SELECT code, code, coalesce(name, default_name), array_remove(names, name),"""
    + _TOTALS
    + """FROM told ORDER BY code
ON CONFLICT (code) DO UPDATE SET name = excluded.name, aliases = excluded.aliases,"""
    + _KEEP
)
_CLEAR: Final = """
UPDATE {table} SET dwellings_known = NULL, households_known = NULL, persons_known = NULL, boundary = NULL
WHERE code = ANY(%(codes)s)
"""
CLEAR_AREAS: Final = _CLEAR.format(table="places_area")
CLEAR_BUILDINGS: Final = _CLEAR.format(table="places_building")
