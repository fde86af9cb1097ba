"""The state of each household and enterprise, as SQL the coverage ledger and the missing list share."""

from __future__ import annotations

# The last day somebody was at the door counts; of several results of that day, the best.
HOUSEHOLDS = """
last_visit AS (
    SELECT DISTINCT ON (household_id) household_id, outcome, "on", "by"
    FROM screening_visit WHERE household_id IS NOT NULL AND area_code >= %(low)s AND area_code < %(high)s AND "on" <= %(on)s
    ORDER BY household_id, "on" DESC, array_position(ARRAY['done', 'refused', 'unreached', 'not_started'], outcome)
), household_state AS (
    SELECT h.id, h.public_id, h.area_code, coalesce(v.outcome, 'not_started') AS state, v."on" AS visited_on, v."by",
        m.members, coalesce(v."on", m.seen_on) AS since
    FROM people_household h LEFT JOIN last_visit v ON v.household_id = h.id
    LEFT JOIN (SELECT household_id, count(*) AS members, min(seen_on) AS seen_on FROM people_person
               WHERE household_id IS NOT NULL AND area_code >= %(low)s AND area_code < %(high)s GROUP BY 1) m
        ON m.household_id = h.id
    WHERE h.area_code >= %(low)s AND h.area_code < %(high)s
)
"""

# Surveyed: a survey row with a headcount was filed. A roster is missing where people work and no roster row says who.
ENTERPRISES = """
enterprise_state AS (
    SELECT e.id, e.public_id, e.area_code, e.name, (e.surveyed_on IS NOT NULL AND e.headcount IS NOT NULL) AS surveyed,
        (coalesce(e.headcount, 0) > 0
            AND NOT EXISTS (SELECT 1 FROM people_employment w WHERE w.enterprise_id = e.id)) AS roster_missing,
        f.since
    FROM places_enterprise e
    LEFT JOIN (SELECT enterprise_id, min(seen_on) AS since FROM places_enterprisefact GROUP BY 1) f
        ON f.enterprise_id = e.id
    WHERE e.area_code >= %(low)s AND e.area_code < %(high)s
)
"""

# The one responsible for each area: the deepest cover over it that day, the lowest rank not absent.
RESPONSIBLE = """
LEFT JOIN LATERAL (
    SELECT c.worker FROM organization_cover c
    WHERE c.area_code IN (a.area_code, left(a.area_code, 18), left(a.area_code, 15), left(a.area_code, 12),
                          left(a.area_code, 9))
      AND c.from_on <= %(on)s AND (c.until_on IS NULL OR c.until_on > %(on)s)
      AND NOT EXISTS (SELECT 1 FROM organization_absence b
                      WHERE b.cover_id = c.id AND b.from_on <= %(on)s AND b.until_on > %(on)s)
    ORDER BY length(c.area_code) DESC, c.rank LIMIT 1
) c ON true
"""
